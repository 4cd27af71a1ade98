package io.headgate.model;

import java.util.List;
import java.util.Map;

/**
 * The Services, endpoints, Nodes and pools of a cluster at one moment.
 *
 * @param nodes by name
 * @param endpoints of all EndpointSlices of a Service together
 * @param pools empty where it is not asked for
 */
public record ClusterSnapshot(
    Map<String, ClusterNode> nodes,
    Map<ServiceKey, ClusterService> services,
    Map<ServiceKey, List<ClusterEndpoint>> endpoints,
    ClusterPools pools) {
  public static final ClusterSnapshot EMPTY = new ClusterSnapshot(Map.of(), Map.of(), Map.of());

  /** Of a cluster that is not asked for pools. */
  public ClusterSnapshot(
      Map<String, ClusterNode> nodes,
      Map<ServiceKey, ClusterService> services,
      Map<ServiceKey, List<ClusterEndpoint>> endpoints) {
    this(nodes, services, endpoints, ClusterPools.NONE);
  }

  public ClusterSnapshot {
    nodes = Map.copyOf(nodes);
    services = Map.copyOf(services);
    endpoints = Map.copyOf(endpoints);
  }

  public List<ClusterEndpoint> endpoints(ServiceKey service) {
    return endpoints.getOrDefault(service, List.of());
  }
}
