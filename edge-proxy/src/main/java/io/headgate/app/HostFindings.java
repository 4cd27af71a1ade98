package io.headgate.app;

import io.headgate.admin.CheckView;
import io.headgate.config.TakeoverConfig;
import io.headgate.model.Addresses;
import io.headgate.model.IpFamily;
import io.headgate.relay.ListenerStatus;
import io.headgate.relay.RelayCounters.OfBackend;
import io.headgate.relay.RelayCounters.OfRoute;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What goes wrong on this host: listeners, descriptors, local ports. Pure. */
final class HostFindings {
  private static final long FEW_CONNECTIONS = 4_000;

  private HostFindings() {}

  static List<CheckView> of(Moment now, Host host) {
    boolean addressesMayCome = now.inputs().config().takeover().mode() != TakeoverConfig.Mode.NONE;
    List<CheckView> checks = new ArrayList<>(listeners(now.listeners(), host, addressesMayCome));
    checks.add(limit(now, host));
    localPorts(now, host).ifPresent(checks::add);
    return checks;
  }

  /**
   * @param mayCome whether addresses that the host lacks are put there when it is to have them:
   *     then nobody else is to put them there
   */
  static List<CheckView> listeners(List<ListenerStatus> listeners, Host host, boolean mayCome) {
    List<CheckView> checks = new ArrayList<>();
    for (ListenerStatus status : listeners) {
      status
          .problem()
          .ifPresent(problem ->
              checks.add(
                  CheckView.fail(
                      "listeners",
                      "route %s: %s".formatted(status.route(), problem),
                      advice(status, problem, host, mayCome))));
    }
    if (checks.isEmpty()) {
      checks.add(CheckView.ok("listeners", "all %d are bound".formatted(listeners.size())));
    }
    return checks;
  }

  private static String advice(ListenerStatus status, String problem, Host host, boolean mayCome) {
    InetAddress address = status.listener().address();
    int port = status.listener().port();
    if (!mayCome && !host.has(address)) {
      String text = Addresses.text(address);
      int bits = IpFamily.of(address) == IpFamily.IPV4 ? 32 : 128;
      return "%s is on no interface of this host: ip addr add %s/%d dev %s"
          .formatted(
              text,
              text,
              bits,
              host.interfaceFor(address).orElse("INTERFACE (none has a network around it)"));
    }
    if (problem.contains("Permission denied")) {
      return ("ports below net.ipv4.ip_unprivileged_port_start need CAP_NET_BIND_SERVICE:"
          + " AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit, or root");
    }
    return problem.contains("in use")
        ? "see who has it: ss -ltnp 'sport = :%d'".formatted(port)
        : "see the log; it is tried again every 2 s";
  }

  private static CheckView limit(Moment now, Host host) {
    long limit = now.counters().limit();
    int wanted = now.inputs().config().maxConnections();
    String descriptors =
        host.descriptors().isPresent()
            ? "%d descriptors".formatted(host.descriptors().getAsLong())
            : "the descriptors";
    String advice = "raise the limit: LimitNOFILE=1048576 in the unit, or ulimit -n; then restart";
    if (wanted > limit) {
      return CheckView.warn(
          "limits",
          "max-connections is %d, but %s allow %d connections"
              .formatted(wanted, descriptors, limit),
          advice);
    }
    String finding = "%d connections fit into %s".formatted(limit, descriptors);
    return wanted == 0 && limit < FEW_CONNECTIONS
        ? CheckView.warn("limits", "only " + finding, advice)
        : CheckView.ok("limits", finding);
  }

  /** A connection to one backend address and port takes a local port that no other such one has. */
  private static Optional<CheckView> localPorts(Moment now, Host host) {
    if (host.localPorts().isEmpty()) {
      return Optional.empty();
    }
    long ports = host.localPorts().getAsLong();
    Map<InetSocketAddress, Long> active =
        now.counters().routes().stream()
            .map(OfRoute::backends)
            .flatMap(List::stream)
            .collect(
                Collectors.groupingBy(
                    OfBackend::address, Collectors.summingLong(OfBackend::active)));
    Optional<Map.Entry<InetSocketAddress, Long>> busiest =
        active.entrySet().stream().max(Map.Entry.comparingByValue());
    long most = busiest.map(Map.Entry::getValue).orElse(0L);
    String range = "net.ipv4.ip_local_port_range has %d ports for each backend".formatted(ports);
    return Optional.of(
        most * 2 > ports
            ? CheckView.warn(
                "ports",
                "%s, and %s has %d connections"
                    .formatted(
                        range, busiest.map(one -> Addresses.text(one.getKey())).orElse(""), most),
                "sysctl net.ipv4.ip_local_port_range='1024 65535' (keep listeners out of it), or"
                    + " more backends")
            : CheckView.ok("ports", "%s; the busiest has %d connections".formatted(range, most)));
  }
}
