package io.headgate.app;

import io.headgate.admin.CheckView;
import io.headgate.config.TakeoverConfig;
import io.headgate.config.VrrpGroupConfig;
import io.headgate.config.VrrpGroupConfig.VirtualAddress;
import io.headgate.model.Addresses;
import io.headgate.model.IpFamily;
import io.headgate.relay.ListenerStatus;
import io.headgate.takeover.TakeoverStatus;
import io.headgate.takeover.TakeoverStatus.GroupStatus;
import io.headgate.takeover.TakeoverStatus.RouteStatus;
import io.headgate.takeover.peer.PeerStatus;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is wrong about who owns the addresses. Pure. */
final class TakeoverFindings {
  static final String CHECK = "takeover";

  private static final int NEVER_ANSWER = 8; // arp_ignore of the kernel's ip-sysctl.rst
  private static final int ONLY_OF_THE_NETWORK = 2;

  private final TakeoverConfig config;
  private final List<ListenerStatus> listeners;
  private final TakeoverStatus takeover;
  private final List<PeerStatus> peers;
  private final Host host;
  private final TakeoverGround ground;

  TakeoverFindings(
      TakeoverConfig config,
      List<ListenerStatus> listeners,
      TakeoverStatus takeover,
      List<PeerStatus> peers,
      Host host,
      TakeoverGround ground) {
    this.config = config;
    this.listeners = listeners;
    this.takeover = takeover;
    this.peers = peers;
    this.host = host;
    this.ground = ground;
  }

  /** For {@code headgate doctor}; nothing where the edge takes part in nothing. */
  static List<CheckView> of(Moment now, Host host, TakeoverGround ground) {
    return new TakeoverFindings(
            now.inputs().config().takeover(),
            now.listeners(),
            now.takeover(),
            now.peers(),
            host,
            ground)
        .all();
  }

  List<CheckView> all() {
    if (config.mode() == TakeoverConfig.Mode.NONE && config.peerLink().isEmpty()) {
      return List.of();
    }
    List<CheckView> checks = new ArrayList<>();
    Optional<String> lacking = ground.capabilities().lacking(config.mode());
    if (lacking.isPresent()) {
      checks.add(CheckView.fail(CHECK, lacking.get(), Capabilities.ADVICE));
    } else if (takesNoPart()) {
      checks.add(
          CheckView.fail(
              CHECK,
              "this edge takes no part: what it needs of the kernel was refused when it started",
              "headgate events says what. " + Capabilities.ADVICE));
    } else {
      takeover.groups().forEach(group -> checks.addAll(GroupFindings.of(group, host)));
    }
    takeover.announced().forEach(one -> withdrawn(one).ifPresent(checks::add));
    if (config.mode() == TakeoverConfig.Mode.VRRP) {
      unserved(checks);
      unowned(checks);
      unanswered(checks);
    }
    ground.keyProblem().ifPresent(why -> checks.add(key(why)));
    peers.forEach(peer -> PeerFindings.of(peer).ifPresent(checks::add));
    if (checks.isEmpty()) {
      checks.add(CheckView.ok(CHECK, fine()));
    }
    return checks;
  }

  private boolean takesNoPart() {
    return config.mode() == TakeoverConfig.Mode.VRRP && takeover.groups().isEmpty();
  }

  private static Optional<CheckView> withdrawn(RouteStatus one) {
    return one.announced() || one.why().startsWith("to be announced")
        ? Optional.empty()
        : Optional.of(
            CheckView.fail(
                CHECK,
                "%s is not announced: %s".formatted(Addresses.text(one.address()), one.why()),
                "it is when a route can serve it: headgate routes, headgate backends"));
  }

  /** Addresses that are owned, and nothing listens there. */
  private void unserved(List<CheckView> checks) {
    Set<InetAddress> listening =
        listeners.stream().map(one -> one.listener().address()).collect(Collectors.toSet());
    Set<IpFamily> everywhere =
        listening.stream()
            .filter(InetAddress::isAnyLocalAddress)
            .flatMap(any ->
                IpFamily.of(any) == IpFamily.IPV4
                    ? List.of(IpFamily.IPV4).stream()
                    : List.of(IpFamily.values()).stream())
            .collect(Collectors.toSet());
    for (VrrpGroupConfig group : config.groups()) {
      for (VirtualAddress address : group.addresses()) {
        InetAddress one = address.address();
        boolean served =
            one.isLinkLocalAddress()
                || listening.contains(one)
                || everywhere.contains(IpFamily.of(one));
        if (!served) {
          checks.add(
              CheckView.warn(
                  CHECK,
                  "group %s: no route listens on %s".formatted(group.name(), Addresses.text(one)),
                  "routes { NAME { addresses = [\"%s\"] } }, or a Service with it"
                      .formatted(Addresses.text(one))));
        }
      }
    }
  }

  /** Addresses that something listens on, and nobody will ever own. */
  private void unowned(List<CheckView> checks) {
    Set<InetAddress> owned = new HashSet<>();
    config.groups().forEach(group -> group.addresses().forEach(one -> owned.add(one.address())));
    takeover.groups().forEach(group -> group.addresses().forEach(one -> owned.add(one.address())));
    Map<InetAddress, String> lost = new TreeMap<>(Addresses.ORDER);
    for (ListenerStatus status : listeners) {
      InetAddress address = status.listener().address();
      if (!owned.contains(address) && !host.has(address)) {
        lost.putIfAbsent(address, status.route());
      }
    }
    lost.forEach((address, route) ->
        checks.add(
            CheckView.fail(
                CHECK,
                "route %s listens on %s, which is in no group and on no interface of this host"
                    .formatted(route, Addresses.text(address)),
                "add it to addresses of a group, or its pool to pools of one")));
  }

  /** Addresses that this host's kernel would not answer for (RFC 826), owned or not. */
  private void unanswered(List<CheckView> checks) {
    for (VrrpGroupConfig group : config.groups()) {
      String name = group.interfaceName();
      int setting = ground.arpIgnore().getOrDefault(name, 0);
      List<String> silent =
          group.addresses().stream()
              .map(VirtualAddress::address)
              .filter(address -> IpFamily.of(address) == IpFamily.IPV4)
              .filter(address ->
                  setting == NEVER_ANSWER
                      || (setting == ONLY_OF_THE_NETWORK && !host.hasNetworkOf(address, name)))
              .map(Addresses::text)
              .toList();
      if (!silent.isEmpty()) {
        checks.add(
            CheckView.fail(
                CHECK,
                "group %s: with arp_ignore = %d this host's kernel does not answer for %s on %s"
                    .formatted(group.name(), setting, String.join(", ", silent), name),
                "sysctl net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.%s.arp_ignore=1"
                    .formatted(name)));
      }
    }
  }

  private static CheckView key(String why) {
    return CheckView.fail(
        CHECK,
        "the peer link is off: " + why,
        "headgate peer-key makes one; copy it to every edge with mode 0640 and group headgate,"
            + " then restart");
  }

  private String fine() {
    List<String> words = new ArrayList<>();
    for (GroupStatus group : takeover.groups()) {
      words.add("%s is %s".formatted(group.name(), RowsOf.word(group.role())));
    }
    long announced = takeover.announced().stream().filter(RouteStatus::announced).count();
    if (config.mode() == TakeoverConfig.Mode.ROUTE) {
      words.add(
          "%d of %d addresses are announced".formatted(announced, takeover.announced().size()));
    }
    words.add(config.peerLink().isEmpty() ? "there is no peer link" : "no peer is missing");
    return String.join(", ", words);
  }
}
