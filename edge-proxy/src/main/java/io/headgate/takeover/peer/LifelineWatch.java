package io.headgate.takeover.peer;

import io.headgate.takeover.peer.WatchEvent.DialFailure;
import io.headgate.takeover.peer.WatchEvent.Ending;
import java.util.OptionalLong;

/**
 * What the lifeline of one peer's process says of it: when to dial, and whether the process has
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

  /** The listener of a dying process may be closed after its connections: so often it is asked. */
  private static final int QUESTIONS = 4;

  private static final long QUESTION_PAUSE_NS = 1_000_000;
  private static final int SLOWEST_SHIFT = 3;

  private final PeerTimings timings;
  private State state = State.ABSENT;
  private long heldSinceNs;
  private long dialAtNs;
  private int questions;
  private int inVain;

  private enum State {
    /** Nobody has offered one. */
    ABSENT,
    /** To be dialled, in time. */
    WANTED,
    DIALLING,
    HELD
  }

  LifelineWatch(PeerTimings timings) {
    this.timings = timings;
  }

  /** A process was met that has one, another than before. */
  void offered(long nowNs) {
    wantedAt(nowNs);
    questions = 0;
    inVain = 0;
  }

  /** The process that was met has none. */
  void absent() {
    state = State.ABSENT;
  }

  boolean held() {
    return state == State.HELD;
  }

  boolean offered() {
    return state != State.ABSENT;
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

  /** The process has said that it is the one that was met. */
  void connected(long nowNs) {
    state = State.HELD;
    heldSinceNs = nowNs;
    questions = 0;
  }

  /** What was held has ended. */
  void ended(long nowNs, Ending how) {
    if (nowNs - heldSinceNs < HELD_NS) {
      later(nowNs);
      return;
    }
    inVain = 0;
    if (how == Ending.CLOSED) {
      questions = 1;
      wantedAt(nowNs);
    } else {
      later(nowNs);
    }
  }

  /** Whether the process has died. */
  boolean failed(long nowNs, DialFailure why) {
    if (questions > 0 && questions < QUESTIONS && why == DialFailure.CUT_SHORT) {
      wantedAt(nowNs + (QUESTION_PAUSE_NS << questions));
      questions++;
      return false;
    }
    boolean died = questions > 0 && why == DialFailure.REFUSED;
    later(nowNs);
    return died;
  }

  private void wantedAt(long atNs) {
    state = State.WANTED;
    dialAtNs = atNs;
  }

  private void later(long nowNs) {
    questions = 0;
    wantedAt(nowNs + (timings.redialAtMost().toNanos() << Math.min(inVain, SLOWEST_SHIFT)));
    inVain++;
  }
}
