package io.headgate.desired;

import io.headgate.addressing.Assignment;
import io.headgate.config.RouteConfig;
import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.Explanation;
import io.headgate.model.ProbeTarget;
import io.headgate.model.RouteTable;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What should be so, after the latest inputs.
 *
 * @param table with the generation of the last one published where nothing in it has changed
 * @param routes those of the file, then those that Services ask for, with the policies that hold
 * @param probes what has to be probed for the next decision
 * @param histories what the next decision needs to remember of each backend
 * @param explanations by route; by {@code namespace/name} of a Service that has none
 * @param reports what the cluster is to be told; none before the API has answered in this run
 * @param changes what is different from the state before, for log and events, in order
 * @param wakeAtNs when the passing of time alone may change something, on the clock of {@code
 *     System.nanoTime}
 * @param freshness of the cluster that was decided on
 * @param mistakes what is written on a Node and means nothing, by its name
 * @param memory for the next decision about Services
 */
public record DesiredState(
    RouteTable table,
    List<RouteConfig> routes,
    Set<ProbeTarget> probes,
    Map<BackendKey, BackendHistory> histories,
    Map<String, Explanation> explanations,
    Map<ServiceKey, ServiceReport> reports,
    List<Change> changes,
    OptionalLong wakeAtNs,
    Freshness freshness,
    Map<String, String> mistakes,
    Memory memory) {
  /** Before the first decision. */
  public static final DesiredState INITIAL =
      new DesiredState(
          RouteTable.EMPTY,
          List.of(),
          Set.of(),
          Map.of(),
          Map.of(),
          Map.of(),
          List.of(),
          OptionalLong.empty(),
          Freshness.NONE,
          Map.of(),
          Memory.NONE);

  public DesiredState {
    // Not Set.copyOf and Map.copyOf: those probe linearly, and neighbouring addresses have
    // neighbouring hashes, so that thousands of them would be searched one after the other.
    probes = Collections.unmodifiableSet(new HashSet<>(probes));
    histories = Collections.unmodifiableMap(new HashMap<>(histories));
    routes = List.copyOf(routes);
    explanations = Map.copyOf(explanations);
    reports = Map.copyOf(reports);
    changes = List.copyOf(changes);
    mistakes = Map.copyOf(mistakes);
  }

  /** What each Service whose class is ours has got, be it nothing. */
  public Map<ServiceKey, Assignment> assignments() {
    return memory.assignments();
  }

  /**
   * Why things go where they go, by the name of a route, or of a Service for all of its routes;
   * empty where there is no such.
   */
  public List<Explanation> explain(String routeOrService) {
    List<Explanation> ofRoutes =
        routes.stream()
            .filter(route ->
                route.name().equals(routeOrService)
                    || (route.source() instanceof Source.Service(var service, _)
                        && service.toString().equals(routeOrService)))
            .flatMap(route -> Optional.ofNullable(explanations.get(route.name())).stream())
            .toList();
    return ofRoutes.isEmpty()
        ? Optional.ofNullable(explanations.get(routeOrService)).stream().toList()
        : ofRoutes;
  }
}
