package io.headgate.health;

import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeTarget;
import java.time.Duration;

/** When a target is asked next. Pure; randomness comes in as a number from 0 to 1. */
final class ProbeSchedule {
  /** Between probes while it is not clear yet how a target is. */
  static final Duration FAST = Duration.ofMillis(500);

  private static final double JITTER = 0.2;
  private static final int ANSWERS_TO_SETTLE_GOOD = 2;
  // Five seconds of a node that reboots its proxy; one that is gone for longer is asked as usual.
  private static final int ANSWERS_TO_SETTLE_BAD = 10;
  private static final int UNSPREAD = 50;
  private static final Duration SPREAD_EACH = Duration.ofNanos(200_000);

  private ProbeSchedule() {}

  /** From the start of the probe that has led to {@code status} to the start of the next. */
  static Duration afterAnswer(ProbeStatus status, ProbeTarget target, double random) {
    return jittered(settled(status, target) ? target.interval() : fast(target), random);
  }

  /** The same after a probe that counts for nothing, because the fault was ours. */
  static Duration again(ProbeTarget target, double random) {
    return jittered(fast(target), random);
  }

  /**
   * Before the first probe: none, but that many at once are spread so as not to hit this host and
   * its switch in one burst.
   *
   * @param newTargets how many are new together with this one
   */
  static Duration first(int newTargets, ProbeTarget target, double random) {
    if (newTargets <= UNSPREAD) {
      return Duration.ZERO;
    }
    Duration spread = SPREAD_EACH.multipliedBy(newTargets);
    return scaled(spread.compareTo(target.interval()) < 0 ? spread : target.interval(), random);
  }

  /**
   * What asks for the PROXY header leaves a line in a backend's log where it is not as expected.
   */
  private static boolean settled(ProbeStatus status, ProbeTarget target) {
    int bad = target.kind().asksForProxy() ? ANSWERS_TO_SETTLE_GOOD : ANSWERS_TO_SETTLE_BAD;
    return status.successes() >= ANSWERS_TO_SETTLE_GOOD || status.failures() >= bad;
  }

  private static Duration fast(ProbeTarget target) {
    return target.interval().compareTo(FAST) < 0 ? target.interval() : FAST;
  }

  /** Without jitter, edges and nodes that started together would probe together for ever. */
  private static Duration jittered(Duration duration, double random) {
    return scaled(duration, 1 - JITTER + 2 * JITTER * random);
  }

  private static Duration scaled(Duration duration, double factor) {
    return Duration.ofNanos((long) (duration.toNanos() * factor));
  }
}
