package io.headgate.desired;

import io.headgate.addressing.Assignment;
import io.headgate.model.Explanation;
import io.headgate.model.Listener;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.Remark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the cluster is to be told of the Services whose class is ours. Only what lasts: neither
 * probes nor connections that fail for a moment, nor the operator's orders.
 */
final class Reports {
  private static final Set<String> NOT_SERVED = Set.of("NoEndpoints", "UnAvailableLoadBalancer");

  private Reports() {}

  static Map<ServiceKey, ServiceReport> of(ServicePlan plan, Map<String, RouteDecision> decisions) {
    Map<ServiceKey, ServiceReport> reports = new HashMap<>();
    plan.servings()
        .forEach((key, serving) -> {
          if (serving.settings().ours()) {
            reports.put(key, report(serving, decisions));
          }
        });
    return reports;
  }

  private static ServiceReport report(Serving serving, Map<String, RouteDecision> decisions) {
    Set<Remark> remarks = new LinkedHashSet<>(serving.remarks());
    List<Listener> served = new ArrayList<>();
    for (RouteDecision decision : decided(serving, decisions)) {
      List<Remark> ofRoute =
          decision.notes().stream().flatMap(note -> note.forUser().stream()).toList();
      remarks.addAll(ofRoute);
      if (ofRoute.stream().noneMatch(remark -> NOT_SERVED.contains(remark.reason()))) {
        served.addAll(decision.route().listeners());
      }
    }
    if (!served.isEmpty()) {
      remarks.add(new Remark(Level.NORMAL, "EnsuredLoadBalancer", "serving on " + text(served)));
    }
    return new ServiceReport(
        serving.settings().service().key(),
        serving.settings().service().uid(),
        serving.assignment().map(Assignment::addresses).orElse(List.of()),
        serving.problems(),
        List.copyOf(remarks),
        serving.settings().statusAddress());
  }

  private static List<RouteDecision> decided(
      Serving serving, Map<String, RouteDecision> decisions) {
    return serving.routeNames().stream()
        .flatMap(route -> Optional.ofNullable(decisions.get(route)).stream())
        .toList();
  }

  private static String text(List<Listener> listeners) {
    return listeners.stream().sorted().map(Listener::toString).collect(Collectors.joining(", "));
  }

  /** Of the Services of our class that have no route: why they have none. */
  static Map<String, Explanation> explanations(ServicePlan plan) {
    Map<String, Explanation> explanations = new HashMap<>();
    plan.servings()
        .forEach((key, serving) -> {
          if (serving.routeNames().isEmpty()) {
            List<String> notes = new ArrayList<>();
            if (serving.assignment().map(given -> given.addresses().isEmpty()).orElse(true)) {
              notes.add("the Service has no address yet");
            }
            serving.remarks().forEach(remark -> notes.add(remark.message()));
            explanations.put(
                key.toString(),
                new Explanation(key.toString(), "service " + key, notes, List.of()));
          }
        });
    return explanations;
  }
}
