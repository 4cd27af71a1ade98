package io.headgate.desired;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.Explanation.OfNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which backends a route has, whatever their health.
 *
 * @param candidates sorted by node and address
 * @param refused nodes that are none, with the reason
 * @param service whose NodePorts they are
 */
record Selection(
    List<Candidate> candidates,
    List<OfNode> refused,
    List<Note> notes,
    Optional<ClusterService> service) {
  Selection {
    candidates = candidates.stream().sorted(Candidate.ORDER).toList();
    refused = List.copyOf(refused);
    notes = List.copyOf(notes);
  }

  static Selection of(EffectiveRoute route, ClusterView cluster) {
    return switch (route.config().source()) {
      case Source.Fixed(var backends) ->
          new Selection(
              backends.stream().distinct().map(Candidate::fixed).toList(),
              List.of(),
              List.of(),
              Optional.empty());
      case Source.Nodes(var selector, var port) ->
          cluster.freshness() == Freshness.NONE
              ? nothing(cluster.notes())
              : ofNodes(cluster, cluster.matching(selector), port);
      case Source.Service service ->
          cluster.freshness() == Freshness.NONE
              ? nothing(cluster.notes())
              : ServiceSelection.of(service, route.settings(), cluster);
    };
  }

  static Selection nothing(List<Note> notes) {
    return new Selection(List.of(), List.of(), notes, Optional.empty());
  }

  private static Selection ofNodes(ClusterView cluster, NodeSelection nodes, int port) {
    List<Note> notes = new ArrayList<>(cluster.notes());
    notes.addAll(notes(nodes));
    return new Selection(
        nodes.selected().stream()
            .map(node -> Candidate.of(node, port, new Supply.Unknown()))
            .toList(),
        nodes.refused(),
        notes,
        Optional.empty());
  }

  /** What the choice of nodes itself has to say. */
  static List<Note> notes(NodeSelection nodes) {
    if (nodes.exclusionIgnored()) {
      return List.of(
          Note.alarm(
              "AllNodesExcluded",
              "AllNodesExcluded: every node has the label "
                  + NodeSelection.EXCLUSION_LABEL
                  + ", so it is ignored"));
    }
    if (nodes.selected().isEmpty()) {
      return List.of(
          Note.alarm(
              "UnAvailableLoadBalancer",
              nodes.refused().isEmpty()
                  ? "the cluster has no nodes"
                  : "no node of the cluster can be used"));
    }
    return List.of();
  }
}
