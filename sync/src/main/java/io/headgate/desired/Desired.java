package io.headgate.desired;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.Explanation;
import io.headgate.model.ProbeTarget;
import io.headgate.model.RouteTable;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** From inputs to table. Pure. */
public final class Desired {
  private Desired() {}

  /**
   * The state after {@code previous}, given {@code inputs}. The same inputs at a moment before
   * {@link DesiredState#wakeAtNs} give the same table, and no change.
   *
   * @param nowNs on the clock of {@code System.nanoTime}
   */
  public static DesiredState next(DesiredState previous, Inputs inputs, long nowNs) {
    return next(previous, inputs, LoadBalancing.of(inputs), nowNs);
  }

  static DesiredState next(
      DesiredState previous, Inputs inputs, LoadBalancing balancing, long nowNs) {
    ClusterView cluster = ClusterView.of(inputs.config().kubernetes(), inputs.cluster());
    ServicePlan plan =
        ServicePlan.of(previous.memory(), inputs.config(), cluster.snapshot(), balancing);
    Map<String, RouteDecision> decisions = new LinkedHashMap<>();
    for (EffectiveRoute route : plan.routes()) {
      var judge = new RouteJudge(route, Selection.of(route, cluster), inputs, nowNs);
      decisions.put(route.config().name(), judge.decide(past(previous, plan, route)));
    }
    return joined(previous, cluster, plan, decisions);
  }

  /** A Service that was made anew by the same name inherits nothing. */
  private static Map<BackendKey, BackendHistory> past(
      DesiredState previous, ServicePlan plan, EffectiveRoute route) {
    return route.config().source() instanceof Source.Service(var service, _)
            && plan.anew().contains(service)
        ? Map.of()
        : previous.histories();
  }

  private static DesiredState joined(
      DesiredState previous,
      ClusterView cluster,
      ServicePlan plan,
      Map<String, RouteDecision> decisions) {
    Set<ProbeTarget> probes = new HashSet<>();
    Map<BackendKey, BackendHistory> histories = new HashMap<>();
    Map<String, Explanation> explanations = new HashMap<>(Reports.explanations(plan));
    OptionalLong wakeAtNs = OptionalLong.empty();
    for (RouteDecision decision : decisions.values()) {
      probes.addAll(decision.probes());
      histories.putAll(decision.histories());
      explanations.put(decision.route().name(), decision.explanation());
      wakeAtNs = Wake.earlier(wakeAtNs, decision.wakeAtNs());
    }
    Map<ServiceKey, ServiceReport> reports =
        cluster.freshness() == Freshness.LIVE ? Reports.of(plan, decisions) : Map.of();
    return new DesiredState(
        table(previous.table(), decisions),
        plan.routes().stream().map(EffectiveRoute::config).toList(),
        probes,
        histories,
        explanations,
        reports,
        Changes.between(previous, cluster, plan, decisions),
        wakeAtNs,
        cluster.freshness(),
        cluster.mistakes(),
        plan.memory());
  }

  private static RouteTable table(RouteTable previous, Map<String, RouteDecision> decisions) {
    RouteTable next =
        RouteTable.of(
            previous.generation() + 1,
            decisions.values().stream().map(RouteDecision::route).toList());
    return next.sameAs(previous) ? previous : next;
  }
}
