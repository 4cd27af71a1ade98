package io.headgate.admin;

import io.headgate.admin.AddressesView.AddressView;
import io.headgate.admin.AddressesView.PoolView;
import io.headgate.admin.AddressesView.UserView;
import io.headgate.admin.AddressesView.WaitingView;
import io.headgate.admin.MetricFamily.Sample;
import io.headgate.admin.StatusView.ClusterView;
import io.headgate.admin.StatusView.ListenerView;
import io.headgate.admin.StatusView.WatchView;
import io.headgate.admin.StatusView.WriterView;
import io.headgate.model.BackendState;
import io.headgate.model.Explanation;
import io.headgate.model.Explanation.OfNode;
import io.headgate.model.Explanation.Verdict;
import io.headgate.model.OperatorOrders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** An edge with two routes and three nodes, one of them draining; a test changes what it needs. */
public final class FakeEdge implements Edge {
  public volatile List<String> problems = List.of();
  public volatile Optional<String> notReady = Optional.empty();
  public volatile boolean live = true;
  public volatile FailoverResult failover = new FailoverResult("", List.of());
  public volatile Supplier<ReloadResult> reload =
      () -> new ReloadResult(List.of(), List.of("route http: idle-timeout 1h -> 2h"));
  public volatile Supplier<Map<String, Object>> config =
      () -> Map.of("headgate", Map.of("name", "edge-1", "addresses", List.of("*")));
  public volatile List<BackendView> backends =
      List.of(
          backend("http", "node-1", "10.1.0.11:30080", "UP", "", 3),
          backend("http", "node-2", "10.1.0.12:30080", "DRAIN", "drain by the operator", 1),
          backend("https", "node-1", "10.1.0.11:30443", "DOWN", "connection refused", 0));
  public volatile List<NodeView> nodes =
      List.of(
          new NodeView("node-1", "10.1.0.11", "yes", List.of(), "", List.of("UP 1", "DOWN 1"), 3),
          new NodeView(
              "node-2", "10.1.0.12", "yes", List.of("cordoned"), "drain", List.of("DRAIN 1"), 1));
  public volatile List<CheckView> checks =
      List.of(
          CheckView.ok("api", "https://10.0.0.1:6443 v1.32.0 answers"),
          CheckView.warn("clock", "73 s behind", "synchronise the clocks"),
          CheckView.fail("rights", "the account may not list nodes", "kubectl apply -f rbac.yaml"));
  public volatile AddressesView addresses =
      new AddressesView(
          List.of(
              new AddressView(
                  "*",
                  "configured",
                  List.of(new UserView("http", List.of(80))),
                  1,
                  1,
                  "",
                  List.of()),
              new AddressView(
                  "203.0.113.10",
                  "public",
                  List.of(
                      new UserView("shop/mail", List.of(25)),
                      new UserView("shop/web", List.of(80, 443))),
                  3,
                  2,
                  "here",
                  List.of("cannot listen on 203.0.113.10:25: Permission denied"))),
          List.of(
              new PoolView(
                  "public",
                  "file",
                  "IPv4",
                  1,
                  20,
                  List.of("203.0.113.10", "203.0.113.20-203.0.113.39")),
              new PoolView(
                  "dual",
                  "IPAddressPool metallb-system/dual",
                  "IPv6",
                  0,
                  256,
                  List.of("2001:db8:1::-2001:db8:1::ff"))),
          List.of(new WaitingView("shop/new", "no pool serves the namespace shop")),
          List.of("IPAddressPool metallb-system/dual: no L2Advertisement names it"),
          List.of(),
          List.of());
  public final List<EventView> events =
      new CopyOnWriteArrayList<>(
          List.of(
              new EventView(1, "2026-11-22T10:00:00Z", "info", "table", "1: 2 routes"),
              new EventView(
                  2, "2026-11-22T10:00:05Z", "warning", "https/node-1", "UP -> DOWN: refused")));
  public final List<String> orders = new CopyOnWriteArrayList<>();

  public static BackendView backend(
      String route, String node, String address, String state, String reason, long active) {
    return new BackendView(
        route,
        node,
        address,
        state,
        200.4,
        100,
        reason,
        "http :10256/healthz ok",
        active,
        100,
        2,
        1_500_000,
        3_000_000_000L);
  }

