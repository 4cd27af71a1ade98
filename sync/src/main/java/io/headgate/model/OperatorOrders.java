package io.headgate.model;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The operator's standing word about nodes. An order for a node on one route beats an order for the
 * node everywhere.
 */
public record OperatorOrders(Map<Target, Order> orders) {
  public static final OperatorOrders NONE = new OperatorOrders(Map.of());

  public OperatorOrders {
    orders = Map.copyOf(orders);
  }

  /** What a node has been told to do. */
  public enum Order {
    /** Out of balancing, still probed; its connections live on to the drain timeout. */
    DRAIN,
    /** No new connections and no probes. */
    MAINT,
    /** As if nothing had been said; on one route it lifts the node's order there. */
    READY
  }

  /**
   * What an order is about.
   *
   * @param route empty for every route
   * @param node a Node's name, or a fixed backend's address
   */
  public record Target(Optional<String> route, String node) {
    /**
     * {@code NODE} or {@code ROUTE/NODE}. A Service's route has a slash in its name, a node never.
     */
    public static Target parse(String text) {
      int slash = text.lastIndexOf('/');
      return slash < 0
          ? new Target(Optional.empty(), text)
          : new Target(Optional.of(text.substring(0, slash)), text.substring(slash + 1));
    }

    @Override
    public String toString() {
      return route.map(name -> name + "/").orElse("") + node;
    }
  }

  /** What holds for a node on a route, or empty where nothing was said. */
  public Optional<Order> order(String route, String node) {
    Order here = orders.get(new Target(Optional.of(route), node));
    Order order = here != null ? here : orders.get(new Target(Optional.empty(), node));
    return order == Order.READY ? Optional.empty() : Optional.ofNullable(order);
  }

  /**
   * These orders after one more. READY for a node everywhere takes back all that was said of it.
   */
  public OperatorOrders with(Target target, Order order) {
    Map<Target, Order> next = new HashMap<>(orders);
    if (order == Order.READY) {
      next.remove(target);
      if (target.route().isEmpty()) {
        next.keySet().removeIf(other -> other.node().equals(target.node()));
      } else if (next.containsKey(new Target(Optional.empty(), target.node()))) {
        next.put(target, Order.READY);
      }
    } else {
      next.put(target, order);
    }
    return new OperatorOrders(next);
  }
}
