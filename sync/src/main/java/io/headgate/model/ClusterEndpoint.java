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
 * @param hints {@link Hints#NONE} itself where it has none, for there are many endpoints
 */
public record ClusterEndpoint(
    String address,
    Optional<String> node,
    boolean ready,
    boolean serving,
    boolean terminating,
    Map<String, Integer> ports,
    Hints hints) {
  public ClusterEndpoint {
    ports = Map.copyOf(ports);
  }

  /** One that is for everybody. */
  public ClusterEndpoint(
      String address,
      Optional<String> node,
      boolean ready,
      boolean serving,
      boolean terminating,
      Map<String, Integer> ports) {
    this(address, node, ready, serving, terminating, ports, Hints.NONE);
  }
}
