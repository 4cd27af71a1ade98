package io.headgate.desired;

import io.headgate.desired.Supply.Reach;
import io.headgate.model.Backend;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.Hints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What topology hints do to nodes under the Cluster policy. kube-proxy (kubernetes/kubernetes,
 * pkg/proxy/topology.go, {@code topologyModeFromHints}) keeps to the endpoints hinted for its node
 * where every ready endpoint has such a hint and one is for the node, else to those hinted for its
 * zone in the same way, else it forwards to all. So a node has as much to serve as there are
 * endpoints that it reaches, divided by the nodes that reach them, too; equal shares would load the
 * endpoints of a zone with many nodes more than those of one with few.
 */
final class TopologyHints {
  private final List<SelectedNode> nodes;
  private final List<Hints> hints;
  private final boolean byNode;
  private final boolean byZone;
  private final Set<String> hintedNodes = new HashSet<>();
  private final Set<String> hintedZones = new HashSet<>();
  private final Map<String, Double> weightOfNode = new HashMap<>();
  private final Map<String, Double> weightOfZone = new HashMap<>();
  private final Map<String, Integer> nodesOfZone = new HashMap<>();
  private int unreached;
  private int reachAll;

  private TopologyHints(List<Hints> hints, List<SelectedNode> nodes) {
    this.nodes = nodes;
    this.hints = hints;
    byNode = hints.stream().noneMatch(hint -> hint.nodes().isEmpty());
    byZone = hints.stream().noneMatch(hint -> hint.zones().isEmpty());
  }

  /**
   * Those of one port of a Service.
   *
   * @param port its name
   * @param nodes that are used for it
   * @return empty where no node keeps to hints
   */
  static Optional<TopologyHints> of(
      List<ClusterEndpoint> endpoints, String port, List<SelectedNode> nodes) {
    List<Hints> hints = new ArrayList<>();
    for (ClusterEndpoint endpoint : endpoints) {
      if (endpoint.ready() && endpoint.ports().containsKey(port)) {
        hints.add(endpoint.hints());
      }
    }
    var known = new TopologyHints(hints, nodes);
    if (hints.isEmpty() || !(known.byNode || known.byZone)) {
      return Optional.empty();
    }
    known.share();
    return known.reachAll == nodes.size() ? Optional.empty() : Optional.of(known);
  }

  private void share() {
    if (byNode) {
      hints.forEach(hint -> hintedNodes.addAll(hint.nodes()));
    }
    if (byZone) {
      hints.forEach(hint -> hintedZones.addAll(hint.zones()));
    }
    Set<String> own = new HashSet<>();
    for (SelectedNode node : nodes) {
      switch (reach(node)) {
        case OWN -> own.add(node.node().name());
        case ZONE -> nodesOfZone.merge(zone(node), 1, Integer::sum);
        case ALL -> reachAll++;
      }
    }
    for (Hints hint : hints) {
      boolean reached =
          spread(hint.nodes(), own::contains, weightOfNode)
              || spread(hint.zones(), nodesOfZone::containsKey, weightOfZone);
      unreached += reached ? 0 : 1;
    }
  }

  /** One endpoint in equal parts to those of {@code all} that there are. */
  private static boolean spread(
      List<String> all, Function<String, Boolean> known, Map<String, Double> weights) {
    List<String> takers = all.stream().filter(known::apply).toList();
    takers.forEach(taker -> weights.merge(taker, 1.0 / takers.size(), Double::sum));
    return !takers.isEmpty();
  }

  private Reach reach(SelectedNode node) {
    if (hintedNodes.contains(node.node().name())) {
      return Reach.OWN;
    }
    return hintedZones.contains(zone(node)) ? Reach.ZONE : Reach.ALL;
  }

  private static String zone(SelectedNode node) {
    return Zones.of(node.node()).orElse("");
  }

  Supply supply(SelectedNode node) {
    Reach reach = reach(node);
    double endpoints =
        switch (reach) {
          case OWN -> weightOfNode.getOrDefault(node.node().name(), 0.0);
          case ZONE ->
              weightOfZone.getOrDefault(zone(node), 0.0) / nodesOfZone.getOrDefault(zone(node), 1);
          case ALL -> (double) hints.size() / nodes.size();
        };
    int weight = (int) Math.round(endpoints * Backend.FULL_WEIGHT);
    return new Supply.Hinted(reach, endpoints == 0 ? 0 : Math.max(1, weight));
  }

  List<Note> notes() {
    List<Note> notes = new ArrayList<>();
    notes.add(
        Note.remark(
            "EndpointSlices have topology hints: nodes are weighted by the endpoints that are"
                + " hinted for their %s".formatted(byNode ? "name" : "zone")));
    if (unreached > 0) {
      notes.add(
          Note.remark(
              "%d of %d endpoint(s) are hinted for zones of which no node is used: %s"
                  .formatted(
                      unreached,
                      hints.size(),
                      reachAll == 0
                          ? "they get no connection"
                          : "only %d node(s) reach them".formatted(reachAll))));
    }
    return notes;
  }
}
