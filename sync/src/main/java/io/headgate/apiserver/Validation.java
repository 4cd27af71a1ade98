package io.headgate.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is wrong with an object that was written over HTTP, as kube-apiserver 1.32 says it (k8s:
 * {@code pkg/apis/core/validation}): only of the fields that an edge writes. The real server checks
 * neither {@code ingress[].ports} nor more of {@code status.conditions} than the time, nor the
 * {@code type} of an Event in core/v1, so that this one does not either.
 */
final class Validation {
  private static final Set<String> IP_MODES = Set.of("VIP", "Proxy");
  private static final String MICRO_TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z";

  private static final String TIME =
      "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[-+]\\d\\d:\\d\\d)";
  private static final String DOTTED_QUAD = "\\d{1,3}(\\.\\d{1,3}){3}";

  private Validation() {}

  /** A Status, or empty where nothing is wrong. */
  static Optional<ObjectNode> problem(ApiResource resource, ObjectNode object) {
    String name = object.path("metadata").path("name").asText("");
    if (name.isEmpty()) {
      return Optional.of(
          invalid(resource, name, "metadata.name: Required value: name is required"));
    }
    if (resource == ApiResource.LEASES && !timesAreMicroTimes(object.path("spec"))) {
      return Optional.of(
          Json.failure(
              400, "BadRequest", "Lease in version \"v1\" cannot be handled as a Lease: a time"));
    }
    List<String> problems =
        switch (resource) {
          case SERVICES -> ofService(object);
          case EVENTS -> ofEvent(object);
          case LEASES -> ofLease(object.path("spec"));
          case NODES, ENDPOINTSLICES, NAMESPACES, IPADDRESSPOOLS, L2ADVERTISEMENTS -> List.of();
        };
    return problems.isEmpty()
        ? Optional.empty()
        : Optional.of(invalid(resource, name, String.join(", ", problems)));
  }

  /** 422. */
  static ObjectNode invalid(ApiResource resource, String name, String why) {
    String kind =
        resource.group().isEmpty() ? resource.kind() : resource.kind() + "." + resource.group();
    return Json.failure(422, "Invalid", "%s \"%s\" is invalid: %s".formatted(kind, name, why));
  }

  /** What the server itself writes into the status of a Service, and takes out of it. */
  static void complete(ObjectNode service, boolean withoutIpMode) {
    for (JsonNode entry : service.path("status").path("conditions")) {
      if (entry instanceof ObjectNode condition) {
        fill(condition);
      }
    }
    for (JsonNode entry : service.path("status").path("loadBalancer").path("ingress")) {
      if (!(entry instanceof ObjectNode ingress)) {
        continue;
      }
      if (withoutIpMode) {
        ingress.remove("ipMode");
      } else if (ingress.has("ip") && !ingress.has("ipMode")) {
        ingress.put("ipMode", "VIP");
      }
      if (ingress.path("ports").isEmpty()) {
        ingress.remove("ports");
      }
    }
    if (service.at("/status/loadBalancer/ingress") instanceof ArrayNode none && none.isEmpty()) {
      service.withObject("/status/loadBalancer").remove("ingress");
    }
  }

  /** Fields of a Condition that are always there (meta/v1, without omitempty). */
  private static void fill(ObjectNode condition) {
    for (String text : new String[] {"type", "status", "reason", "message"}) {
      if (!condition.hasNonNull(text)) {
        condition.put(text, "");
      }
    }
    if (!condition.has("lastTransitionTime")) {
      condition.putNull("lastTransitionTime");
    }
  }

  /** A time that the real server cannot even read. */
  private static Optional<String> unreadableTime(ObjectNode service) {
    for (JsonNode condition : service.path("status").path("conditions")) {
      String since = condition.path("lastTransitionTime").asText("");
      if (!since.isEmpty() && !since.matches(TIME)) {
        return Optional.of(since);
      }
    }
    return Optional.empty();
  }

  private static List<String> ofService(ObjectNode service) {
    List<String> problems = new ArrayList<>();
    unreadableTime(service)
        .ifPresent(time -> problems.add("patch: Invalid value: parsing time \"" + time + "\""));
    JsonNode all = service.path("status").path("loadBalancer").path("ingress");
    if (!all.isEmpty() && !mayHaveAddresses(service)) {
      problems.add(
          "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is"
              + " 'LoadBalancer'");
    }
    for (int i = 0; i < all.size(); i++) {
      ofIngress("status.loadBalancer.ingress[" + i + "]", all.get(i), problems);
    }
    return problems;
  }

  static boolean mayHaveAddresses(ObjectNode service) {
    return service.path("spec").path("type").asText().equals("LoadBalancer");
  }

  private static void ofIngress(String path, JsonNode ingress, List<String> problems) {
    String ip = ingress.path("ip").asText("");
    String hostname = ingress.path("hostname").asText("");
    String mode = ingress.path("ipMode").asText("");
    if (!ip.isEmpty() && !literal(ip)) {
      problems.add(path + ".ip: Invalid value: \"" + ip + "\": must be a valid IP address");
    }
    if (ip.isEmpty() && !mode.isEmpty()) {
      problems.add(path + ".ipMode: Forbidden: may not be specified when `ip` is not set");
    } else if (!mode.isEmpty() && !IP_MODES.contains(mode)) {
      problems.add(
          path
              + ".ipMode: Unsupported value: \""
              + mode
              + "\": supported values: \"Proxy\", \"VIP\"");
    }
    if (!hostname.isEmpty() && literal(hostname)) {
      problems.add(
          path
              + ".hostname: Invalid value: \""
              + hostname
              + "\": must be a DNS name, not an IP address");
    }
  }

  private static List<String> ofEvent(ObjectNode event) {
    String namespace = event.path("metadata").path("namespace").asText("");
    String involved = event.path("involvedObject").path("namespace").asText("");
    return namespace.equals(involved)
        ? List.of()
        : List.of(
            "involvedObject.namespace: Invalid value: \"%s\": does not match event.namespace"
                .formatted(involved));
  }

  private static List<String> ofLease(JsonNode spec) {
    List<String> problems = new ArrayList<>();
    if (spec.path("leaseDurationSeconds").asInt(1) <= 0) {
      problems.add("spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0");
    }
    if (spec.path("leaseTransitions").asInt(0) < 0) {
      problems.add("spec.leaseTransitions: Invalid value: must be greater than or equal to 0");
    }
    return problems;
  }

  /** The real server reads exactly six digits behind the second (meta/v1 MicroTime). */
  private static boolean timesAreMicroTimes(JsonNode spec) {
    return List.of("acquireTime", "renewTime").stream()
        .map(field -> spec.path(field).asText(""))
        .allMatch(time -> time.isEmpty() || time.matches(MICRO_TIME));
  }

  private static boolean literal(String text) {
    if (text.indexOf(':') < 0 && !text.matches(DOTTED_QUAD)) {
      return false; // Java takes 203.0.113 for an address too
    }
    try {
      InetAddress _ = InetAddress.ofLiteral(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
