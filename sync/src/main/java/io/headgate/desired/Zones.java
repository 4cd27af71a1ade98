package io.headgate.desired;

import io.headgate.model.ClusterNode;
import java.util.Optional;

/** In which part of the topology a Node stands. */
final class Zones {
  /** The well-known label of Nodes. */
  static final String LABEL = "topology.kubernetes.io/zone";

  private Zones() {}

  /** Empty where the Node does not say. */
  static Optional<String> of(ClusterNode node) {
    return Optional.ofNullable(node.labels().get(LABEL)).filter(zone -> !zone.isEmpty());
  }

  static boolean isIn(ClusterNode node, String zone) {
    return zone.equals(node.labels().get(LABEL));
  }
}
