package io.headgate.app;

import io.headgate.admin.BackendView;
import io.headgate.admin.NodeView;
import io.headgate.admin.RouteView;
import io.headgate.config.ClustersConfig.Further;
import io.headgate.config.RouteConfig;
import io.headgate.config.RouteConfig.Source;
import io.headgate.desired.BackendHistory;
import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.Explanation;
import io.headgate.model.Explanation.OfNode;
import io.headgate.model.Listener;
import io.headgate.model.OperatorOrders.Target;
import io.headgate.model.Route;
import io.headgate.relay.CloseReason;
import io.headgate.relay.RelayCounters.OfBackend;
import io.headgate.relay.RelayCounters.OfRoute;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The rows of {@code headgate routes}, {@code backends} and {@code nodes}. Pure. */
final class RowsOf {
  private static final Set<CloseReason> FAILURES =
      EnumSet.of(CloseReason.CONNECT_FAILED, CloseReason.NO_BACKEND, CloseReason.QUEUE_TIMEOUT);

  private RowsOf() {}

  static List<RouteView> routes(Moment now) {
    Map<String, OfRoute> counted = now.countersByRoute();
    Map<String, Route> table = now.state().table().routes();
    List<RouteView> rows = new ArrayList<>();
    for (RouteConfig config : now.state().routes()) {
      Optional<OfRoute> counters = Optional.ofNullable(counted.get(config.name()));
      Optional<Route> route = Optional.ofNullable(table.get(config.name()));
      rows.add(
          new RouteView(
              config.name(),
              config.listeners().stream().map(Listener::toString).toList(),
              config.source().toString(),
              nodePort(config, now.inputs().cluster().snapshot()),
              word(config.policy().balance()),
              word(config.policy().proxyProtocol()),
              route.map(Route::mode).map(RowsOf::word).orElse("empty"),
              route.map(r -> r.candidates().size()).orElse(0),
              route.map(r -> r.backends().size()).orElse(0),
              counters.map(OfRoute::active).orElse(0L),
              counters.map(OfRoute::waiting).orElse(0L),
              counters.map(OfRoute::accepted).orElse(0L),
              counters.map(OfRoute::fromClientBytes).orElse(0L),
              counters.map(OfRoute::toClientBytes).orElse(0L),
              counters.map(OfRoute::connectRetries).orElse(0L),
              counters.map(RowsOf::failed).orElse(0L),
              counters.map(c -> c.affinity().clients()).orElse(0L)));
    }
    return rows;
  }

  /** 0 where there is none. */
  private static int nodePort(RouteConfig config, ClusterSnapshot cluster) {
    return config.source() instanceof Source.Service(var service, var port)
        ? Optional.ofNullable(cluster.services().get(service))
            .flatMap(known -> known.port(port))
            .map(Port::nodePort)
            .orElse(0)
        : 0;
  }

  static List<BackendView> backends(Moment now) {
    return backends(now, route -> probes(now, route));
  }

  /** Without what was last asked of each, which takes as long as explaining every route. */
  static List<BackendView> unexplained(Moment now) {
    return backends(now, _ -> Map.of());
  }

  /**
   * Every backend of the table.
   *
   * @param probes what was last asked of each backend of a route, by its address
   */
  private static List<BackendView> backends(
      Moment now, Function<Route, Map<String, String>> probes) {
    Map<String, OfRoute> counted = now.countersByRoute();
    List<BackendView> rows = new ArrayList<>();
    for (Route route : now.state().table().routes().values()) {
      Map<InetSocketAddress, OfBackend> counters =
          Moment.countersByBackend(Optional.ofNullable(counted.get(route.name())));
      Map<String, String> asked = probes.apply(route);
      for (Backend backend : route.backends()) {
        Optional<OfBackend> counter = Optional.ofNullable(counters.get(backend.address()));
        Optional<BackendHistory> history = now.state().history(route.name(), backend.address());
        rows.add(
            new BackendView(
                route.name(),
                backend.node(),
                Addresses.text(backend.address()),
                backend.state().name(),
                history.map(h -> (now.nowNs() - h.sinceNs()) / 1e9).orElse(0.0),
                backend.weightPercent(),
                backend.reason(),
                asked.getOrDefault(Addresses.text(backend.address()), ""),
                counter.map(OfBackend::active).orElse(0L),
                counter.map(OfBackend::total).orElse(0L),
                counter.map(OfBackend::connectFailures).orElse(0L),
                counter.map(OfBackend::fromClientBytes).orElse(0L),
                counter.map(OfBackend::toClientBytes).orElse(0L)));
      }
    }
    return rows;
  }

