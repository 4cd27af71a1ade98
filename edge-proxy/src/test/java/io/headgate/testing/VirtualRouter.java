package io.headgate.testing;

import io.headgate.model.Addresses;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One edge's part in owning addresses, for whoever plays it: as keepalived is told of it, and as
 * Headgate is. Both families have the same number.
 *
 * @param version of VRRP: 2 knows IPv4 and whole seconds
 * @param number the virtual router's, VRID
 * @param priority from 1; 255 is the owner
 * @param interval between advertisements
 * @param preempt takes over from a lower one that serves
 * @param addresses with the length of their prefix, the link-local one of IPv6 first
 * @param peers to send to one by one; none sends to the multicast group
 * @param virtualMac answers with the virtual router's Ethernet address
 */
public record VirtualRouter(
    int version,
    int number,
    int priority,
    Duration interval,
    boolean preempt,
    List<String> addresses,
    List<Lan.Host> peers,
    boolean virtualMac) {
  public static final String IPV4 = "192.0.2.100/24";
  public static final String IPV6 = "2001:db8::100/64";
  public static final String LINK_LOCAL = "fe80::100/64";

  public VirtualRouter {
    addresses = List.copyOf(addresses);
    peers = List.copyOf(peers);
  }

  /** Version 3 by multicast for {@link #IPV4}, five advertisements a second, preempting. */
  public static VirtualRouter of(int priority) {
    return new VirtualRouter(
        3, 51, priority, Duration.ofMillis(200), true, List.of(IPV4), List.of(), false);
  }

  /** Version 2, which has no fraction of a second. */
  public VirtualRouter inVersion2() {
    return new VirtualRouter(
        2, number, priority, Duration.ofSeconds(1), preempt, addresses, peers, virtualMac);
  }

  public VirtualRouter every(Duration otherInterval) {
    return new VirtualRouter(
        version, number, priority, otherInterval, preempt, addresses, peers, virtualMac);
  }

  /** Only IPv6. */
  public VirtualRouter ofIpv6() {
    return withAddresses(LINK_LOCAL, IPV6);
  }

  /** IPv4 and IPv6, which move together. */
  public VirtualRouter ofBothFamilies() {
    return withAddresses(IPV4, LINK_LOCAL, IPV6);
  }

  public VirtualRouter withAddresses(String... others) {
    return new VirtualRouter(
        version, number, priority, interval, preempt, List.of(others), peers, virtualMac);
  }

  public VirtualRouter unpreemptive() {
    return new VirtualRouter(
        version, number, priority, interval, false, addresses, peers, virtualMac);
  }

  /** Sends to these alone, and hears nobody else. */
  public VirtualRouter unicastTo(Lan.Host... others) {
    return new VirtualRouter(
        version, number, priority, interval, preempt, addresses, List.of(others), virtualMac);
  }

  /** With the virtual router's Ethernet address. */
  public VirtualRouter withVirtualMac() {
    return new VirtualRouter(version, number, priority, interval, preempt, addresses, peers, true);
  }

  /** What clients connect to, the link-local one left out. */
  public List<InetAddress> served() {
    return addresses.stream()
        .map(VirtualRouter::withoutPrefix)
        .map(text -> Addresses.parse(text).orElseThrow())
        .filter(address -> !address.isLinkLocalAddress())
        .toList();
  }

  /** All of them, the link-local one, too. */
  public List<InetAddress> held() {
    return addresses.stream()
        .map(address -> Addresses.parse(withoutPrefix(address)).orElseThrow())
        .toList();
  }

  /**
   * keepalived.conf: an instance of each family, which a sync group holds together. Scripts are not
   * used, and nothing but {@code additions} departs from keepalived's defaults.
   *
   * @param self the host that it runs on
   * @param additions more lines for every instance
   */
  String keepalivedConfiguration(Lan.Host self, String additions) {
    List<String> blocks = new ArrayList<>();
    blocks.add("global_defs {\n  router_id " + self.label() + "\n}");
    for (boolean ipv6 : List.of(false, true)) {
      List<String> ofFamily =
          addresses.stream().filter(address -> address.contains(":") == ipv6).toList();
      if (!ofFamily.isEmpty()) {
        blocks.add(instance(self, ipv6, ofFamily, additions));
      }
    }
    if (blocks.size() > 2) {
      blocks.add("vrrp_sync_group front {\n  group {\n    IPv4\n    IPv6\n  }\n}");
    }
    return String.join("\n", blocks) + "\n";
  }

  private String instance(Lan.Host self, boolean ipv6, List<String> ofFamily, String additions) {
    return """
    vrrp_instance %s {
      version %d
      interface eth0
      virtual_router_id %d
      priority %d
      advert_int %s
      %s
      %s
      %s
      virtual_ipaddress {
        %s
      }
    }
    """
        .formatted(
            ipv6 ? "IPv6" : "IPv4",
            ipv6 ? 3 : version,
            number,
            priority,
            seconds(),
            preempt ? "" : "nopreempt",
            unicast(self, ipv6),
            virtualMac ? "use_vmac\n  " + additions : additions,
            String.join("\n    ", ofFamily));
  }

  private String unicast(Lan.Host self, boolean ipv6) {
    if (peers.isEmpty()) {
      return "";
    }
    return "unicast_src_ip %s\n  unicast_peer {\n%s\n  }"
        .formatted(
            vrrpAddress(self, ipv6),
            peers.stream()
                .map(peer -> "    " + vrrpAddress(peer, ipv6))
                .collect(Collectors.joining("\n")));
  }

  /** {@code takeover.vrrp.groups.NAME}: a block of Headgate's configuration. */
  String headgateGroup() {
    return """
    {
      interface = eth0
      router-id = %d
      priority = %d
      addresses = [%s]
      version = %d
      advertise-interval = %dms
      preempt = %s
      peers = [%s]
      virtual-mac = %s
    }
    """
        .formatted(
            number,
            priority,
            quoted(addresses),
            version,
            interval.toMillis(),
            preempt,
            quoted(
                peers.stream()
                    .flatMap(peer -> families().stream().map(ipv6 -> vrrpAddress(peer, ipv6)))
                    .toList()),
            virtualMac);
  }

  private List<Boolean> families() {
    return addresses.stream().map(address -> address.contains(":")).distinct().toList();
  }

  private String seconds() {
    return version == 2
        ? Long.toString(interval.toSeconds())
        : Double.toString(interval.toMillis() / 1e3);
  }

  private static String vrrpAddress(Lan.Host host, boolean ipv6) {
    return Addresses.text(ipv6 ? host.linkLocal() : host.address());
  }

  private static String withoutPrefix(String address) {
    return address.substring(0, address.indexOf('/'));
  }

  static String quoted(List<String> texts) {
    return texts.stream().map(text -> '"' + text + '"').collect(Collectors.joining(", "));
  }
}
