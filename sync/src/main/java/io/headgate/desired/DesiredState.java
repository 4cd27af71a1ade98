package io.headgate.desired;

import io.headgate.addressing.Addressing;
import io.headgate.addressing.Assignment;
import io.headgate.addressing.PoolCatalog.Notice;
import io.headgate.config.RouteConfig;
import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.Explanation;
import io.headgate.model.HealthReport;
import io.headgate.model.OperatorOrders;
import io.headgate.model.ProbeTarget;
import io.headgate.model.RouteTable;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What should be so, after the latest inputs. Of two states that follow each other the same parts
 * are the same objects.
 *
 * @param table with the generation of the last one published where nothing in it has changed
 * @param decisions by the route's name: those of the file, then those that Services ask for
 * @param probes what has to be probed for the next decision
 * @param unserved why Services of our class have no route, by their {@code namespace/name}
 * @param reports what the cluster is to be told; none before the API has answered in this run
 * @param changes what is different from the state before, for log and events, in order
 * @param wakeAtNs when the passing of time alone may change something, on the clock of {@code
 *     System.nanoTime}
 * @param decidedAtNs when it was decided, on the same clock
 * @param cluster that was decided on, and so {@code health} and {@code orders}
 * @param plan of the Services
 * @param sharedNodePort see {@link SharedProbe}
 */
public record DesiredState(
    RouteTable table,
    Map<String, RouteDecision> decisions,
    Set<ProbeTarget> probes,
    Map<String, Explanation> unserved,
    Map<ServiceKey, ServiceReport> reports,
    List<Change> changes,
    OptionalLong wakeAtNs,
    long decidedAtNs,
    ClusterView cluster,
    HealthReport health,
    OperatorOrders orders,
    ServicePlan plan,
    int sharedNodePort) {
  /** Before the first decision. */
  public static final DesiredState INITIAL =
      new DesiredState(
          RouteTable.EMPTY,
          Map.of(),
          Set.of(),
          Map.of(),
          Map.of(),
          List.of(),
          OptionalLong.empty(),
          0,
          ClusterView.NONE,
          HealthReport.EMPTY,
          OperatorOrders.NONE,
          ServicePlan.NONE,
          0);

  public DesiredState {
    // Views, because the next state takes over what is the same.
    decisions = Collections.unmodifiableMap(decisions);
    probes = Collections.unmodifiableSet(probes);
    unserved = Map.copyOf(unserved);
    reports = Collections.unmodifiableMap(reports);
    changes = List.copyOf(changes);
  }

  /** What each Service whose class is ours has got, be it nothing. */
  public Map<ServiceKey, Assignment> assignments() {
    return plan.memory().assignments();
  }

  /** Of the cluster that was decided on. */
  public Freshness freshness() {
    return cluster.freshness();
  }

  /** Those of the file, then those that Services ask for, with the policies that hold. */
  public List<RouteConfig> routes() {
    return decisions.values().stream().map(decision -> decision.effective().config()).toList();
  }

  /** What is remembered of a backend; empty where the route has none there. */
  public Optional<BackendHistory> history(String route, InetSocketAddress backend) {
    return Optional.ofNullable(decisions.get(route))
        .flatMap(decision -> Optional.ofNullable(decision.histories().get(backend)));
  }

  /** The pools of the file and of the cluster as one; empty where no Service is served. */
  public Optional<Addressing> addressing() {
    return plan.memory().standing().addressing();
  }

  /** What the operator should know of the pools, and of others that give of them. */
  public List<Notice> notices() {
    return plan.memory().standing().notices();
  }

  /** Of routes that leave the PROXY header to backends which do not say what they expect. */
  public List<String> undecidedHeaders() {
    List<String> undecided = new ArrayList<>();
    decisions.forEach((route, decision) ->
        decision.notes().stream()
            .filter(note -> note.event().equals(ProxyChoice.EVENT))
            .forEach(note -> undecided.add("route " + route + ": " + note.text())));
    return undecided;
  }

  /**
   * Why things go where they go, by the name of a route, or of a Service for all of its routes;
   * empty where there is no such. Any thread; takes as long as deciding about these routes.
   *
   * @param now the inputs that were decided on
   */
  public List<Explanation> explain(String routeOrService, Inputs now) {
    List<Explanation> ofRoutes =
        decisions.values().stream()
            .filter(decision -> isMeant(decision.effective().config(), routeOrService))
            .map(decision -> RouteJudge.explain(decision, cluster, now, decidedAtNs))
            .toList();
    return ofRoutes.isEmpty()
        ? Optional.ofNullable(unserved.get(routeOrService)).stream().toList()
        : ofRoutes;
  }

  private static boolean isMeant(RouteConfig route, String routeOrService) {
    return route.name().equals(routeOrService)
        || (route.source() instanceof Source.Service(var service, _)
            && service.toString().equals(routeOrService));
  }
}
