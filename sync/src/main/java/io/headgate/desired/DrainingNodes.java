package io.headgate.desired;

import io.headgate.model.ClusterNode;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.OperatorOrders.Target;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The nodes that somebody may be about to switch off. Pure. */
public final class DrainingNodes {
  private DrainingNodes() {}

  /**
   * The names of the leading cluster's Nodes that are cordoned, leave by a sign of their own, or
   * are in maintenance or drained everywhere by the operator's word.
   */
  public static Set<String> of(Inputs inputs) {
    return inputs.cluster().snapshot().nodes().values().stream()
        .filter(node ->
            node.unschedulable()
                || NodeDeparture.leaving(node).isPresent()
                || NodeDeparture.off(node).isPresent()
                || isOrderedOut(inputs, node))
        .map(ClusterNode::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean isOrderedOut(Inputs inputs, ClusterNode node) {
    Order order = inputs.orders().orders().get(new Target(Optional.empty(), node.name()));
    return order == Order.DRAIN || order == Order.MAINT;
  }
}
