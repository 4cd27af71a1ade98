package io.headgate.addressing;

import io.headgate.model.ClusterService;
import io.headgate.model.ServiceKey;

/**
 * A Service in one decision.
 *
 * @param age 0 for the oldest of all
 * @param leftAlone why it gets nothing, and moves nowhere; empty where it does
 */
record Claimant(ClusterService service, Wish wish, int age, String leftAlone) {
  /** Whether something new may be given to it. */
  boolean mayAsk() {
    return wish.refusal().isEmpty() && leftAlone.isEmpty();
  }

  Claimant aged(int now) {
    return new Claimant(service, wish, now, leftAlone);
  }

  ServiceKey key() {
    return service.key();
  }

  boolean isOlderThan(Claimant other) {
    return age < other.age;
  }
}
