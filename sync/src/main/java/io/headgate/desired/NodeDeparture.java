package io.headgate.desired;

import io.headgate.model.ClusterNode;
import java.util.List;
import java.util.Optional;

/** What a Node says about its own end. */
final class NodeDeparture {
  /** The machine is off or cut from the cluster: nothing on it can answer any more. */
  private static final List<String> OFF_TAINTS =
      List.of("node.kubernetes.io/out-of-service", "node.cloudprovider.kubernetes.io/shutdown");

  static final String AUTOSCALER_TAINT = "ToBeDeletedByClusterAutoscaler";
  static final String DRAIN_ANNOTATION = "headgate.io/drain";

  private NodeDeparture() {}

  /** Why the Node is to be treated as switched off. */
  static Optional<String> off(ClusterNode node) {
    return OFF_TAINTS.stream()
        .filter(node.taints()::contains)
        .findFirst()
        .map(taint -> "taint " + taint);
  }

  /** Why the Node is to be left in good order. */
  static Optional<String> leaving(ClusterNode node) {
    if (node.deleting()) {
      return Optional.of("node is being deleted");
    }
    if (node.taints().contains(AUTOSCALER_TAINT)) {
      return Optional.of("taint " + AUTOSCALER_TAINT);
    }
    if (node.shuttingDown()) {
      return Optional.of("node is shutting down");
    }
    return Boolean.parseBoolean(node.annotations().get(DRAIN_ANNOTATION))
        ? Optional.of("annotation " + DRAIN_ANNOTATION)
        : Optional.empty();
  }

  /** What somebody has written on the Node that means nothing. */
  static Optional<String> mistake(ClusterNode node) {
    String drain = node.annotations().get(DRAIN_ANNOTATION);
    return drain == null || drain.equalsIgnoreCase("true") || drain.equalsIgnoreCase("false")
        ? Optional.empty()
        : Optional.of("annotation " + DRAIN_ANNOTATION + " is neither true nor false: ignored");
  }
}
