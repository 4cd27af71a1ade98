package io.headgate.desired;

import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.HealthReport;
import io.headgate.model.OperatorOrders;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.OperatorOrders.Target;
import io.headgate.model.PassiveStatus;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeTarget;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Whom news of health and orders concern.
 *
 * @param hosts of which probes or connections tell something else than before
 * @param nodes to which the operator has said something, by name or as text of an address
 */
record Touched(Set<InetAddress> hosts, Set<String> nodes) {

  static Touched between(
      HealthReport before,
      HealthReport now,
      OperatorOrders ordersBefore,
      OperatorOrders ordersNow) {
    Set<InetAddress> hosts = new HashSet<>();
    if (!before.equals(now)) {
      now.probes()
          .forEach((target, status) -> {
            if (!sameDecides(before.probe(target), status)) {
              hosts.add(target.address().getAddress());
            }
          });
      for (ProbeTarget target : before.probes().keySet()) {
        if (!now.probes().containsKey(target)) {
          hosts.add(target.address().getAddress());
        }
      }
      passive(before.passive(), now.passive(), hosts);
      passive(now.passive(), before.passive(), hosts);
    }
    Set<String> nodes = new HashSet<>();
    if (!ordersBefore.equals(ordersNow)) {
      orders(ordersBefore.orders(), ordersNow.orders(), nodes);
      orders(ordersNow.orders(), ordersBefore.orders(), nodes);
    }
    return new Touched(hosts, nodes);
  }

  /** How long it took, and what else is for people only, decides nothing. */
  private static boolean sameDecides(ProbeStatus before, ProbeStatus now) {
    return before.successes() == now.successes()
        && before.failures() == now.failures()
        && before.last() == now.last()
        && before.everAnswered() == now.everAnswered();
  }

  private static void passive(
      Map<InetSocketAddress, PassiveStatus> one,
      Map<InetSocketAddress, PassiveStatus> other,
      Set<InetAddress> hosts) {
    one.forEach((address, status) -> {
      if (!status.equals(other.get(address))) {
        hosts.add(address.getAddress());
      }
    });
  }

  private static void orders(Map<Target, Order> one, Map<Target, Order> other, Set<String> nodes) {
    one.forEach((target, order) -> {
      if (!order.equals(other.get(target))) {
        nodes.add(target.node());
      }
    });
  }

  boolean nothing() {
    return hosts.isEmpty() && nodes.isEmpty();
  }

  boolean has(Backend backend) {
    InetAddress host = backend.address().getAddress();
    return hosts.contains(host)
        || (!nodes.isEmpty()
            && (nodes.contains(backend.node()) || nodes.contains(Addresses.text(host))));
  }
}
