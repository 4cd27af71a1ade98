package io.headgate.desired;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * The way of a backend that comes back to its full weight: from a tenth, in a line, in steps of at
 * least a second.
 */
record SlowStart(long sinceNs, Duration length) {
  private static final int FIRST_PERCENT = 10;
  private static final int MOST_STEPS = 30;
  private static final long SHORTEST_STEP_NS = Duration.ofSeconds(1).toNanos();

  /** Of its full weight, at the beginning of the step that {@code nowNs} is in. */
  int percent(long nowNs) {
    if (over(nowNs)) {
      return 100;
    }
    double way = (double) (step(nowNs) * stepNs()) / length.toNanos();
    return (int) (FIRST_PERCENT + (100 - FIRST_PERCENT) * way);
  }

  boolean over(long nowNs) {
    return nowNs - sinceNs >= length.toNanos();
  }

  /** When the weight changes next; empty when it is full. */
  OptionalLong nextStepNs(long nowNs) {
    if (over(nowNs)) {
      return OptionalLong.empty();
    }
    long elapsedNs = Math.min((step(nowNs) + 1) * stepNs(), length.toNanos());
    return OptionalLong.of(sinceNs + elapsedNs);
  }

  private long step(long nowNs) {
    return (nowNs - sinceNs) / stepNs();
  }

  private long stepNs() {
    return Math.max(SHORTEST_STEP_NS, length.toNanos() / MOST_STEPS);
  }
}
