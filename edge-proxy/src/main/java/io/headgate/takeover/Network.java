package io.headgate.takeover;

import io.headgate.linux.InterfaceAddress;
import io.headgate.linux.InterfaceAddresses;
import io.headgate.linux.NetworkLink;
import io.headgate.vrrp.Family;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** This host's interfaces and their addresses at one moment. Never changes. */
final class Network {
  static final Network UNKNOWN = new Network(List.of(), List.of());

  private final List<NetworkLink> links;
  private final List<InterfaceAddress> addresses;
  private final Map<InetAddress, List<InterfaceAddress>> byAddress;

  Network(List<NetworkLink> links, List<InterfaceAddress> addresses) {
    this.links = List.copyOf(links);
    this.addresses = List.copyOf(addresses);
    this.byAddress =
        this.addresses.stream().collect(Collectors.groupingBy(InterfaceAddress::address));
  }

  List<NetworkLink> links() {
    return links;
  }

  List<InterfaceAddress> addresses() {
    return addresses;
  }

  /** Wherever it is; on no interface, none. */
  List<InterfaceAddress> of(InetAddress address) {
    return byAddress.getOrDefault(address, List.of());
  }

  Optional<NetworkLink> link(String name) {
    return links.stream().filter(link -> link.name().equals(name)).findFirst();
  }

  /** Why nothing can be sent on an interface; empty where it can. */
  Optional<String> problem(String name) {
    return notUp(name)
        .or(() ->
            link(name)
                .filter(link -> !link.usable())
                .map(_ -> "interface " + name + " has no carrier"));
  }

  /** Why addresses on an interface are of no use, whether it has a cable or not. */
  Optional<String> notUp(String name) {
    Optional<NetworkLink> link = link(name);
    if (link.isEmpty()) {
      return Optional.of("there is no interface " + name);
    }
    return link.get().up() ? Optional.empty() : Optional.of("interface " + name + " is down");
  }

  /**
   * Where advertisements come from, by family: the first IPv4 address, the link-local IPv6 one (RFC
   * 9568 sections 5.1.1.1 and 5.1.2.1), or a global one for peers that are not on the link. What
   * the edges own together is nobody's source.
   */
  Map<Family, InetAddress> sources(
      NetworkLink link, Set<InetAddress> shared, boolean peersElsewhere) {
    Map<Family, InetAddress> sources = new EnumMap<>(Family.class);
    for (InterfaceAddress one : addresses) {
      boolean own =
          one.interfaceIndex() == link.index()
              && one.protocol() != InterfaceAddresses.PROTOCOL
              && !shared.contains(one.address())
              && !one.tentative()
              && !one.duplicate();
      Family family = Family.of(one.address());
      boolean fits = family == Family.IPV4 || one.address().isLinkLocalAddress() != peersElsewhere;
      if (own && fits) {
        sources.putIfAbsent(family, one.address());
      }
    }
    return sources;
  }

  /** Addresses that a process of ours has left behind, or holds. */
  List<InterfaceAddress> ours() {
    return addresses.stream().filter(one -> one.protocol() == InterfaceAddresses.PROTOCOL).toList();
  }

  boolean has(int interfaceIndex, InetAddress address) {
    return of(address).stream().anyMatch(one -> one.interfaceIndex() == interfaceIndex);
  }
}
