package io.headgate.desired;

import io.headgate.model.PassiveStatus;
import java.util.Optional;

/**
 * A backend half decided: what it would be if its connections were no matter.
 *
 * @param obstacle what keeps it out of ordinary use; empty where it may be used
 */
record Draft(
    Candidate candidate,
    Past past,
    ProbePlan plan,
    ProbeStanding standing,
    PassiveStatus passive,
    Signals signals,
    Optional<Finding> obstacle) {

  boolean usable() {
    return obstacle.isEmpty();
  }

  boolean ejected(long nowNs) {
    return usable() && passive.ejected(nowNs);
  }
}
