package io.headgate.desired;

import io.headgate.addressing.Assignment;
import io.headgate.model.ClusterState.Freshness;
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

/**
 * What the cluster is to be told of the Services whose class is ours, and of others whose external
 * IPs concern us. Only what lasts: neither probes nor connections that fail for a moment, nor the
 * operator's orders.
 */
final class Reports {
  private Reports() {}

  /**
   * Those of now, the same where nothing is different.
   *
   * @param fresh the decisions that {@code previous} has not
   */
  static Map<ServiceKey, ServiceReport> of(
      ServicePlan plan,
      Map<String, RouteDecision> decisions,
      List<RouteDecision> fresh,
      DesiredState previous) {
    boolean samePlan =
        previous.freshness() == Freshness.LIVE && plan.served().equals(previous.plan().served());
    if (samePlan && fresh.isEmpty()) {
      return previous.reports();
    }
    Map<ServiceKey, ServiceReport> reports = new HashMap<>();
    if (samePlan) {
      reports.putAll(previous.reports());
      for (RouteDecision decision : fresh) {
        if (decision.effective().byService()) {
          decision
              .effective()
              .settings()
              .ifPresent(settings -> report(settings.service().key(), plan, decisions, reports));
        }
      }
    } else {
      for (Map.Entry<ServiceKey, Served> one : plan.served().entrySet()) {
        ServiceReport known = previous.reports().get(one.getKey());
        if (known != null && stands(one.getKey(), one.getValue(), decisions, previous)) {
          reports.put(one.getKey(), known);
        } else {
          report(one.getKey(), plan, decisions, reports);
        }
      }
    }
    return reports;
  }

  private static void report(
      ServiceKey key,
      ServicePlan plan,
      Map<String, RouteDecision> decisions,
      Map<ServiceKey, ServiceReport> reports) {
    Served served = plan.served().get(key);
    if (served == null) {
      return;
    }
    if (served.settings().ours()) {
      reports.put(key, report(served, decisions));
    } else if (!served.asked().remarks().isEmpty()) {
      String uid = served.settings().service().uid();
      reports.put(key, ServiceReport.ofOthers(key, uid, served.asked().remarks()));
    }
  }

  private static boolean stands(
      ServiceKey key, Served now, Map<String, RouteDecision> decisions, DesiredState previous) {
    if (!now.equals(previous.plan().served().get(key))) {
      return false;
    }
    for (EffectiveRoute route : now.routes()) {
      String name = route.config().name();
      RouteDecision decision = decisions.get(name);
      if (decision == null || !decision.equals(previous.decisions().get(name))) {
        return false;
      }
    }
    return true;
  }

  private static ServiceReport report(Served service, Map<String, RouteDecision> decisions) {
    Set<Remark> remarks = new LinkedHashSet<>(service.asked().remarks());
    List<Listener> listeners = new ArrayList<>();
    for (RouteDecision decision : decided(service, decisions)) {
      List<Remark> ofRoute =
          decision.notes().stream().flatMap(note -> note.forUser().stream()).toList();
      remarks.addAll(ofRoute);
      if (ofRoute.stream()
          .noneMatch(remark -> ServiceReport.NOT_SERVED.contains(remark.reason()))) {
        listeners.addAll(decision.route().listeners());
      }
    }
    if (!listeners.isEmpty()) {
      String where = Listener.text(listeners.stream().sorted().toList());
      remarks.add(new Remark(Level.NORMAL, ServiceReport.SERVED, "serving on " + where));
    }
    if (service.asked().assignment().filter(Assignment::leavesStatus).isPresent()) {
      return ServiceReport.ofOthers(
          service.settings().service().key(),
          service.settings().service().uid(),
          List.copyOf(remarks));
    }
    return new ServiceReport(
        service.settings().service().key(),
        service.settings().service().uid(),
        service.asked().assignment().map(Assignment::addresses).orElse(List.of()),
        service.asked().problems(),
        List.copyOf(remarks),
        service.settings().statusAddress(),
        service.asked().assignment().map(Assignment::pool).orElse(""),
        true);
  }

  private static List<RouteDecision> decided(Served service, Map<String, RouteDecision> decisions) {
    return service.routes().stream()
        .flatMap(route -> Optional.ofNullable(decisions.get(route.config().name())).stream())
        .toList();
  }

  /** Of the Services of our class that have no route: why they have none. */
  static Map<String, Explanation> unserved(ServicePlan plan) {
    Map<String, Explanation> explanations = new HashMap<>();
    plan.served()
        .forEach((key, service) -> {
          if (service.routes().isEmpty() && service.settings().ours()) {
            List<String> notes = new ArrayList<>();
            if (service
                .asked()
                .assignment()
                .map(given -> given.addresses().isEmpty())
                .orElse(true)) {
              notes.add("the Service has no address yet");
            }
            service.asked().remarks().forEach(remark -> notes.add(remark.message()));
            explanations.put(
                key.toString(),
                new Explanation(key.toString(), "service " + key, notes, List.of()));
          }
        });
    return explanations;
  }
}
