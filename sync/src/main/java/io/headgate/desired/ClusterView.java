package io.headgate.desired;

import io.headgate.config.ClustersConfig;
import io.headgate.config.ClustersConfig.Further;
import io.headgate.config.ClustersConfig.Share;
import io.headgate.config.KubernetesConfig;
import io.headgate.desired.NodeChoices.Question;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.HealthReport;
import io.headgate.model.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A cluster as all routes of one decision see it; the leading one with all others.
 *
 * @param name {@link ClustersConfig#LEADING}, or by which the configuration calls it
 * @param config empty where no cluster is followed
 * @param choices those of the nodes that routes may use
 * @param notes that hold for every route of the cluster
 * @param mistakes what is written on a Node and means nothing, by its name
 * @param sharedNodePort see {@link SharedProbe}; 0 for the leading one, whose own the state has
 * @param further the clusters beside it, in the configuration's order
 */
record ClusterView(
    String name,
    Share share,
    Optional<KubernetesConfig> config,
    Freshness freshness,
    ClusterSnapshot snapshot,
    NodeChoices choices,
    List<Note> notes,
    Map<String, String> mistakes,
    int sharedNodePort,
    List<ClusterView> further) {

  /** Before any cluster is known. */
  static final ClusterView NONE =
      new ClusterView(
          ClustersConfig.LEADING,
          Share.WHOLE,
          Optional.empty(),
          Freshness.NONE,
          ClusterSnapshot.EMPTY,
          NodeChoices.none(),
          List.of(),
          Map.of(),
          0,
          List.of());

  /** The clusters now, after these. */
  ClusterView then(Inputs inputs) {
    String zone = inputs.config().zone();
    ClustersConfig clusters = inputs.config().clusters();
    List<ClusterView> others = new ArrayList<>(clusters.further().size());
    for (Further one : clusters.further()) {
      others.add(
          further(one.name())
              .orElse(NONE)
              .then(
                  one.name(),
                  one.share(),
                  Optional.of(one.cluster()),
                  inputs.further(one.name()),
                  List.of(),
                  zone));
    }
    return then(
        ClustersConfig.LEADING,
        clusters.leading(),
        inputs.config().kubernetes(),
        inputs.cluster(),
        others,
        zone);
  }

  private ClusterView then(
      String nameNow,
      Share shareNow,
      Optional<KubernetesConfig> configNow,
      ClusterState state,
      List<ClusterView> furtherNow,
      String zoneNow) {
    NodeChoices now = choices.among(state.snapshot().nodes(), configNow, zoneNow);
    return new ClusterView(
        nameNow,
        shareNow,
        configNow,
        state.freshness(),
        state.snapshot(),
        now,
        notes(configNow, state),
        now == choices ? mistakes : mistakes(now),
        sharedNodePort,
        furtherNow);
  }

  /** One of those beside the leading one. */
  Optional<ClusterView> further(String wanted) {
    return further.stream().filter(other -> other.name.equals(wanted)).findFirst();
  }

  /** The same, where the others know which of their NodePorts to probe. */
  ClusterView probing(ServicePlan plan, HealthReport health) {
    return further.isEmpty()
        ? this
        : with(
            sharedNodePort,
            further.stream()
                .map(other ->
                    other.with(
                        SharedProbe.nodePort(other.sharedNodePort, plan, other, health),
                        other.further))
                .toList());
  }

  private ClusterView with(int sharedNodePortNow, List<ClusterView> furtherNow) {
    return new ClusterView(
        name,
        share,
        config,
        freshness,
        snapshot,
        choices,
        notes,
        mistakes,
        sharedNodePortNow,
        furtherNow);
  }

  /**
   * Whether there are other clusters, or one is configured so differently that what a route has in
   * it says nothing of what it had before.
   */
  boolean reconfigured(ClusterView now) {
    if (further.size() != now.further.size()) {
      return true;
    }
    for (int i = 0; i < further.size(); i++) {
      if (further.get(i).reconfigured(now.further.get(i))) {
        return true;
      }
    }
    return !name.equals(now.name)
        || !share.equals(now.share)
        || !zone().equals(now.zone())
        || nodesPerService() != now.nodesPerService();
  }

  /**
   * Whether routes may see something else in clusters that are not {@link #reconfigured}, but for
   * their Services, the endpoints of these, and the Nodes of this one.
   */
  boolean differs(ClusterView now) {
    for (int i = 0; i < further.size(); i++) {
      if (further.get(i).choices != now.further.get(i).choices
          || further.get(i).differs(now.further.get(i))) {
        return true;
      }
    }
    return freshness != now.freshness
        || sharedNodePort != now.sharedNodePort
        || !config.equals(now.config)
        || !notes.equals(now.notes);
  }

  private Map<String, String> mistakes(NodeChoices now) {
    Map<String, String> all = new TreeMap<>(mistakes);
    for (String name : now.changed()) {
      all.remove(name);
      now.named(name).flatMap(NodeMistakes::of).ifPresent(mistake -> all.put(name, mistake));
    }
    return all;
  }

  NodeSelection matching(LabelSelector selector) {
    return choices.of(new Question(Optional.of(selector), List.of())).nodes();
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
