package io.headgate.admin;

import io.headgate.model.OperatorOrders;

/**
 * A backend of a route in one line.
 *
 * @param weightPercent 100 for one node or one ready local endpoint
 * @param sinceSeconds in its state
 * @param probe what is probed and what it last said; empty where nothing is
 */
public record BackendView(
    String route,
    String node,
    String address,
    String state,
    double sinceSeconds,
    int weightPercent,
    String reason,
    String probe,
    long active,
    long total,
    long connectFailures,
    long fromClientBytes,
    long toClientBytes) {
  /**
   * Whether an order is about it. A fixed backend is its own node; its address without a port
   * stands for all ports on it.
   */
  public boolean isMeant(OperatorOrders.Target target) {
    boolean fixed = node.equals(address);
    String host = address.replaceFirst(":\\d+$", "").replaceAll("[\\[\\]]", "");
    return (node.equals(target.node()) || (fixed && host.equals(target.node())))
        && target.route().map(route::equals).orElse(true);
  }
}
