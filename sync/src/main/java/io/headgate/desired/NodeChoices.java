package io.headgate.desired;

import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.model.ClusterNode;
import io.headgate.model.IpFamily;
import io.headgate.model.LabelSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The choices among the Nodes that routes ask for, each made once. Used by the thread that decides.
 */
final class NodeChoices {
  private final List<ClusterNode> nodes;
  private final NodeExclusion exclusion;
  private final NodeAddress address;
  private final Map<Question, NodeSelection> made = new HashMap<>();

  NodeChoices(List<ClusterNode> nodes, Optional<KubernetesConfig> config) {
    this.nodes = List.copyOf(nodes);
    this.exclusion = config.map(KubernetesConfig::nodeExclusion).orElse(NodeExclusion.AUTO);
    this.address = config.map(KubernetesConfig::nodeAddress).orElse(NodeAddress.INTERNAL);
  }

  private record Question(Optional<LabelSelector> selector, List<IpFamily> families) {}

  /**
   * The Nodes for one purpose.
   *
   * @param selector that the labels must match, empty for every Node
   * @param families of the address, the preferred one first; empty for any
   */
  NodeSelection of(Optional<LabelSelector> selector, List<IpFamily> families) {
    return made.computeIfAbsent(
        new Question(selector, families),
        _ -> NodeSelection.of(nodes, selector, exclusion, address, families));
  }
}
