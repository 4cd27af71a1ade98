package io.headgate.relay;

import io.headgate.linux.OpenFileLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many connections this process can carry: two descriptors each, some kept for the rest. */
final class ConnectionLimit {
  private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);
  private static final long LEAST_RESERVE = 150;
  private static final long MOST_RESERVE = 1_000;

  private ConnectionLimit() {}

  /** What the file descriptor limit allows, and not more than configured where that is not 0. */
  static int of(int configured) {
    int possible = forDescriptors(descriptors());
    if (configured > possible) {
      log.warn(
          "max-connections is {}, but the file descriptor limit allows {}", configured, possible);
    }
    return configured > 0 ? Math.min(configured, possible) : possible;
  }

  /**
   * The reserve is for listeners, pipes, probes, the admin API, the API server and the JVM's own
   * files.
   */
  static int forDescriptors(long descriptors) {
    return Math.clamp((descriptors - reserve(descriptors)) / 2, 1, Integer.MAX_VALUE);
  }

  /** Pipes that the fast relay may have, of two descriptors each: half of the reserve. */
  static int pipes() {
    return (int) (reserve(descriptors()) / 4);
  }

  private static long reserve(long descriptors) {
    return Math.clamp(descriptors / 10, LEAST_RESERVE, MOST_RESERVE);
  }

  private static long descriptors() {
    return OpenFileLimit.current().map(OpenFileLimit::soft).orElse(Long.MAX_VALUE);
  }
}
