package io.headgate.app;

import io.headgate.config.KubernetesConfig;
import io.headgate.desired.DesiredState;
import io.headgate.desired.DrainingNodes;
import io.headgate.desired.Inputs;
import io.headgate.kubernetes.Announcers;
import io.headgate.kubernetes.ClusterReport;
import io.headgate.relay.Relay;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the cluster is to be told beside what is decided: who announces addresses, and the
 * connections of nodes that drain. Looks on the housekeeping thread; reports are made on any.
 */
final class ClusterNews {
  private final PeerExchange peers;
  private final Relay relay;
  private AnnouncerHistory history; // housekeeping
  private volatile News news = new News(Announcers.UNKNOWN, Optional.empty());

  /**
   * @param connections by the node's name; one that is missing is not known; empty before the first
   *     look
   */
  private record News(Announcers announcers, Optional<Map<String, Integer>> connections) {}

  ClusterNews(PeerExchange peers, Relay relay, long nowNs) {
    this.peers = peers;
    this.relay = relay;
    this.history = AnnouncerHistory.of(nowNs);
  }

  /** Tells the peers of this edge, and returns whether the cluster is to be told something new. */
  boolean look(Inputs inputs, long nowNs) {
    Map<String, Integer> ours = relay.connections(DrainingNodes.of(inputs));
    peers.tellNews(ours);
    history = history.after(peers.announced(), nowNs);
    News before = news;
    news = new News(history.announcers(nowNs), Optional.of(ofAllEdges(ours)));
    return !news.equals(before);
  }

  private Map<String, Integer> ofAllEdges(Map<String, Integer> ours) {
    Map<String, Integer> all = new HashMap<>();
    ours.forEach((node, connections) ->
        peers.connections(node).ifPresent(others -> all.put(node, connections + others)));
    return Map.copyOf(all);
  }

  ClusterReport report(DesiredState state, Inputs inputs) {
    News now = news;
    boolean onNodes =
        inputs.config().kubernetes().filter(KubernetesConfig::nodeConnections).isPresent();
    return new ClusterReport(
        state.reports(),
        inputs.cluster().snapshot(),
        now.announcers(),
        onNodes ? now.connections() : Optional.empty());
  }
}
