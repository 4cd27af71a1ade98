package io.headgate.addressing;

import java.util.Optional;

/**
 * What one decision has found out about a Service that holds whatever other Services there are, for
 * the next decision.
 *
 * @param last what the Service had got by the decision before
 * @param settled empty until it has been alone somewhere
 */
record Known(
    Claimant claimant, Optional<Assignment> last, Memory memory, Optional<Settled> settled) {

  /** A place that the Service has to itself as it asks for it, and what is said of it there. */
  record Settled(Holding holding, Assignment assignment) {}

  /** Whether it was found out about the Service as it is, and as it asks. */
  boolean isOf(Claim claim) {
    return claimant.service().equals(claim.service()) && claimant.ports().equals(claim.ports());
  }

  Known aged(int age) {
    return age == claimant.age() ? this : new Known(claimant.aged(age), last, memory, settled);
  }

  /** With the answer of the decision that was made with it. */
  Known with(Verdict verdict, Assignment assignment) {
    return verdict.isOfItsOwn() && said(verdict).isEmpty()
        ? new Known(
            claimant,
            last,
            memory,
            verdict.place().map(place -> new Settled(place.holding(), assignment)))
        : this;
  }

  /** What has been said already of the Service where it is; empty where it must be thought over. */
  Optional<Assignment> said(Verdict verdict) {
    return settled
        .filter(_ -> verdict.isOfItsOwn())
        .filter(known ->
            verdict.place().filter(place -> place.holding().equals(known.holding)).isPresent())
        .map(Settled::assignment);
  }
}
