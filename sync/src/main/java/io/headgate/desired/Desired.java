package io.headgate.desired;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.RouteTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

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
    return next(previous, inputs, LoadBalancing.of(previous.plan(), inputs, nowNs), nowNs);
  }

  static DesiredState next(
      DesiredState previous, Inputs inputs, LoadBalancing balancing, long nowNs) {
    ClusterView known = previous.cluster().then(inputs);
    ServicePlan plan = previous.plan().then(inputs.config(), known.snapshot(), balancing);
    ClusterView cluster = known.probing(plan, inputs.health());
    Touched touched =
        Touched.between(previous.health(), inputs.health(), previous.orders(), inputs.orders());
    int sharedNodePort =
        SharedProbe.nodePort(previous.sharedNodePort(), plan, cluster, inputs.health());
    Moved moved = Moved.between(previous, cluster, sharedNodePort);
    Map<String, RouteDecision> decisions = LinkedHashMap.newLinkedHashMap(plan.routes().size());
    List<RouteDecision> fresh = new ArrayList<>();
    for (EffectiveRoute route : plan.routes()) {
      Optional<RouteDecision> before = known(previous, plan, route);
      Optional<RouteDecision> tenable = before.filter(_ -> !moved.everything());
      Ground ground =
          tenable
              .filter(last -> !moved.mayConcern(last) && last.effective().equals(route))
              .map(RouteDecision::ground)
              .orElseGet(() ->
                  Ground.of(route, cluster, sharedNodePort, tenable.map(RouteDecision::ground)));
      Optional<RouteDecision> standing =
          tenable.filter(last -> last.stands(route, ground, touched, nowNs));
      RouteDecision decision =
          standing.orElseGet(() -> {
            var past = before.map(RouteDecision::histories).orElse(Map.of());
            return RouteJudge.decide(route, ground, cluster, inputs, past, nowNs);
          });
      if (standing.isEmpty()) {
        fresh.add(decision);
      }
      decisions.put(route.config().name(), decision);
    }
    return joined(previous, inputs, cluster, plan, sharedNodePort, decisions, fresh, nowNs);
  }

  /** A Service that was made anew by the same name inherits nothing. */
  private static Optional<RouteDecision> known(
      DesiredState previous, ServicePlan plan, EffectiveRoute route) {
    boolean anew =
        route.config().source() instanceof Source.Service(var service, _)
            && plan.anew().contains(service);
    return anew
        ? Optional.empty()
        : Optional.ofNullable(previous.decisions().get(route.config().name()));
  }

  private static DesiredState joined(
      DesiredState previous,
      Inputs inputs,
      ClusterView cluster,
      ServicePlan plan,
      int sharedNodePort,
      Map<String, RouteDecision> decisions,
      List<RouteDecision> fresh,
      long nowNs) {
    boolean same = fresh.isEmpty() && decisions.size() == previous.decisions().size();
    OptionalLong wakeAtNs = OptionalLong.empty();
    for (RouteDecision decision : decisions.values()) {
      wakeAtNs = Wake.earlier(wakeAtNs, decision.wakeAtNs());
    }
    return new DesiredState(
        same ? previous.table() : table(previous.table(), decisions),
        decisions,
        same ? previous.probes() : Probes.after(previous, decisions, fresh),
        plan.served().equals(previous.plan().served())
            ? previous.unserved()
            : Reports.unserved(plan),
        cluster.freshness() == Freshness.LIVE
            ? Reports.of(plan, decisions, fresh, previous)
            : Map.of(),
        Changes.between(previous, inputs, cluster, plan, decisions, fresh, nowNs),
        wakeAtNs,
        nowNs,
        cluster,
        inputs.health(),
        inputs.orders(),
        plan,
        sharedNodePort);
  }

  private static RouteTable table(RouteTable previous, Map<String, RouteDecision> decisions) {
    RouteTable next =
        RouteTable.of(
            previous.generation() + 1,
            decisions.values().stream().map(RouteDecision::route).toList());
    return next.sameAs(previous) ? previous : next;
  }
}
