package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * What a Lease (coordination.k8s.io/v1) says. The times are for people: nobody here compares them.
 *
 * @param version resourceVersion; empty in one that is to be made
 * @param holder who has it; empty for nobody
 * @param acquired,renewed as MicroTime (meta/v1)
 * @param transitions how often it has changed hands
 */
record LeaseRecord(
    String version,
    String holder,
    int durationSeconds,
    String acquired,
    String renewed,
    int transitions) {
  /** The server refuses anything but exactly six digits behind the second. */
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** Read leniently. */
  static LeaseRecord of(JsonNode lease) {
    JsonNode spec = lease.path("spec");
    return new LeaseRecord(
        lease.path("metadata").path("resourceVersion").asText(""),
        spec.path("holderIdentity").asText(""),
        spec.path("leaseDurationSeconds").asInt(0),
        spec.path("acquireTime").asText(""),
        spec.path("renewTime").asText(""),
        spec.path("leaseTransitions").asInt(0));
  }

  static String time(Instant at) {
    return MICRO_TIME.format(at);
  }

  ObjectNode toJson(String namespace, String name) {
    ObjectNode lease = ApiJson.MAPPER.createObjectNode();
    lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    ObjectNode metadata = lease.putObject("metadata").put("name", name).put("namespace", namespace);
    if (!version.isEmpty()) {
      metadata.put("resourceVersion", version);
    }
    lease
        .putObject("spec")
        .put("holderIdentity", holder)
        .put("leaseDurationSeconds", durationSeconds)
        .put("acquireTime", acquired)
        .put("renewTime", renewed)
        .put("leaseTransitions", transitions);
    return lease;
  }
}