  static List<NodeView> nodes(Moment now) {
    Map<String, List<BackendView>> byNode =
        unexplained(now).stream()
            .collect(Collectors.groupingBy(BackendView::node, TreeMap::new, Collectors.toList()));
    Map<String, ClusterNode> cluster = clusterNodes(now);
    Set<String> names = new TreeSet<>(cluster.keySet());
    names.addAll(byNode.keySet());
    return names.stream()
        .map(name ->
            node(
                now,
                name,
                Optional.ofNullable(cluster.get(name)),
                byNode.getOrDefault(name, List.of())))
        .toList();
  }

  /** Of all clusters, by the names that backends on them have. */
  static Map<String, ClusterNode> clusterNodes(Moment now) {
    Map<String, ClusterNode> nodes = new TreeMap<>(now.inputs().cluster().snapshot().nodes());
    now.inputs().config().clusters().further().stream()
        .map(Further::name)
        .forEach(name ->
            now.inputs()
                .further(name)
                .snapshot()
                .nodes()
                .forEach((node, known) -> nodes.put(name + ":" + node, known)));
    return nodes;
  }

  private static NodeView node(
      Moment now, String name, Optional<ClusterNode> node, List<BackendView> backends) {
    Map<String, Long> states =
        backends.stream()
            .collect(
                Collectors.groupingBy(BackendView::state, TreeMap::new, Collectors.counting()));
    return new NodeView(
        name,
        node.map(RowsOf::address)
            .orElseGet(() -> backends.stream().findFirst().map(BackendView::address).orElse("")),
        node.map(n -> ready(n.readiness())).orElse(""),
        node.map(RowsOf::flags).orElse(List.of()),
        Optional.ofNullable(now.inputs().orders().orders().get(new Target(Optional.empty(), name)))
            .map(RowsOf::word)
            .orElse(""),
        states.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList(),
        backends.stream().mapToLong(BackendView::active).sum());
  }

  private static String address(ClusterNode node) {
    return node.internalAddresses().stream()
        .findFirst()
        .or(() -> node.externalAddresses().stream().findFirst())
        .map(Addresses::text)
        .orElse("");
  }

  private static String ready(ClusterNode.Readiness readiness) {
    return switch (readiness) {
      case READY -> "yes";
      case NOT_READY -> "no";
      case UNKNOWN -> "unknown";
    };
  }

  private static List<String> flags(ClusterNode node) {
    List<String> flags = new ArrayList<>();
    if (node.deleting()) {
      flags.add("deleting");
    }
    if (node.unschedulable()) {
      flags.add("cordoned");
    }
    if (node.shuttingDown()) {
      flags.add("shutting down");
    }
    if (node.networkUnavailable()) {
      flags.add("network unavailable");
    }
    node.taints().stream().sorted().map(taint -> "taint " + taint).forEach(flags::add);
    return flags;
  }

  /** What was last asked of each backend of a route, by its address; not where nothing was. */
  private static Map<String, String> probes(Moment now, Route route) {
    Map<String, String> texts = new HashMap<>();
    for (Explanation explanation : now.state().explain(route.name(), now.inputs())) {
      for (OfNode node : explanation.nodes()) {
        node.verdicts().stream()
            .filter(verdict -> verdict.question().equals("probe"))
            .forEach(verdict ->
                texts.merge(
                    node.backend(), verdict.answer(), (first, more) -> first + "; " + more));
      }
    }
    return texts;
  }

  private static long failed(OfRoute route) {
    return FAILURES.stream().mapToLong(reason -> route.closed().getOrDefault(reason, 0L)).sum();
  }

  /** An enum's value as the configuration writes it. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
