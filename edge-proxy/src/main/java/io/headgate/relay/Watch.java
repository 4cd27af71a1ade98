package io.headgate.relay;

import io.headgate.model.RoutePolicy;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * What time does to a relayed connection: idleness and the clock of its drain. A byte only sets a
 * flag, which the sweep turns into a time; so an idle connection is closed up to one sweep late and
 * never early. Belongs to the connection's event loop.
 */
final class Watch {
  private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(30);
  private static final long MOST_SPREAD_NS = TimeUnit.SECONDS.toNanos(2);

  private boolean moved;
  private long movedAtNs;
  private long silenceLookedAtNs;
  private boolean leaving;
  private long leavingSinceNs;
  private double spread;

  enum Finding {
    FINE,
    /** Nothing has moved since the last look. */
    QUIET,
    IDLE,
    DRAINED
  }

  void start(long nowNs) {
    movedAtNs = nowNs;
    silenceLookedAtNs = nowNs;
  }

  void moved() {
    moved = true;
  }

  /** Whether its backend is to be left; the clock starts when that is first so. */
  void leaving(boolean now, long nowNs, RandomGenerator random) {
    if (now && !leaving) {
      leavingSinceNs = nowNs;
      spread = random.nextDouble();
    }
    leaving = now;
  }

  Finding look(RoutePolicy policy, long nowNs) {
    boolean quiet = !moved;
    if (moved) {
      moved = false;
      movedAtNs = nowNs;
    }
    if (leaving && isDrained(policy.drainTimeout().toNanos(), nowNs)) {
      return Finding.DRAINED;
    }
    long idleTimeoutNs = policy.idleTimeout().toNanos();
    if (idleTimeoutNs > 0 && nowNs - movedAtNs >= idleTimeoutNs) {
      return Finding.IDLE;
    }
    return quiet ? Finding.QUIET : Finding.FINE;
  }

  /** Connections that are left behind together do not all come back in the same moment. */
  private boolean isDrained(long drainTimeoutNs, long nowNs) {
    long spreadNs = (long) (Math.min(drainTimeoutNs / 10, MOST_SPREAD_NS) * spread);
    return drainTimeoutNs > 0 && nowNs - leavingSinceNs >= drainTimeoutNs + spreadNs;
  }

  /** True once per half minute in which nothing has moved: then the peers' silence is looked at. */
  boolean dueForSilence(long nowNs) {
    if (nowNs - movedAtNs < SILENCE_NS || nowNs - silenceLookedAtNs < SILENCE_NS) {
      return false;
    }
    silenceLookedAtNs = nowNs;
    return true;
  }
}
