package io.headgate.desired;

import io.headgate.config.RouteConfig;
import io.headgate.model.Explanation;
import io.headgate.model.ProbeTarget;
import io.headgate.model.RouteTable;
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
    ClusterView cluster = ClusterView.of(inputs.config().kubernetes(), inputs.cluster());
    Map<String, RouteDecision> decisions = new LinkedHashMap<>();
    for (RouteConfig route : inputs.config().routes()) {
      var judge = new RouteJudge(route, Selection.of(route, cluster), inputs, nowNs);
      decisions.put(route.name(), judge.decide(previous.histories()));
    }
    return joined(previous, cluster, decisions);
  }

  private static DesiredState joined(
      DesiredState previous, ClusterView cluster, Map<String, RouteDecision> decisions) {
    Set<ProbeTarget> probes = new HashSet<>();
    Map<BackendKey, BackendHistory> histories = new HashMap<>();
    Map<String, Explanation> explanations = new HashMap<>();
    OptionalLong wakeAtNs = OptionalLong.empty();
    for (RouteDecision decision : decisions.values()) {
      probes.addAll(decision.probes());
      histories.putAll(decision.histories());
      explanations.put(decision.route().name(), decision.explanation());
      wakeAtNs = Wake.earlier(wakeAtNs, decision.wakeAtNs());
    }
    return new DesiredState(
        table(previous.table(), decisions),
        probes,
        histories,
        explanations,
        Changes.between(previous, cluster, decisions),
        wakeAtNs,
        cluster.freshness(),
        cluster.mistakes());
  }

  private static RouteTable table(RouteTable previous, Map<String, RouteDecision> decisions) {
    RouteTable next =
        RouteTable.of(
            previous.generation() + 1,
            decisions.values().stream().map(RouteDecision::route).toList());
    return next.sameAs(previous) ? previous : next;
  }
}
