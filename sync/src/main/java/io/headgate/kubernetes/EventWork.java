package io.headgate.kubernetes;

import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.Remark;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What has been told of one Service for one reason, and what is still to be told. As client-go's
 * recorder: what happens again is counted in the same Event, another message makes another Event.
 *
 * @param posted the Event that the next occurrence of its message is counted in
 * @param level,message of the remark as last seen
 * @param presence whether it was there at the last look
 * @param untold how often it has appeared since the last write
 * @param wroteNs when the last write succeeded; empty before the first
 * @param sinceNs since when there is something to tell
 * @param failures in a row
 * @param notBeforeNs when it may be tried again
 */
record EventWork(
    Optional<Posted> posted,
    Level level,
    String message,
    Presence presence,
    int untold,
    OptionalLong wroteNs,
    long sinceNs,
    int failures,
    long notBeforeNs) {

  /** Of a remark. */
  enum Presence {
    STANDING,
    /** Not made any more, but it has happened, and was due to be told: what lasts a moment only. */
    PAST,
    GONE
  }

  /**
   * @param name of the Event
   */
  record Posted(String name, String message, int count) {}

  static EventWork of(long nowNs) {
    return new EventWork(
        Optional.empty(),
        Level.NORMAL,
        "",
        Presence.GONE,
        0,
        OptionalLong.empty(),
        nowNs,
        0,
        nowNs);
  }

  /** After a look; a Warning that stands for long counts as if it had appeared again. */
  EventWork seen(Remark remark, long nowNs, WriterSettings settings) {
    boolean another = !remark.message().equals(message);
    boolean news = another || presence != Presence.STANDING;
    int before = another ? 0 : untold; // of another message is no part of this one's count
    boolean reminder =
        remark.level() == Level.WARNING
            && untold == 0
            && wroteNs.isPresent()
            && nowNs - wroteNs.getAsLong() >= settings.eventReminder().toNanos();
    int more = news || reminder ? 1 : 0;
    return new EventWork(
        posted,
        remark.level(),
        remark.message(),
        Presence.STANDING,
        before + more,
        wroteNs,
        untold == 0 && more > 0 ? nowNs : sinceNs,
        failures,
        notBeforeNs);
  }

  /** The remark is not made any more. Nobody is warned of what is over. */
  EventWork gone(long nowNs, WriterSettings settings) {
    boolean happened =
        level == Level.NORMAL
            && presence != Presence.GONE
            && untold > 0
            && dueNs(settings.eventQuiet()) - nowNs <= 0;
    return present(happened ? Presence.PAST : Presence.GONE);
  }

  private EventWork present(Presence now) {
    return new EventWork(
        posted, level, message, now, untold, wroteNs, sinceNs, failures, notBeforeNs);
  }

  boolean due() {
    return presence != Presence.GONE && untold > 0;
  }

  Remark remark(String reason) {
    return new Remark(level, reason, message);
  }

  boolean standing() {
    return presence == Presence.STANDING;
  }

  /** Whether this is a Warning that does not hold any more, and the last word on both. */
  boolean isOverAndToldAfter(EventWork other) {
    return level == Level.WARNING && presence == Presence.GONE && toldAfter(other);
  }

  boolean toldAfter(EventWork other) {
    return wroteNs.isPresent()
        && other.wroteNs.isPresent()
        && wroteNs.getAsLong() - other.wroteNs.getAsLong() > 0;
  }

  /** It is to be told although it has not changed. */
  EventWork again(long nowNs) {
    return untold > 0
        ? this
        : new EventWork(posted, level, message, presence, 1, wroteNs, nowNs, failures, notBeforeNs);
  }

  /**
   * When it may be told; only where it is {@link #due}.
   *
   * @param quiet after the last time
   */
  long dueNs(Duration quiet) {
    long earliest = wroteNs.isPresent() ? wroteNs.getAsLong() + quiet.toNanos() : sinceNs;
    return earliest - notBeforeNs > 0 ? earliest : notBeforeNs;
  }

  /** The Event to count it in; empty where a new one is needed. */
  Optional<Posted> same() {
    return posted.filter(event -> event.message().equals(message));
  }

  EventWork written(Posted event, long nowNs) {
    return new EventWork(
        Optional.of(event), level, message, presence, 0, OptionalLong.of(nowNs), nowNs, 0, nowNs);
  }

  /** It will not be told this time. */
  EventWork dropped() {
    return new EventWork(
        posted, level, message, presence, 0, wroteNs, sinceNs, failures, notBeforeNs);
  }

  /** The cluster has forgotten the Event. */
  EventWork expired() {
    return new EventWork(
        Optional.empty(),
        level,
        message,
        presence,
        untold,
        wroteNs,
        sinceNs,
        failures,
        notBeforeNs);
  }

  EventWork failed(Failure failure, long nowNs, WriterSettings settings) {
    long again = nowNs + settings.backoff(failures + 1, failure.retryAfter()).toNanos();
    return new EventWork(
        posted, level, message, presence, untold, wroteNs, sinceNs, failures + 1, again);
  }
}
