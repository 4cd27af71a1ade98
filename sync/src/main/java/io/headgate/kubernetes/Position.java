package io.headgate.kubernetes;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a reflector stands between LIST and WATCH, and what it does next. Decides only; the
 * reflector owns the connection, the clock and the dice.
 *
 * @param version to watch from; empty where a list is due
 * @param failures in a row, without a watch that worked between them; a list alone does not end the
 *     row, so that a server which lists but cannot watch is asked more and more rarely
 * @param failed whether the last step was one of these; after a list that succeeds the watch begins
 *     at once, however long the row
 * @param retryAfter the server's own wish after the last failure
 * @param listedNs when the last list succeeded
 * @param heldUntilNs when to list again because a list was doubted
 */
record Position(
    Optional<String> version,
    int failures,
    boolean failed,
    Duration retryAfter,
    long listedNs,
    OptionalLong heldUntilNs) {
  private static final int FAILURES_BEFORE_LIST = 3;
  private static final int MOST_DOUBLINGS = 20;

  static final Position START =
      new Position(Optional.empty(), 0, false, Duration.ZERO, 0, OptionalLong.empty());

  /** Whether to list next rather than to watch. */
  boolean listNext(long nowNs, Duration relistAfter) {
    return version.isEmpty() || nowNs - relistNs(relistAfter) >= 0;
  }

  /** How long a watch may last before a list is due. */
  Duration untilRelist(long nowNs, Duration relistAfter) {
    return Duration.ofNanos(Math.max(0, relistNs(relistAfter) - nowNs));
  }

  /**
   * How long to wait before the next step.
   *
   * @param chance 0..1; spreads the requests of several edges
   */
  Duration pause(WatchSettings settings, double chance) {
    if (!failed) {
      return Duration.ZERO;
    }
    double doubled =
        nanos(settings.firstBackoff()) * Math.pow(2, Math.min(failures - 1, MOST_DOUBLINGS));
    double backoff = Math.min(doubled, nanos(settings.longestBackoff())) * (0.5 + chance / 2);
    double wished =
        Math.min(nanos(retryAfter), nanos(settings.longestRetryAfter())) * (1 + chance / 10);
    return Duration.ofNanos((long) Math.max(backoff, wished));
  }

  Position listed(String newVersion, long nowNs, OptionalLong newHeldUntilNs) {
    return new Position(
        Optional.of(newVersion), failures, false, Duration.ZERO, nowNs, newHeldUntilNs);
  }

  /** Whether a list has failed too often in a row to be waited for. */
  boolean listsInVain() {
    return failures >= FAILURES_BEFORE_LIST;
  }

  /** A list is due, whatever was known. */
  Position withoutVersion() {
    return new Position(Optional.empty(), failures, failed, retryAfter, listedNs, heldUntilNs);
  }

  Position listFailed(Failure failure) {
    return new Position(
        Optional.empty(), failures + 1, true, failure.retryAfter(), listedNs, heldUntilNs);
  }

  /**
   * A watch has ended as watches do: by its time, or because the server closed it.
   *
   * @param worked it told something new, or lasted
   */
  Position watchEnded(String newVersion, boolean worked) {
    int row = worked ? 0 : failures + 1;
    return new Position(
        versionAfter(newVersion, row), row, row > 0, Duration.ZERO, listedNs, heldUntilNs);
  }

  /** A watch could not be opened, broke, or ended with an error. */
  Position watchFailed(String newVersion, boolean worked, Failure failure) {
    int row = worked ? 0 : failures + 1;
    boolean lost = failure.expired() || failure.fromTheFuture() || failure.absent();
    return new Position(
        lost ? Optional.empty() : versionAfter(newVersion, row),
        row,
        row > 0,
        failure.retryAfter(),
        listedNs,
        heldUntilNs);
  }

  /** The server may have forgotten, or may be another one: a list sees the truth. */
  private static Optional<String> versionAfter(String newVersion, int row) {
    return row >= FAILURES_BEFORE_LIST ? Optional.empty() : Optional.of(newVersion);
  }

  private static double nanos(Duration duration) {
    return (double) duration.toNanos();
  }

  private long relistNs(Duration relistAfter) {
    long routine = listedNs + relistAfter.toNanos();
    return heldUntilNs.isPresent() && heldUntilNs.getAsLong() - routine < 0
        ? heldUntilNs.getAsLong()
        : routine;
  }
}
