package io.headgate.model;

import java.net.InetSocketAddress;

/**
 * One node address and port that a route may use.
 *
 * @param node the Node's name; of a fixed backend its address as text
 * @param address where to connect
 * @param weight its share of new connections, {@link #FULL_WEIGHT} for one node, or for one ready
 *     endpoint under the Local policy; 0 for none, or, of one that is UP or SUSPECT, for those that
 *     no other can take
 * @param lastResort DOWN only because probes say so: tried when the route has nothing better (fail
 *     open)
 * @param reset its host is gone for good: connections to it are reset at once
 * @param reason why it is in this state, in the words of {@code headgate explain}
 * @param cluster that it is in; empty for the leading one, and outside of all
 * @param header what a connection to it begins with
 */
public record Backend(
    String node,
    InetSocketAddress address,
    BackendState state,
    int weight,
    boolean lastResort,
    boolean reset,
    String reason,
    String cluster,
    ProxyProtocol header) {
  /** So fine that a small share of many others can still be told apart from none. */
  public static final int FULL_WEIGHT = 10_000;

  /** One of the leading cluster, or outside of all, that expects no PROXY header. */
  public Backend(
      String node,
      InetSocketAddress address,
      BackendState state,
      int weight,
      boolean lastResort,
      boolean reset,
      String reason) {
    this(node, address, state, weight, lastResort, reset, reason, "", ProxyProtocol.OFF);
  }

  public Backend {
    if (weight < 0) {
      throw new IllegalArgumentException("weight must not be negative but is " + weight);
    }
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("a backend needs an IP address, not " + address);
    }
  }

  /** Its weight in percent of {@link #FULL_WEIGHT}, rounded down. */
  public int weightPercent() {
    return (int) (weight * 100L / FULL_WEIGHT);
  }

  /** Whether nothing stands against ordinary use of it. */
  public boolean works() {
    return state.inUse();
  }

  /** The same with another weight. */
  public Backend withWeight(int other) {
    return withWeight(other, reason);
  }

  /** The same with another weight, which it has for this reason. */
  public Backend withWeight(int other, String why) {
    return other == weight && why.equals(reason)
        ? this
        : new Backend(node, address, state, other, lastResort, reset, why, cluster, header);
  }
}
