package io.headgate.takeover;

import io.headgate.linux.NetworkLink;
import io.headgate.model.Addresses;
import io.headgate.vrrp.Family;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What nftables has to do for second chances, in the words of nft(8), each order on one line. Pure.
 *
 * @param table the name of all tables of a group
 */
record SecondChanceRules(String table) {
  /**
   * Of connections that begin during one second chance: some 100 MB of the kernel, when full. What
   * cannot be remembered ends the chance for others, see {@code overrun} below, and not the new.
   */
  private static final int MOST_OPENED = 1 << 20;

  /** Before conntrack, for which a packet out of the blue is invalid, and all who filter by it. */
  private static final String ARRIVING = "type filter hook prerouting priority -310;";

  private static final String IS_OPENING = "tcp flags & (syn | ack) == syn";

  static SecondChanceRules of(NetworkLink link, int routerId) {
    return new SecondChanceRules("headgate-%d-%d".formatted(link.index(), routerId));
  }

  /** No rule at all. */
  String none() {
    return without("ip") + without("ip6") + without("arp");
  }

  /**
   * The owner's: packets of connections that have not begun here go to the edge that served before.
   *
   * @param device where that edge is
   * @param to its own address, by family
   */
  String forward(String device, Map<Family, InetAddress> to, Collection<InetAddress> addresses) {
    StringBuilder line = new StringBuilder(none());
    to.forEach((family, edge) -> {
      if (!of(family, addresses).isEmpty()) {
        line.append(forward(device, family, edge, of(family, addresses)));
      }
    });
    return line.toString();
  }

  private String forward(String device, Family family, InetAddress to, String addresses) {
    String ip = word(family);
    String type = family == Family.IPV4 ? "ipv4_addr" : "ipv6_addr";
    String connection = "%s saddr . tcp sport . %s daddr . tcp dport".formatted(ip, ip);
    return """
    add table %1$s %2$s { flags owner; \
    set opened { type %3$s . inet_service . %3$s . inet_service; size %4$d; flags dynamic; }; \
    set overrun { type %3$s; size 4096; flags dynamic,timeout; timeout 10s; }; \
    chain opening { add @opened { %5$s } accept; update @overrun { %1$s daddr } accept; }; \
    chain arriving { %6$s meta l4proto != tcp accept; %1$s daddr != { %7$s } accept; \
    %8$s goto opening; %5$s @opened accept; %1$s daddr @overrun accept; \
    dup to %9$s device "%10$s" drop; }; };\
    """
        .formatted(
            ip,
            table,
            type,
            MOST_OPENED,
            connection,
            ARRIVING,
            addresses,
            IS_OPENING,
            Addresses.text(to),
            device);
  }

  /**
   * The former owner's: nobody learns from it where the addresses are, and nothing new begins.
   *
   * @param own its own IPv4 address, in whose name it asks for neighbours
   */
  String keep(Optional<InetAddress> own, Collection<InetAddress> addresses) {
    StringBuilder line = new StringBuilder(none());
    for (Family family : Family.values()) {
      if (!of(family, addresses).isEmpty()) {
        line.append(
            "add table %1$s %2$s { flags owner; chain arriving { %3$s %1$s daddr { %4$s } %5$s drop; }; }; "
                .formatted(word(family), table, ARRIVING, of(family, addresses), IS_OPENING));
      }
    }
    String shared = of(Family.IPV4, addresses);
    if (!shared.isEmpty() && own.isPresent()) {
      line.append(
          """
          add table arp %1$s { flags owner; \
          chain asked { type filter hook input priority 0; arp daddr ip { %2$s } drop; }; \
          chain asking { type filter hook output priority 0; \
          arp saddr ip { %2$s } arp saddr ip set %3$s; }; };\
          """
              .formatted(table, shared, Addresses.text(own.get())));
    }
    return line.toString();
  }

  /** Whether it is there or not. */
  private String without(String family) {
    return "add table %1$s %2$s { flags owner; }; delete table %1$s %2$s; "
        .formatted(family, table);
  }

  private static String word(Family family) {
    return switch (family) {
      case IPV4 -> "ip";
      case IPV6 -> "ip6";
    };
  }

  private static String of(Family family, Collection<InetAddress> addresses) {
    return addresses.stream()
        .filter(address -> Family.of(address) == family)
        .sorted(Addresses.ORDER)
        .map(Addresses::text)
        .collect(Collectors.joining(", "));
  }
}
