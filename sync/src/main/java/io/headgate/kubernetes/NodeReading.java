package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterNode.Readiness;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A Node (core/v1) as JSON, read leniently: unknown fields and values are passed over. */
final class NodeReading {
  private static final String OURS = "headgate.io/";

  private NodeReading() {}

  static ClusterNode of(JsonNode node) {
    JsonNode metadata = node.path("metadata");
    JsonNode ready = condition(node, "Ready").orElse(node.path("no such condition"));
    return new ClusterNode(
        metadata.path("name").asText(""),
        metadata.path("uid").asText(""),
        Fields.map(metadata.path("labels")),
        Fields.map(metadata.path("annotations"), name -> name.startsWith(OURS)),
        addresses(node, "InternalIP"),
        addresses(node, "ExternalIP"),
        taints(node),
        readiness(ready),
        node.path("spec").path("unschedulable").asBoolean(false),
        condition(node, "NetworkUnavailable").filter(c -> status(c).equals("True")).isPresent(),
        shuttingDown(ready),
        metadata.path("deletionTimestamp").isTextual());
  }

  /** The graceful node shutdown of the kubelet is told by the condition's message alone. */
  private static boolean shuttingDown(JsonNode ready) {
    return !status(ready).equals("True")
        && ready.path("message").asText("").contains("node is shutting down");
  }

  private static Readiness readiness(JsonNode ready) {
    return switch (status(ready)) {
      case "True" -> Readiness.READY;
      case "False" -> Readiness.NOT_READY;
      default -> Readiness.UNKNOWN;
    };
  }

  private static String status(JsonNode condition) {
    return condition.path("status").asText("");
  }

  private static Optional<JsonNode> condition(JsonNode node, String type) {
    return node.path("status")
        .path("conditions")
        .valueStream()
        .filter(condition -> condition.path("type").asText("").equals(type))
        .findFirst();
  }

  private static List<InetAddress> addresses(JsonNode node, String type) {
    return node.path("status")
        .path("addresses")
        .valueStream()
        .filter(address -> address.path("type").asText("").equals(type))
        .flatMap(address -> Addresses.parse(address.path("address").asText("")).stream())
        .toList();
  }

  private static Set<String> taints(JsonNode node) {
    return node.path("spec")
        .path("taints")
        .valueStream()
        .map(taint -> taint.path("key").asText(""))
        .collect(Collectors.toSet());
  }
}
