package io.headgate.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A macvlan with the Ethernet address of a virtual router (RFC 9568 section 7.3), to put its
 * addresses on: {@code vrrp.ROUTER-ID}, or {@code vrrp6.ROUTER-ID}, as keepalived names it.
 *
 * @param concerns for an operator: settings of this host that stand against it
 */
public record VirtualMacInterface(
    int index, String name, MacAddress mac, int parentIndex, List<String> concerns) {
  private static final Path SETTINGS = Path.of("/proc/sys/net");

  public VirtualMacInterface {
    concerns = List.copyOf(concerns);
  }

  /**
   * Creates it and sets it up, or takes one over that a process has left behind. For IPv4, {@code
   * arp_ignore} and {@code arp_filter} of the parent are set as well, so that it does not answer
   * for the addresses with its own Ethernet address; they stay when this is deleted. Needs
   * CAP_NET_ADMIN, and to be allowed to write below /proc/sys.
   *
   * @param routerId 1 to 255
   */
  public static Attempt<VirtualMacInterface> create(
      NetworkLinks links, NetworkLink parent, boolean ipv6, int routerId) {
    String name = (ipv6 ? "vrrp6." : "vrrp.") + routerId;
    MacAddress mac = MacAddress.ofVirtualRouter(ipv6, routerId);
    return links
        .addMacvlan(name, parent.index(), mac)
        .then(_ -> links.named(name))
        .then(link -> ours(link, name, mac, parent))
        .then(link -> prepared(links, link, parent, ipv6));
  }

  /** Deletes it with all its addresses; one that is not there any more is no failure. */
  public Attempt<Change> delete(NetworkLinks links) {
    return links.delete(index);
  }

  private static Attempt<NetworkLink> ours(
      Optional<NetworkLink> link, String name, MacAddress mac, NetworkLink parent) {
    boolean ours =
        link.filter(found -> found.kind().equals(Optional.of("macvlan")))
            .filter(found -> found.mac().equals(Optional.of(mac)))
            .filter(found -> found.parentIndex().orElse(0) == parent.index())
            .isPresent();
    return ours
        ? new Attempt.Succeeded<>(link.orElseThrow())
        : new Attempt.Refused<>(
            Errno.EEXIST,
            "cannot create the interface " + name + ": there is another one of that name");
  }

  private static Attempt<VirtualMacInterface> prepared(
      NetworkLinks links, NetworkLink link, NetworkLink parent, boolean ipv6) {
    List<String> concerns = new ArrayList<>();
    if (ipv6) {
      set(concerns, "ipv6", link.name(), "addr_gen_mode", 1); // no address of its own
      set(concerns, "ipv6", link.name(), "autoconf", 0);
      set(concerns, "ipv6", link.name(), "accept_ra", 0);
    } else {
      if (Files.exists(SETTINGS.resolve("ipv6"))) {
        set(concerns, "ipv6", link.name(), "disable_ipv6", 1);
      }
      // What comes in for the addresses is answered by way of the parent, where the subnet is.
      set(concerns, "ipv4", link.name(), "rp_filter", 0);
      set(concerns, "ipv4", link.name(), "accept_local", 1);
      set(concerns, "ipv4", link.name(), "arp_ignore", 1);
      set(concerns, "ipv4", parent.name(), "arp_ignore", 1);
      set(concerns, "ipv4", parent.name(), "arp_filter", 1);
      if (value(path("ipv4", "all", "rp_filter")) == 1) {
        concerns.add("net.ipv4.conf.all.rp_filter is 1 and drops what comes in on " + link.name());
      }
    }
    return links
        .setUp(link.index())
        .map(_ ->
            new VirtualMacInterface(
                link.index(), link.name(), link.mac().orElseThrow(), parent.index(), concerns));
  }

  /** Sets it, unless it is at least that, for what is above 0 is a stricter form of the same. */
  private static void set(
      List<String> concerns, String family, String name, String setting, int to) {
    Path path = path(family, name, setting);
    int is = value(path);
    if (is == to || (to > 0 && is > to)) {
      return;
    }
    try {
      Files.writeString(path, Integer.toString(to));
    } catch (IOException e) {
      concerns.add(
          "net."
              + family
              + ".conf."
              + name
              + "."
              + setting
              + " is to be "
              + to
              + " and cannot be"
              + " set: "
              + e.getMessage());
    }
  }

  private static Path path(String family, String name, String setting) {
    return SETTINGS.resolve(Path.of(family, "conf", name, setting));
  }

  /** -1 where it cannot be read. */
  private static int value(Path path) {
    try {
      return Integer.parseInt(Files.readString(path).strip());
    } catch (IOException | NumberFormatException _) {
      return -1;
    }
  }
}
