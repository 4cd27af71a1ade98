package io.headgate.addressing;

import io.headgate.model.ClusterService;
import io.headgate.model.ServiceKey;

/**
 * A Service in one decision.
 *
 * @param age 0 for the oldest of all
 */
record Claimant(ClusterService service, Wish wish, int age) {
  ServiceKey key() {
    return service.key();
  }

  boolean isOlderThan(Claimant other) {
    return age < other.age;
  }
}
