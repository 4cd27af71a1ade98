package io.headgate.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Who of the edges writes to the cluster: as client-go's leaderelection, by a Lease that its holder
 * renews. Pure: the caller owns the clock and the connection.
 *
 * <p>No two clocks are compared. An edge takes a Lease over when it has <em>seen</em> it unchanged
 * for the whole of its duration on its own monotonic clock; the holder stops writing earlier,
 * counted from when it <em>sent</em> its last renewal that succeeded. A change can only be seen
 * after it was sent, so that there are never two writers, whatever answers are late or lost. Every
 * write names the resourceVersion that it changes, so that of two that take it over at once one is
 * refused.
 *
 * @param identity unique to this run of this edge
 * @param seen the Lease as last read or written; empty before the first answer, and where there is
 *     none
 * @param seenNs when it was first seen like that
 * @param fresh whether {@code seen} is what the last request brought: only then it is acted upon
 * @param renewedNs when the last renewal that succeeded was sent; empty while another holds it
 * @param nextNs when there is something to do
 * @param refusals in a row, by which a person may have to do something
 * @param problem why the last request failed; empty where it did not
 */
record Election(
    String identity,
    Times times,
    Optional<LeaseRecord> seen,
    long seenNs,
    boolean fresh,
    OptionalLong renewedNs,
    long nextNs,
    int refusals,
    String problem) {

  /**
   * @param duration how long a Lease is let alone that is not renewed; whole seconds
   * @param renew how often the holder renews it, and others look
   * @param giveUp how long after its last renewal the holder still writes; less than {@code
   *     duration} by more than a write may take
   * @param retry pause after a failure
   * @param slowRetry the longest pause, where a person must first do something
   */
  record Times(
      Duration duration, Duration renew, Duration giveUp, Duration retry, Duration slowRetry) {
    static final Times DEFAULT =
        new Times(
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            Duration.ofSeconds(20));
  }

  /** What to do next. */
  sealed interface Turn {
    record Wait(long untilNs) implements Turn {}

    record Read() implements Turn {}

    record Create(LeaseRecord lease) implements Turn {}

    record Update(LeaseRecord lease) implements Turn {}
  }

  static Election of(String identity, Times times, long nowNs) {
    return new Election(
        identity, times, Optional.empty(), nowNs, false, OptionalLong.empty(), nowNs, 0, "");
  }

  /**
   * @param now for what people read in the Lease
   */
  Turn next(long nowNs, Instant now) {
    if (nowNs - nextNs < 0) {
      return new Turn.Wait(nextNs);
    }
    if (!fresh) {
      return new Turn.Read();
    }
    if (seen.isEmpty()) {
      return new Turn.Create(held(new LeaseRecord("", "", 0, "", "", -1), now));
    }
    return free(nowNs) ? new Turn.Update(held(seen.get(), now)) : new Turn.Read();
  }

  /** Whether this edge may write now. */
  boolean mayWrite(long nowNs) {
    return renewedNs.isPresent() && nowNs - renewedNs.getAsLong() < times.giveUp().toNanos();
  }

  /** Who has it, as far as we know; empty for nobody. */
  String holder() {
    return seen.map(LeaseRecord::holder).orElse("");
  }

  /** A read has found this; empty where there is no such Lease. */
  Election read(Optional<LeaseRecord> found, long nowNs) {
    long since = found.equals(seen) ? seenNs : nowNs;
    boolean ours = found.isPresent() && found.get().holder().equals(identity);
    var looked =
        new Election(
            identity,
            times,
            found,
            since,
            true,
            ours ? renewedNs : OptionalLong.empty(),
            nowNs,
            0,
            "");
    return found.isEmpty() || looked.free(nowNs)
        ? looked
        : looked.next(untilNextLook(looked, nowNs));
  }

  /**
   * What we wrote is in force.
   *
   * @param sentNs when it was sent, not when it was answered
   */
  Election written(LeaseRecord lease, long sentNs, long nowNs) {
    return new Election(
        identity,
        times,
        Optional.of(lease),
        nowNs,
        true,
        OptionalLong.of(sentNs),
        sentNs + times.renew().toNanos(),
        0,
        "");
  }

  /**
   * A request was refused or not answered; what we wrote may be in force all the same. An API
   * server that has just started refuses what it allows a second later: only what stays refused is
   * asked for slowly.
   */
  Election failed(Failure failure, boolean creating, long nowNs) {
    boolean raced = failure.code() == 409;
    boolean needsPerson = failure.code() == 403 || (creating && failure.code() == 404);
    int refused = needsPerson ? refusals + 1 : 0;
    Duration pause =
        raced
            ? times.retry().dividedBy(10)
            : times.retry().multipliedBy(1L << Math.clamp(refused - 1, 0, 16));
    Duration longer = failure.retryAfter().compareTo(pause) > 0 ? failure.retryAfter() : pause;
    Duration bounded = longer.compareTo(times.slowRetry()) > 0 ? times.slowRetry() : longer;
    return new Election(
        identity,
        times,
        seen,
        seenNs,
        false,
        renewedNs,
        nowNs + bounded.toNanos(),
        refused,
        raced ? "" : failure.text());
  }

  /** Takes no part any more: it may not write, whatever the Lease says. */
  Election resigned() {
    return new Election(
        identity, times, Optional.empty(), seenNs, false, OptionalLong.empty(), nextNs, 0, problem);
  }

  /** What lets the others take over at once; empty where it is not ours. */
  Optional<LeaseRecord> release(Instant now) {
    return seen.filter(lease -> lease.holder().equals(identity))
        .map(lease ->
            new LeaseRecord(
                lease.version(),
                "",
                1,
                lease.acquired(),
                LeaseRecord.time(now),
                lease.transitions()));
  }

  private Election next(long atNs) {
    return new Election(identity, times, seen, seenNs, fresh, renewedNs, atNs, refusals, problem);
  }

  /** Nobody's, ours, or somebody's who no longer renews it. */
  private boolean free(long nowNs) {
    String holder = holder();
    return holder.isEmpty() || holder.equals(identity) || nowNs - expiresNs() >= 0;
  }

  private long expiresNs() {
    int theirs = Math.min(seen.map(LeaseRecord::durationSeconds).orElse(0), 3600);
    Duration longer =
        times.duration().toSeconds() > theirs ? times.duration() : Duration.ofSeconds(theirs);
    return seenNs + longer.toNanos();
  }

  private static long untilNextLook(Election looked, long nowNs) {
    long routine = nowNs + looked.times.renew().toNanos();
    return routine - looked.expiresNs() < 0 ? routine : looked.expiresNs();
  }

  private LeaseRecord held(LeaseRecord before, Instant now) {
    boolean ours = before.holder().equals(identity);
    String time = LeaseRecord.time(now);
    return new LeaseRecord(
        before.version(),
        identity,
        (int) times.duration().toSeconds(),
        ours ? before.acquired() : time,
        time,
        ours ? before.transitions() : before.transitions() + 1);
  }
}
