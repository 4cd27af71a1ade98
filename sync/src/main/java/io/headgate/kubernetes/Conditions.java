package io.headgate.kubernetes;

import io.headgate.model.ClusterService;
import io.headgate.model.ServiceReport;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.Remark;
import io.headgate.model.ServiceRequest;
import io.headgate.model.ServiceRequest.Condition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code status.conditions} of a Service, as far as they are ours: whether it is served ({@code
 * headgate.io/Ready}), whether something is wrong with it ({@code headgate.io/Degraded}), and, only
 * while it is so, that a port cannot be served ({@code LoadBalancerPortsError}, core/v1). Pure.
 */
final class Conditions {
  static final String PREFIX = "headgate.io/";
  static final String READY = PREFIX + "Ready";
  static final String DEGRADED = PREFIX + "Degraded";

  private Conditions() {}

  /** Whether we write conditions of this type; of the one without our prefix others may, too. */
  static boolean mayBeOurs(String type) {
    return type.startsWith(PREFIX) || type.equals(ServiceRequest.PORTS_ERROR);
  }

  /** Those that are there and ours. */
  static List<Condition> there(ClusterService service) {
    return service.request().conditions().stream()
        .filter(condition ->
            condition.type().startsWith(PREFIX)
                || condition.reason().equals(ServiceReport.UNSUPPORTED))
        .toList();
  }

  /** What they should say; none says since when. */
  static List<Condition> wanted(ServiceReport report, ClusterService service) {
    long generation = service.request().generation();
    List<Condition> wanted = new ArrayList<>();
    wanted.add(ready(report, generation));
    wanted.add(degraded(report, generation));
    String unsupported =
        report.portProblems().stream()
            .filter(problem -> problem.error().equals(ServiceReport.UNSUPPORTED))
            .map(problem -> problem.port() + "/" + problem.protocol())
            .collect(Collectors.joining(", "));
    if (!unsupported.isEmpty()) {
      wanted.add(
          condition(
              ServiceRequest.PORTS_ERROR,
              true,
              ServiceReport.UNSUPPORTED,
              "not served, since only TCP is: " + unsupported,
              generation));
    }
    return wanted;
  }

  /** Whether both say the same, whenever they began to. */
  static boolean same(List<Condition> there, List<Condition> wanted) {
    return there.size() == wanted.size()
        && wanted.stream().allMatch(condition -> known(condition, there));
  }

  /** Whether it is among {@code there} as it is. */
  static boolean known(Condition condition, List<Condition> there) {
    return there.stream()
        .anyMatch(
            known -> !known.since().isEmpty() && since(known, "").equals(since(condition, "")));
  }

  /**
   * With the time of its last transition, which is that of the one there if its status is the same
   * (meta/v1).
   */
  static Condition dated(Condition condition, List<Condition> there, String now) {
    Optional<String> before =
        there.stream()
            .filter(known -> known.type().equals(condition.type()))
            .filter(known -> known.status().equals(condition.status()))
            .map(Condition::since)
            .filter(since -> !since.isEmpty())
            .findFirst();
    return since(condition, before.orElse(now));
  }

  private static Condition ready(ServiceReport report, long generation) {
    Optional<Remark> served =
        report.remarks().stream()
            .filter(remark -> remark.reason().equals(ServiceReport.SERVED))
            .findFirst();
    if (served.isPresent()) {
      return condition(READY, true, "Serving", served.get().message(), generation);
    }
    return warnings(report).stream()
        .min(
            Comparator.comparing(
                why -> !ServiceReport.NOT_SERVED.contains(why.reason()))) // of equals the first
        .map(why -> condition(READY, false, why.reason(), why.message(), generation))
        .orElseGet(() ->
            report.addresses().isEmpty()
                ? condition(READY, false, "NoAddress", "it has no address yet", generation)
                : condition(READY, false, "NotServing", "no port is served", generation));
  }

  private static Condition degraded(ServiceReport report, long generation) {
    List<Remark> warnings = warnings(report);
    return warnings.isEmpty()
        ? condition(DEGRADED, false, "AsAsked", "all that it asks for is so", generation)
        : condition(
            DEGRADED,
            true,
            warnings.getFirst().reason(),
            warnings.stream().map(Remark::message).distinct().collect(Collectors.joining("; ")),
            generation);
  }

  private static List<Remark> warnings(ServiceReport report) {
    return report.remarks().stream().filter(remark -> remark.level() == Level.WARNING).toList();
  }

  private static Condition condition(
      String type, boolean status, String reason, String message, long generation) {
    return new Condition(
        type, status ? "True" : "False", reason, Deed.shortened(message), generation, "");
  }

  private static Condition since(Condition condition, String since) {
    return new Condition(
        condition.type(),
        condition.status(),
        condition.reason(),
        condition.message(),
        condition.observedGeneration(),
        since);
  }
}
