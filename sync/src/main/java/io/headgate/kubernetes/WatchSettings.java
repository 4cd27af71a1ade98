package io.headgate.kubernetes;

import java.time.Duration;

/**
 * The watch's times and sizes. In service they are {@link #DEFAULT}; tests shorten them.
 *
 * @param firstBackoff pause after the first failure in a row; it doubles with each further one
 * @param longestBackoff where the doubling ends
 * @param longestRetryAfter what we believe of a Retry-After at most
 * @param settledAfter a watch that lived this long has worked, even if it had nothing to say
 * @param ping how often a WebSocket or HTTP/2 connection is pinged; one without an answer until the
 *     next ping is given up
 * @param connectTimeout for the TCP connection and the TLS handshake each
 * @param silence how long an answer to a request may pause
 * @param impatience the same of a server that is not the only one left to ask, and the ping where
 *     there are several: a watch that has died with its server is left after two of them at most
 * @param watchLifetime how long one watch is asked to last, up to a fifth less by chance
 * @param linesLifetime the same for a watch without WebSocket over HTTP/1.1, which has no pings:
 *     the longest that a dead one goes unnoticed
 * @param relistAfter a resource is listed anew this long after its last list, at the end of a watch
 * @param hold how long objects are kept that a list has suddenly left out, see {@link RemovalBrake}
 * @param fileCheck how often the kubeconfig and the files it names are looked at
 * @param saveAfter how long after a change the snapshot is written
 * @param pageSize objects per page of a list
 */
record WatchSettings(
    Duration firstBackoff,
    Duration longestBackoff,
    Duration longestRetryAfter,
    Duration settledAfter,
    Duration ping,
    Duration connectTimeout,
    Duration silence,
    Duration impatience,
    Duration watchLifetime,
    Duration linesLifetime,
    Duration relistAfter,
    Duration hold,
    Duration fileCheck,
    Duration saveAfter,
    int pageSize) {

  static final WatchSettings DEFAULT =
      new WatchSettings(
          Duration.ofMillis(200),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(4),
          Duration.ofMinutes(5),
          Duration.ofSeconds(60),
          Duration.ofMinutes(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          500);

  /**
   * How often to ping with so many servers. A single one that is slow is not left for being slow:
   * there is nobody to go to.
   */
  Duration ping(int servers) {
    return servers > 1 && impatience.compareTo(ping) < 0 ? impatience : ping;
  }
}
