package io.headgate.relay;

import io.headgate.linux.OpenFileLimit;

/** How many connections this process can carry: two descriptors each, some kept for the rest. */
final class ConnectionLimit {
  private static final long LEAST_RESERVE = 100;
  private static final long MOST_RESERVE = 1_000;

  private ConnectionLimit() {}

  /** The configured limit, or, where that is 0, what the file descriptor limit allows. */
  static int of(int configured) {
    return configured > 0 ? configured : forDescriptors(descriptors());
  }

  /**
   * The reserve is for listeners, probes, the admin API, the API server and the JVM's own files.
   */
  static int forDescriptors(long descriptors) {
    long reserve = Math.clamp(descriptors / 10, LEAST_RESERVE, MOST_RESERVE);
    return Math.clamp((descriptors - reserve) / 2, 1, Integer.MAX_VALUE);
  }

  private static long descriptors() {
    return OpenFileLimit.current().map(OpenFileLimit::soft).orElse(Long.MAX_VALUE);
  }
}
