package io.headgate.kubernetes;

import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport;
import java.util.Map;
import java.util.Optional;

/**
 * What the cluster is to be told, and the cluster that this was decided on.
 *
 * @param services of every Service that is served; of others nothing is written
 * @param cluster told by the API in this run: one from disk says what was there once
 * @param announcers of the addresses of Services
 * @param connections of nodes that drain, by the Node's name, as far as they are known; empty where
 *     nothing is written on Nodes
 */
public record ClusterReport(
    Map<ServiceKey, ServiceReport> services,
    ClusterSnapshot cluster,
    Announcers announcers,
    Optional<Map<String, Integer>> connections) {
  static final ClusterReport EMPTY = new ClusterReport(Map.of(), ClusterSnapshot.EMPTY);

  public ClusterReport {
    services = Map.copyOf(services);
    connections = connections.map(Map::copyOf);
  }

  /** That says nothing of edges and of Nodes. */
  ClusterReport(Map<ServiceKey, ServiceReport> services, ClusterSnapshot cluster) {
    this(services, cluster, Announcers.UNKNOWN, Optional.empty());
  }
}
