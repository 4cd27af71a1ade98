package io.headgate.desired;

import io.headgate.config.KubernetesConfig;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.LabelSelector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The cluster as all routes of one decision see it.
 *
 * @param config empty where no cluster is followed
 * @param nodes sorted by name
 * @param choices those of the nodes that routes may use
 * @param notes that hold for every route of the cluster
 * @param mistakes what is written on a Node and means nothing, by its name
 */
record ClusterView(
    Optional<KubernetesConfig> config,
    Freshness freshness,
    ClusterSnapshot snapshot,
    List<ClusterNode> nodes,
    NodeChoices choices,
    List<Note> notes,
    Map<String, String> mistakes) {

  static ClusterView of(Optional<KubernetesConfig> config, ClusterState state) {
    List<ClusterNode> nodes = new ArrayList<>(state.snapshot().nodes().values());
    nodes.sort(Comparator.comparing(ClusterNode::name));
    return new ClusterView(
        config,
        state.freshness(),
        state.snapshot(),
        List.copyOf(nodes),
        new NodeChoices(nodes, config),
        notes(config, state),
        mistakes(nodes));
  }

  private static Map<String, String> mistakes(List<ClusterNode> nodes) {
    Map<String, String> mistakes = new TreeMap<>();
    for (ClusterNode node : nodes) {
      NodeDeparture.mistake(node).ifPresent(mistake -> mistakes.put(node.name(), mistake));
    }
    return mistakes;
  }

  NodeSelection matching(LabelSelector selector) {
    return choices.of(Optional.of(selector), List.of());
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
