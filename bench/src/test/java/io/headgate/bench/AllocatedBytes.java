package io.headgate.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Counts what the calling thread allocates on the heap. */
public final class AllocatedBytes {
  private static final int CALLS = 100_000;

  private AllocatedBytes() {}

  /**
   * Bytes per call, rounded down, so that the few objects which the measuring itself makes do not
   * count. Interpreted code allocates what compiled code does not, and the compiler takes its time:
   * so it is the best of all tries until it is {@code enough} or {@code patience} is over.
   */
  public static long perCall(Runnable call, long enough, Duration patience) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long startNs = System.nanoTime();
    long least = Long.MAX_VALUE;
    while (least > enough
        && (least == Long.MAX_VALUE || System.nanoTime() - startNs < patience.toNanos())) {
      long before = threads.getCurrentThreadAllocatedBytes();
      repeat(call);
      least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / CALLS);
    }
    return least;
  }

  /** As above, for what is to allocate nothing. */
  public static long perCall(Runnable call, Duration patience) {
    return perCall(call, 0, patience);
  }

  private static void repeat(Runnable call) {
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
  }
}
