package io.headgate.model;

import java.util.Map;
import java.util.Optional;

/**
 * One endpoint of a Service, joined from its EndpointSlices (discovery.k8s.io/v1); the conditions
 * with their defaults applied: ready and serving true, terminating false where they are not set.
 *
 * @param address {@code addresses[0]}
 * @param node {@code nodeName}; without it the endpoint counts for no node's Local traffic
 * @param ports the numbers of the ports it serves, by name, the empty one for an unnamed port
 */
public record ClusterEndpoint(
    String address,
    Optional<String> node,
    boolean ready,
    boolean serving,
    boolean terminating,
    Map<String, Integer> ports) {
  public ClusterEndpoint {
    ports = Map.copyOf(ports);
  }
}
