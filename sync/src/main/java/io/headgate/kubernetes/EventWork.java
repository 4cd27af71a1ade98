package io.headgate.kubernetes;

import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.Remark;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What has been told of one Service for one reason, and what is still to be told. As client-go's
 * recorder: what happens again is counted in the same Event, another message makes another Event.
 *
 * @param posted the Event that the next occurrence of its message is counted in
 * @param level,message of the remark as last seen
 * @param standing whether it was there at the last look
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
    boolean standing,
    int untold,
    OptionalLong wroteNs,
    long sinceNs,
    int failures,
    long notBeforeNs) {

  /**
   * @param name of the Event
   */
  record Posted(String name, String message, int count) {}

  static EventWork of(long nowNs) {
    return new EventWork(
        Optional.empty(), Level.NORMAL, "", false, 0, OptionalLong.empty(), nowNs, 0, nowNs);
  }

  /** After a look; a Warning that stands for long counts as if it had appeared again. */
  EventWork seen(Remark remark, long nowNs, WriterSettings settings) {
    boolean news = !standing || !remark.message().equals(message);
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
        true,
        untold + more,
        wroteNs,
        untold == 0 && more > 0 ? nowNs : sinceNs,
        failures,
        notBeforeNs);
  }

  /** The remark is not made any more. */
  EventWork gone() {
    return new EventWork(
        posted, level, message, false, untold, wroteNs, sinceNs, failures, notBeforeNs);
  }

  boolean due() {
    return standing && untold > 0;
  }

  /** When it may be told; only where it is {@link #due}. */
  long dueNs(WriterSettings settings) {
    long earliest =
        wroteNs.isPresent() ? wroteNs.getAsLong() + settings.eventQuiet().toNanos() : sinceNs;
    return earliest - notBeforeNs > 0 ? earliest : notBeforeNs;
  }

  /** The Event to count it in; empty where a new one is needed. */
  Optional<Posted> same() {
    return posted.filter(event -> event.message().equals(message));
  }

  EventWork written(Posted event, long nowNs) {
    return new EventWork(
        Optional.of(event), level, message, standing, 0, OptionalLong.of(nowNs), nowNs, 0, nowNs);
  }

  /** It will not be told this time. */
  EventWork dropped() {
    return new EventWork(
        posted, level, message, standing, 0, wroteNs, sinceNs, failures, notBeforeNs);
  }

  /** The cluster has forgotten the Event. */
  EventWork expired() {
    return new EventWork(
        Optional.empty(),
        level,
        message,
        standing,
        untold,
        wroteNs,
        sinceNs,
        failures,
        notBeforeNs);
  }

  EventWork failed(Failure failure, long nowNs, WriterSettings settings) {
    long again = nowNs + settings.backoff(failures + 1, failure.retryAfter()).toNanos();
    return new EventWork(
        posted, level, message, standing, untold, wroteNs, sinceNs, failures + 1, again);
  }
}
