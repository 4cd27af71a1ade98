package io.headgate.desired;

import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.model.ClusterNode;
import io.headgate.model.IpFamily;
import io.headgate.model.LabelSelector;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The choices among the Nodes that routes ask for, each made once; any thread, for decisions are
 * explained beside the thread that takes them. A Node that is chosen as before is the very same
 * object, so that what is made of it can be seen not to have changed.
 */
final class NodeChoices {
  private final Map<String, ClusterNode> byName;
  private final List<ClusterNode> nodes;
  private final Optional<KubernetesConfig> config;
  private final String zone;
  private final Map<Question, Choice> before;
  private final Map<Question, Choice> made = new HashMap<>();

  private record Question(Optional<LabelSelector> selector, List<IpFamily> families) {}

  /** Nodes for one purpose, and the same again to give each of many Services a few of them. */
  record Choice(NodeSelection nodes, NodeRing ring) {}

  private NodeChoices(
      Map<String, ClusterNode> byName,
      Optional<KubernetesConfig> config,
      String zone,
      Map<Question, Choice> before) {
    this.byName = byName;
    this.nodes = byName.values().stream().sorted(Comparator.comparing(ClusterNode::name)).toList();
    this.config = config;
    this.zone = zone;
    this.before = before;
  }

  /** Before anything is known of any Node. */
  static NodeChoices none() {
    return new NodeChoices(Map.of(), Optional.empty(), "", Map.of());
  }

  /** The choices among {@code now}; these, where nothing is different. */
  NodeChoices among(
      Map<String, ClusterNode> now, Optional<KubernetesConfig> configNow, String zoneNow) {
    if (byName.equals(now) && config.equals(configNow) && zone.equals(zoneNow)) {
      return this;
    }
    return new NodeChoices(now, configNow, zoneNow, zone.equals(zoneNow) ? made() : Map.of());
  }

  /** The one that is preferred; empty for none. */
  String zone() {
    return zone;
  }

  private synchronized Map<Question, Choice> made() {
    return Map.copyOf(made);
  }

  /** Sorted by name. */
  List<ClusterNode> nodes() {
    return nodes;
  }

  /**
   * The Nodes for one purpose.
   *
   * @param selector that the labels must match, empty for every Node
   * @param families of the address, the preferred one first; empty for any
   */
  synchronized Choice of(Optional<LabelSelector> selector, List<IpFamily> families) {
    return made.computeIfAbsent(new Question(selector, families), this::choose);
  }

  private Choice choose(Question question) {
    NodeSelection fresh =
        NodeSelection.of(
            nodes,
            question.selector(),
            config.map(KubernetesConfig::nodeExclusion).orElse(NodeExclusion.AUTO),
            config.map(KubernetesConfig::nodeAddress).orElse(NodeAddress.INTERNAL),
            question.families());
    Choice old = before.get(question);
    if (old == null) {
      return new Choice(fresh, new NodeRing(fresh.selected(), zone));
    }
    List<SelectedNode> selected =
        fresh.selected().stream()
            .map(node -> old.ring().named(node.node().name()).filter(node::equals).orElse(node))
            .toList();
    return new Choice(
        new NodeSelection(selected, fresh.refused(), fresh.exclusionIgnored()),
        selected.equals(old.nodes().selected()) ? old.ring() : new NodeRing(selected, zone));
  }
}
