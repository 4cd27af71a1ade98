package io.headgate.takeover.peer;

import io.headgate.takeover.peer.WatchEvent.DialFailure;
import io.headgate.takeover.peer.WatchEvent.Ending;
import java.util.OptionalLong;

/**
 * What the lifeline of one peer's process says of it: whether to dial, and whether the process has
 * died. It has no clock and no socket. Owned by one thread; times are monotonic nanoseconds and
 * never run backwards.
 *
 * <p>A process is dead where a lifeline that has been held for a while closes, and a dial that
 * follows at once is refused: both are in the hands of a thread that lives as long as the process.
 * Anything else says nothing; the link goes on without.
 */
final class LifelineWatch {
  /** A lifeline that closes sooner is one that somebody else takes from us. */
  private static final long HELD_NS = 500_000_000;

  private static final long SLOWEST_SHIFT = 3;

  private final PeerTimings timings;
  private State state = State.ABSENT;
  private long sinceNs;
  private long dialAtNs;
  private int inVain;

  private enum State {
    /** Nobody has offered one. */
    ABSENT,
    /** To be dialled, in time. */
    WANTED,
    DIALLING,
    HELD,
    /** Closed just now: dialling shows whether the process has died. */
    ASKING
  }

  LifelineWatch(PeerTimings timings) {
    this.timings = timings;
  }

  /** A process was met that has one, another than before. */
  void offered(long nowNs) {
    state = State.WANTED;
    dialAtNs = nowNs;
    inVain = 0;
  }

  /** The process that was met has none. */
  void absent() {
    state = State.ABSENT;
  }

  boolean held() {
    return state == State.HELD;
  }

  /** Whether to dial now; it ends in {@link #connected} or {@link #failed}. */
  boolean dials(long nowNs) {
    boolean due = state == State.WANTED && nowNs - dialAtNs >= 0;
    if (due) {
      state = State.DIALLING;
    }
    return due;
  }

  /** When {@link #dials} is to be asked again; empty: not before something happens. */
  OptionalLong wakeAtNs() {
    return state == State.WANTED ? OptionalLong.of(dialAtNs) : OptionalLong.empty();
  }

  void connected(long nowNs) {
    state = State.HELD;
    sinceNs = nowNs;
  }

  /** Whether to dial at once, which ends in {@link #connected} or {@link #failed}. */
  boolean ended(long nowNs, Ending how) {
    if (how == Ending.CLOSED && nowNs - sinceNs >= HELD_NS) {
      state = State.ASKING;
      return true;
    }
    later(nowNs);
    return false;
  }

  /** Whether the process has died. */
  boolean failed(long nowNs, DialFailure why) {
    boolean died = state == State.ASKING && why == DialFailure.REFUSED;
    if (died) {
      state = State.ABSENT;
    } else {
      later(nowNs);
    }
    return died;
  }

  private void later(long nowNs) {
    state = State.WANTED;
    dialAtNs = nowNs + (timings.redialAtMost().toNanos() << Math.min(inVain, SLOWEST_SHIFT));
    inVain++;
  }
}