  @Override
  public StatusView status() {
    return new StatusView(
        "edge-1",
        "0.1.0",
        problems.isEmpty() ? "ok" : "degraded",
        problems,
        93_784,
        42,
        "epoll",
        2,
        4,
        60_000,
        1234,
        "/etc/headgate/headgate.conf",
        "2026-11-22T09:00:00Z",
        "never",
        List.of(
            new ClusterView(
                "kubernetes",
                100,
                0,
                "https://10.0.0.1:6443",
                "live",
                1.25,
                3,
                2,
                6,
                List.of(
                    new WatchView("nodes", true, true, 12, 0, ""),
                    new WatchView("services", true, false, 9, 3, "410 Gone")),
                List.of(
                    new WriterView(
                        "this edge", true, "headgate/headgate-edge", "edge-1", 7, 5, 1, 0, "")))),
        List.of(
            new ListenerView("*:80/tcp", "http", ""),
            new ListenerView("*:443/tcp", "https", problems.isEmpty() ? "" : "Permission denied")));
  }

  @Override
  public List<RouteView> routes() {
    return List.of(
        new RouteView(
            "http",
            List.of("*:80/tcp"),
            "ingress-nginx/ingress-nginx-controller:http",
            30080,
            "least-connections",
            "off",
            "normal",
            1,
            2,
            4,
            0,
            1234,
            1_500_000,
            3_000_000_000L,
            1,
            0,
            7),
        new RouteView(
            "https",
            List.of("*:443/tcp"),
            "ingress-nginx/ingress-nginx-controller:https",
            0,
            "round-robin",
            "v2",
            "empty",
            0,
            1,
            0,
            2,
            10,
            512,
            0,
            4,
            2,
            0));
  }

  @Override
  public List<BackendView> backends() {
    return backends;
  }

  @Override
  public List<NodeView> nodes() {
    return nodes;
  }

  @Override
  public AddressesView addresses() {
    return addresses;
  }

  @Override
  public List<CheckView> doctor() {
    return checks;
  }

  @Override
  public List<Explanation> explain(String routeOrService) {
    return Stream.of("http", "ingress-nginx/ingress-nginx-controller")
            .anyMatch(routeOrService::equals)
        ? List.of(
            new Explanation(
                "http",
                "ingress-nginx/ingress-nginx-controller:http",
                List.of("externalTrafficPolicy: Local"),
                List.of(
                    new OfNode(
                        "node-1",
                        "10.1.0.11:30080",
                        Optional.of(BackendState.UP),
                        List.of(
                            new Verdict("endpoints", "1 ready on the node", false),
                            new Verdict("probe", "10256/healthz answers 200", true))),
                    new OfNode(
                        "node-9",
                        "",
                        Optional.empty(),
                        List.of(new Verdict("label", "excluded from balancers", true))))))
        : List.of();
  }

  @Override
  public List<EventView> events(long afterSequence) {
    return events.stream().filter(event -> event.sequence() > afterSequence).toList();
  }

  @Override
  public Map<String, Object> config() {
    return config.get();
  }

  @Override
  public List<MetricFamily> metrics() {
    return List.of(
        new MetricFamily(
            "headgate_route_connections_total",
            MetricFamily.Type.COUNTER,
            "Connections accepted.",
            new ArrayList<>(
                List.of(
                    new Sample.Value(Map.of("route", "http"), 1234),
                    new Sample.Value(Map.of("route", "https"), 10)))),
        MetricFamily.gauge("headgate_connections", "Connections open now.", 4));
  }

  @Override
  public boolean live() {
    return live;
  }

  @Override
  public Optional<String> notReady() {
    return notReady;
  }

  @Override
  public OrderResult order(OperatorOrders.Target target, OperatorOrders.Order order) {
    boolean known = nodes.stream().anyMatch(node -> node.node().equals(target.node()));
    if (!known) {
      return new OrderResult(false, "no route has a node " + target.node(), 0);
    }
    orders.add(order + " " + target);
    return new OrderResult(true, target + ": " + order, 1);
  }

  @Override
  public FailoverResult failover(Optional<String> group, boolean takeBack) {
    orders.add((takeBack ? "take back " : "fail over ") + group.orElse("all"));
    return failover;
  }

  @Override
  public ReloadResult reload() {
    return reload.get();
  }
}
