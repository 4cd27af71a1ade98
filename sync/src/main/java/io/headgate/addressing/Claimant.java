package io.headgate.addressing;

import io.headgate.model.ClusterService;
import io.headgate.model.EdgePort;
import io.headgate.model.ServiceKey;
import java.util.List;

/**
 * A Service in one decision.
 *
 * @param ports that it wants of its addresses
 * @param age 0 for the oldest of all
 * @param leftAlone why it gets nothing, and moves nowhere; empty where it does
 */
record Claimant(
    ClusterService service, List<EdgePort> ports, Wish wish, int age, String leftAlone) {
  /** Whether something new may be given to it. */
  boolean mayAsk() {
    return wish.refusal().isEmpty() && leftAlone.isEmpty();
  }

  Claimant aged(int now) {
    return new Claimant(service, ports, wish, now, leftAlone);
  }

  ServiceKey key() {
    return service.key();
  }

  boolean isOlderThan(Claimant other) {
    return age < other.age;
  }
}
