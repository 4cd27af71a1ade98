package io.headgate.relay;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

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
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Integer.MAX_VALUE;
  }
}
