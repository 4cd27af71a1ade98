package io.headgate.model;

import java.util.Optional;
import java.util.Set;

/**
 * One endpoint of a Service, joined from its EndpointSlices (discovery.k8s.io/v1); the conditions
 * with their defaults applied: ready and serving true, terminating false where they are not set.
 *
 * @param address {@code addresses[0]}
 * @param node {@code nodeName}; without it the endpoint counts for no node's Local traffic
 * @param ports names of the ports it serves, the empty name for an unnamed one
 */
public record ClusterEndpoint(
    String address,
    Optional<String> node,
    boolean ready,
    boolean serving,
    boolean terminating,
    Set<String> ports) {
  public ClusterEndpoint {
    ports = Set.copyOf(ports);
  }
}
