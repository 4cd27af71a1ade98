package io.headgate.kubernetes;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Doubts a list that suddenly leaves out most of what was there: a broken role binding, an API
 * server on an empty or old store. What a watch reports as deleted is never doubted.
 *
 * <p>Trips when a list leaves out more than half of at least {@value #FEWEST} objects, or all of
 * fewer.
 */
final class RemovalBrake {
  private static final int FEWEST = 4;

  private RemovalBrake() {}

  /**
   * What to do with a list.
   *
   * @param kept keys of objects to keep although the list leaves them out
   * @param untilNs when to list again and then believe it; empty where the list is believed
   */
  record Verdict(Set<String> kept, OptionalLong untilNs) {}

  /**
   * @param missing keys that were there before and are not in the list
   * @param before how many were there before
   * @param heldUntilNs of an earlier list that was doubted
   */
  static Verdict judge(
      Set<String> missing, int before, OptionalLong heldUntilNs, long nowNs, Duration hold) {
    boolean tripped =
        before >= FEWEST ? missing.size() * 2 > before : before > 0 && missing.size() == before;
    boolean confirmed = heldUntilNs.isPresent() && nowNs - heldUntilNs.getAsLong() >= 0;
    if (!tripped || confirmed) {
      return new Verdict(Set.of(), OptionalLong.empty());
    }
    return new Verdict(
        missing, heldUntilNs.isPresent() ? heldUntilNs : OptionalLong.of(nowNs + hold.toNanos()));
  }
}
