package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import io.headgate.model.ServiceReport;
import io.headgate.model.ServiceReport.StatusAddress;
import io.headgate.model.ServiceRequest;
import io.headgate.model.ServiceRequest.Condition;
import io.headgate.model.ServiceRequest.Given;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a Service bears of our writing, or should bear: its addresses, our conditions, and our
 * annotations. Pure.
 *
 * @param ingress {@code status.loadBalancer.ingress}
 * @param conditions of {@code status.conditions} those that are ours
 * @param annotations of {@code metadata.annotations} those that we write
 */
record Inscription(
    List<Given> ingress, List<Condition> conditions, Map<String, String> annotations) {
  private static final List<String> WRITTEN =
      List.of(ServiceRequest.ALLOCATED_FROM, ServiceRequest.ALLOCATED, ServiceRequest.ANNOUNCED_BY);

  Inscription {
    ingress = List.copyOf(ingress);
    conditions = List.copyOf(conditions);
    annotations = Map.copyOf(annotations);
  }

  /**
   * What a server does not keep, so that its absence means nothing.
   *
   * @param ipMode before 1.29
   * @param conditions before 1.20
   */
  record Dropped(boolean ipMode, boolean conditions) {
    static final Dropped NOTHING = new Dropped(false, false);
  }

  /** What it bears. */
  static Inscription of(ClusterService service) {
    Map<String, String> annotations = new TreeMap<>(service.request().annotations());
    annotations.keySet().retainAll(WRITTEN);
    return new Inscription(service.request().given(), Conditions.there(service), annotations);
  }

  /** What the report wants it to bear, and the name of those that announce its addresses. */
  static Inscription wanted(ServiceReport report, ClusterService service, Announcers announcers) {
    Map<String, String> annotations = new TreeMap<>();
    if (!report.addresses().isEmpty() && !report.pool().isEmpty()) {
      annotations.put(ServiceRequest.ALLOCATED_FROM, report.pool());
      if (!(report.statusAddress() instanceof StatusAddress.Ip)) { // else it is in the status
        annotations.put(
            ServiceRequest.ALLOCATED,
            report.addresses().stream().map(Addresses::text).collect(Collectors.joining(",")));
      }
    }
    String there = service.request().annotations().getOrDefault(ServiceRequest.ANNOUNCED_BY, "");
    announcers
        .of(report.addresses(), there)
        .ifPresent(names -> annotations.put(ServiceRequest.ANNOUNCED_BY, names));
    return new Inscription(
        Ingress.wanted(report, service), Conditions.wanted(report, service), annotations);
  }

  /** What is left on a Service that is no longer ours: what others write. */
  static Inscription withoutOurs(ClusterService service) {
    boolean foreignAddresses = text(service, "headgate.io/status-address").equals("none");
    return new Inscription(
        foreignAddresses ? service.request().given() : List.of(), List.of(), Map.of());
  }

  /**
   * Whether a Service bears our writing and nobody would answer for it any more: whatever its class
   * was, it has no load balancer now, or is to be ignored. One of another class may be another
   * edge's.
   */
  static boolean isLeftOver(ClusterService service) {
    boolean nobodys =
        service.type() != ClusterService.Type.LOAD_BALANCER
            || text(service, "headgate.io/ignore").equalsIgnoreCase("true");
    return nobodys && !service.request().deleting() && of(service).isOurs();
  }

  private static String text(ClusterService service, String annotation) {
    return service.request().annotations().getOrDefault(annotation, "").strip();
  }

  private boolean isOurs() {
    return !annotations.isEmpty()
        || conditions.stream().anyMatch(one -> one.type().startsWith(Conditions.PREFIX));
  }

  /** Whether both mean the same. */
  static boolean same(Inscription there, Inscription wanted, Dropped dropped) {
    return Ingress.same(there.ingress, wanted.ingress, dropped.ipMode())
        && (dropped.conditions() || Conditions.same(there.conditions, wanted.conditions))
        && there.annotations.equals(wanted.annotations);
  }

  /**
   * A strategic merge patch of what differs. With the uid, which a server refuses to change, so
   * that a Service made anew by the same name is not written. Conditions are merged by their type,
   * so that those of others stay (core/v1: {@code patchMergeKey=type}), the addresses are replaced.
   */
  static ObjectNode patch(String uid, Inscription there, Inscription wanted, Instant now) {
    ObjectNode patch = ApiJson.MAPPER.createObjectNode();
    ObjectNode metadata = patch.putObject("metadata").put("uid", uid);
    if (!there.annotations.equals(wanted.annotations)) {
      ObjectNode annotations = metadata.putObject("annotations");
      there.annotations.keySet().forEach(annotations::putNull);
      new TreeMap<>(wanted.annotations).forEach(annotations::put);
    }
    if (!Ingress.same(there.ingress, wanted.ingress, false)) {
      Ingress.put(patch.withObject("/status"), wanted.ingress);
    }
    if (!Conditions.same(there.conditions, wanted.conditions)) {
      put(patch.withObject("/status").putArray("conditions"), there, wanted, now);
    }
    return patch;
  }

  private static void put(
      ArrayNode conditions, Inscription there, Inscription wanted, Instant now) {
    String time = Deed.seconds(now);
    for (Condition condition : wanted.conditions) {
      if (!Conditions.known(condition, there.conditions)) {
        put(conditions.addObject(), Conditions.dated(condition, there.conditions, time));
      }
    }
    for (Condition condition : there.conditions) {
      if (wanted.conditions.stream().noneMatch(one -> one.type().equals(condition.type()))) {
        conditions.addObject().put("$patch", "delete").put("type", condition.type());
      }
    }
  }

  private static void put(ObjectNode entry, Condition condition) {
    entry
        .put("type", condition.type())
        .put("status", condition.status())
        .put("reason", condition.reason())
        .put("message", condition.message())
        .put("lastTransitionTime", condition.since());
    if (condition.observedGeneration() > 0) {
      entry.put("observedGeneration", condition.observedGeneration());
    }
  }
}
