package io.headgate.health;

import java.time.Duration;

/**
 * Knows whether this process itself has been slow: a probe that ran out of time meanwhile says
 * nothing about its target (an edge that is short of CPU must not take its good backends out).
 *
 * <p>Two signs: the monitor's thread runs much later than it wanted to, or a beat that goes through
 * the same scheduler as the probes returns late or not at all. Owned by the monitor's thread.
 */
final class LagGuard {
  static final Duration BEAT = Duration.ofMillis(100);

  /** Less than this is everyday life on a busy host. */
  static final Duration LIMIT = Duration.ofMillis(200);

  private boolean everSlow;
  private long lastSlowNs;
  private boolean everBeat;
  private boolean beatUnderWay;
  private long beatSentNs;

  /** The thread wanted to run at {@code dueNs} and does at {@code nowNs}. */
  void woke(long dueNs, long nowNs) {
    note(dueNs, nowNs);
  }

  /** When the next beat is to be sent; far in the future while one is under way. */
  long nextBeatNs(long nowNs) {
    if (beatUnderWay) {
      return nowNs + Duration.ofDays(1).toNanos();
    }
    boolean due = !everBeat || nowNs - beatSentNs >= BEAT.toNanos();
    return due ? nowNs : beatSentNs + BEAT.toNanos();
  }

  void beatSent(long nowNs) {
    everBeat = true;
    beatUnderWay = true;
    beatSentNs = nowNs;
  }

  void beatReturned(long nowNs) {
    beatUnderWay = false;
    note(beatSentNs, nowNs);
  }

  /** We have been slow at some time between the two. */
  boolean slowWithin(long fromNs, long nowNs) {
    return (everSlow && lastSlowNs - fromNs >= 0)
        || (beatUnderWay && nowNs - beatSentNs > LIMIT.toNanos());
  }

  private void note(long dueNs, long nowNs) {
    if (nowNs - dueNs > LIMIT.toNanos()) {
      everSlow = true;
      lastSlowNs = nowNs;
    }
  }
}
