package io.headgate.desired;

import io.headgate.config.KubernetesConfig;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The cluster as all routes of one decision see it.
 *
 * @param config empty where no cluster is followed
 * @param choices those of the nodes that routes may use
 * @param notes that hold for every route of the cluster
 * @param mistakes what is written on a Node and means nothing, by its name
 */
record ClusterView(
    Optional<KubernetesConfig> config,
    Freshness freshness,
    ClusterSnapshot snapshot,
    NodeChoices choices,
    List<Note> notes,
    Map<String, String> mistakes) {

  /** Before any cluster is known. */
  static final ClusterView NONE =
      new ClusterView(
          Optional.empty(),
          Freshness.NONE,
          ClusterSnapshot.EMPTY,
          NodeChoices.none(),
          List.of(),
          Map.of());

  /** The cluster now, after this. */
  ClusterView then(Optional<KubernetesConfig> configNow, String zoneNow, ClusterState state) {
    NodeChoices now = choices.among(state.snapshot().nodes(), configNow, zoneNow);
    return new ClusterView(
        configNow,
        state.freshness(),
        state.snapshot(),
        now,
        notes(configNow, state),
        now == choices ? mistakes : mistakes(now.nodes()));
  }

  private static Map<String, String> mistakes(List<ClusterNode> nodes) {
    Map<String, String> mistakes = new TreeMap<>();
    for (ClusterNode node : nodes) {
      NodeMistakes.of(node).ifPresent(mistake -> mistakes.put(node.name(), mistake));
    }
    return mistakes;
  }

  NodeSelection matching(LabelSelector selector) {
    return choices.of(Optional.of(selector), List.of()).nodes();
  }

  /** The zone that is preferred; empty for none. */
  String zone() {
    return choices.zone();
  }

  /** How many of the Nodes serve one Service, 0 for all. */
  int nodesPerService() {
    return config.map(KubernetesConfig::nodesPerService).orElse(0);
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
