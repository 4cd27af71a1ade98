package io.headgate.desired;

import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.HealthReport;
import io.headgate.model.OperatorOrders;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeTarget;
import java.net.InetAddress;
import java.util.HashSet;
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
      Differing.keys(before.passive(), now.passive())
          .forEach(address -> hosts.add(address.getAddress()));
    }
    Set<String> nodes = new HashSet<>();
    Differing.keys(ordersBefore.orders(), ordersNow.orders())
        .forEach(target -> nodes.add(target.node()));
    return new Touched(hosts, nodes);
  }

  /** How long it took, and what else is for people only, decides nothing. */
  private static boolean sameDecides(ProbeStatus before, ProbeStatus now) {
    return before.successes() == now.successes()
        && before.failures() == now.failures()
        && before.last() == now.last()
        && before.everAnswered() == now.everAnswered();
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
