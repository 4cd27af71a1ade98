package io.headgate.relay;

import java.util.concurrent.TimeUnit;

/** Which bucket of {@link RelayCounters.ConnectTimes} a duration falls into. */
final class ConnectBuckets {
  static final int COUNT = RelayCounters.ConnectTimes.UPPER_BOUNDS_MS.size() + 1;

  private ConnectBuckets() {}

  static int of(long durationNs) {
    int bucket = 0;
    while (bucket < COUNT - 1 && durationNs > upperBoundNs(bucket)) {
      bucket++;
    }
    return bucket;
  }

  private static long upperBoundNs(int bucket) {
    return TimeUnit.MILLISECONDS.toNanos(RelayCounters.ConnectTimes.UPPER_BOUNDS_MS.get(bucket));
  }
}
