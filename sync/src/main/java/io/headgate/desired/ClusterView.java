package io.headgate.desired;

import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.LabelSelector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The cluster as all routes of one decision see it.
 *
 * @param config empty where no cluster is followed
 * @param nodes sorted by name
 * @param everyNode those that a Service's route may use
 * @param notes that hold for every route of the cluster
 */
record ClusterView(
    Optional<KubernetesConfig> config,
    Freshness freshness,
    ClusterSnapshot snapshot,
    List<ClusterNode> nodes,
    NodeSelection everyNode,
    List<Note> notes) {

  static ClusterView of(Optional<KubernetesConfig> config, ClusterState state) {
    List<ClusterNode> nodes = new ArrayList<>(state.snapshot().nodes().values());
    nodes.sort(Comparator.comparing(ClusterNode::name));
    return new ClusterView(
        config,
        state.freshness(),
        state.snapshot(),
        List.copyOf(nodes),
        select(nodes, Optional.empty(), config),
        notes(config, state));
  }

  NodeSelection matching(LabelSelector selector) {
    return select(nodes, Optional.of(selector), config);
  }

  private static NodeSelection select(
      List<ClusterNode> nodes,
      Optional<LabelSelector> selector,
      Optional<KubernetesConfig> config) {
    return NodeSelection.of(
        nodes,
        selector,
        config.map(KubernetesConfig::nodeExclusion).orElse(NodeExclusion.AUTO),
        config.map(KubernetesConfig::nodeAddress).orElse(NodeAddress.INTERNAL));
  }

  private static List<Note> notes(Optional<KubernetesConfig> config, ClusterState state) {
    List<Note> notes = new ArrayList<>();
    switch (state.freshness()) {
      case NONE ->
          notes.add(
              config.isPresent()
                  ? Note.remark("cluster not known yet")
                  : Note.alarm(
                      "the configuration has no kubernetes block: no cluster is followed"));
      case STALE -> notes.add(Note.remark("the cluster's state was read from disk and is stale"));
      case LIVE -> {}
    }
    return notes;
  }
}
