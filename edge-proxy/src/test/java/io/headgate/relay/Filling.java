package io.headgate.relay;

import io.headgate.testing.Eventually;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A sender, on a virtual thread of its own, that goes on until it has sent all or the connection
 * ends; it gets stuck where the other side does not read.
 */
final class Filling {
  private static final int CHUNK_BYTES = 16_384;
  private static final Duration STUCK = Duration.ofMillis(400);

  private final AtomicLong sent = new AtomicLong();
  private final CompletableFuture<Boolean> whole = new CompletableFuture<>();

  private Filling() {}

  static Filling start(Peer peer, byte[] bytes) {
    return start(peer, bytes, 1);
  }

  /** Sends the bytes so many times over. */
  static Filling start(Peer peer, byte[] bytes, int times) {
    var filling = new Filling();
    Thread.ofVirtual().start(() -> filling.run(peer, bytes, times));
    return filling;
  }

  private void run(Peer peer, byte[] bytes, int times) {
    try {
      boolean taken = true;
      for (int time = 0; time < times && taken; time++) {
        taken = sendAll(peer, bytes);
      }
      whole.complete(taken);
    } catch (RuntimeException e) {
      whole.complete(false); // closed by its own side
    }
  }

  private boolean sendAll(Peer peer, byte[] bytes) {
    for (int at = 0; at < bytes.length; at += CHUNK_BYTES) {
      byte[] chunk = Arrays.copyOfRange(bytes, at, Math.min(at + CHUNK_BYTES, bytes.length));
      if (!peer.offer(chunk)) {
        return false;
      }
      sent.addAndGet(chunk.length);
    }
    return true;
  }

  /**
   * Bytes that were taken until none were for a while, or until all were. On a slow machine a pause
   * may be mistaken for the end, and the number is too low: only an upper bound of it means
   * anything.
   */
  long untilStuck() {
    long before = -1;
    while (sent.get() != before && !whole.isDone()) {
      before = sent.get();
      Eventually.pause(STUCK);
    }
    return sent.get();
  }

  /** Waits for its end: true where all was taken, false where the connection ended before. */
  boolean toEnd() {
    return Rig.await(whole);
  }
}
