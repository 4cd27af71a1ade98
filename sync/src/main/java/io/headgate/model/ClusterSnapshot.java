package io.headgate.model;

import java.util.List;
import java.util.Map;

/**
 * The Services, endpoints and Nodes of a cluster at one moment.
 *
 * @param nodes by name
 * @param endpoints of all EndpointSlices of a Service together
 */
public record ClusterSnapshot(
    Map<String, ClusterNode> nodes,
    Map<ServiceKey, ClusterService> services,
    Map<ServiceKey, List<ClusterEndpoint>> endpoints) {
  public static final ClusterSnapshot EMPTY = new ClusterSnapshot(Map.of(), Map.of(), Map.of());

  public ClusterSnapshot {
    nodes = Map.copyOf(nodes);
    services = Map.copyOf(services);
    endpoints = Map.copyOf(endpoints);
  }

  public List<ClusterEndpoint> endpoints(ServiceKey service) {
    return endpoints.getOrDefault(service, List.of());
  }
}
