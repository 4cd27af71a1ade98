package io.headgate.kubernetes;

import io.headgate.model.ClusterService;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * The writer's times and rates. In service they are {@link #DEFAULT}; tests shorten them.
 *
 * @param election of the edge that writes
 * @param statusPerSecond writes of status, and on Nodes, at most, after a pause twice as many at
 *     once
 * @param eventsPerSecond writes of events at most
 * @param eventBurst how many of them at once after a pause
 * @param echo how long the watch may take to tell what was written, before it is written again
 * @param contestWindow, contestLimit a status that others rewrite more often than this limit in
 *     this time is not fought over
 * @param contestPause how long it is then let alone
 * @param conditionQuiet between two writes for one Service where its addresses stay the same
 * @param nodeQuiet between two writes on one Node, but to say that no connection is left
 * @param eventQuiet between two writes for one reason of one Service
 * @param turnQuiet the same for a Warning after which all was said to be well again
 * @param eventReminder after which a Warning that still stands is told again, before the cluster
 *     forgets it (an hour by default, kube-apiserver's {@code --event-ttl})
 * @param forbiddenPause the longest pause between two tries of what we lack the right for
 * @param firstBackoff pause after the first failure in a row; it doubles with each further one
 * @param longestBackoff where the doubling ends, and what we believe of a Retry-After at most
 */
record WriterSettings(
    Election.Times election,
    int statusPerSecond,
    int eventsPerSecond,
    int eventBurst,
    Duration echo,
    Duration contestWindow,
    int contestLimit,
    Duration contestPause,
    Duration conditionQuiet,
    Duration nodeQuiet,
    Duration eventQuiet,
    Duration turnQuiet,
    Duration eventReminder,
    Duration forbiddenPause,
    Duration firstBackoff,
    Duration longestBackoff) {
  static final WriterSettings DEFAULT =
      new WriterSettings(
          Election.Times.DEFAULT,
          20,
          5,
          50,
          Duration.ofSeconds(5),
          Duration.ofMinutes(1),
          3,
          Duration.ofMinutes(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          Duration.ofMinutes(30),
          Duration.ofMinutes(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30));

  /** By which a MetalLB, a new or an old one, says that it has given an address. */
  private static final List<String> METALLB =
      List.of("metallb.io/ip-allocated-from-pool", "metallb.universe.tf/ip-allocated-from-pool");

  /**
   * Rewrites of a Service's status that are too many. MetalLB writes its annotation and answers
   * every write of ours at once: once is enough to know that it is at work.
   */
  int contestLimit(ClusterService service) {
    return Collections.disjoint(service.request().annotations().keySet(), METALLB)
        ? contestLimit
        : Math.min(1, contestLimit);
  }

  /** The pause after so many refusals in a row of one right. */
  Duration forbiddenPause(int inARow) {
    Duration doubled = doubled(inARow);
    return doubled.compareTo(forbiddenPause) > 0 ? forbiddenPause : doubled;
  }

  /** The pause after so many failures in a row, the last of which wished for {@code retryAfter}. */
  Duration backoff(int failures, Duration retryAfter) {
    Duration doubled = doubled(failures);
    Duration wished = retryAfter.compareTo(doubled) > 0 ? retryAfter : doubled;
    return wished.compareTo(longestBackoff) > 0 ? longestBackoff : wished;
  }

  private Duration doubled(int inARow) {
    return firstBackoff.multipliedBy(1L << Math.clamp(inARow - 1, 0, 16));
  }
}
