package io.headgate.kubernetes;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the newest snapshot a little after it has changed, and at the end, on a thread of its own:
 * a slow disk holds nothing up. One that cannot be written is logged and comes again with the next
 * change.
 */
final class SnapshotWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotWriter.class);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

  private final SnapshotFile file;
  private final Duration delay;
  private final AtomicReference<@Nullable TakenSnapshot> newest = new AtomicReference<>();
  private final Semaphore changes = new Semaphore(0);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("kubernetes-snapshot").unstarted(this::run);

  SnapshotWriter(SnapshotFile file, Duration delay) {
    this.file = file;
    this.delay = delay;
  }

  void start() {
    thread.start();
  }

  /** Any thread. */
  void changed(TakenSnapshot snapshot) {
    newest.set(snapshot);
    changes.release();
  }

  /** Writes what is not written yet; waits a few seconds for it at most. */
  @Override
  public void close() {
    closing.countDown();
    changes.release();
    try {
      thread.join(LONGEST_CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      boolean last = false;
      while (!last) {
        changes.acquire();
        last = closing.await(delay.toNanos(), TimeUnit.NANOSECONDS);
        changes.drainPermits();
        write(newest.getAndSet(null));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(@Nullable TakenSnapshot snapshot) {
    if (snapshot == null) {
      return;
    }
    try {
      file.write(snapshot);
    } catch (IOException e) {
      LOG.warn("cannot write the cluster snapshot {}: {}", file.path(), e.toString());
    }
  }
}
