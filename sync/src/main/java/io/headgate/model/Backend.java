package io.headgate.model;

import java.net.InetSocketAddress;

/**
 * One node address and port that a route may use.
 *
 * @param node the Node's name; of a fixed backend its address as text
 * @param address where to connect
 * @param weight its share of new connections, {@link #FULL_WEIGHT} for one node, or for one ready
 *     endpoint under the Local policy; 0 for none
 * @param lastResort DOWN only because probes say so: tried when the route has nothing better (fail
 *     open)
 * @param reset its host is gone for good: connections to it are reset at once
 * @param reason why it is in this state, in the words of {@code headgate explain}
 */
public record Backend(
    String node,
    InetSocketAddress address,
    BackendState state,
    int weight,
    boolean lastResort,
    boolean reset,
    String reason) {
  public static final int FULL_WEIGHT = 100;

  public Backend {
    if (weight < 0) {
      throw new IllegalArgumentException("weight must not be negative but is " + weight);
    }
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("a backend needs an IP address, not " + address);
    }
  }
}
