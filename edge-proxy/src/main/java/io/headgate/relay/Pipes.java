package io.headgate.relay;

import io.headgate.linux.StreamSockets;
import io.headgate.linux.StreamSockets.Pipe;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The pipes of one event loop, which owns this. A connection holds one only while bytes are in it,
 * so that few serve many.
 *
 * <p>The kernel limits the pipe pages of a user (pipe(7), pipe-user-pages-soft), and each pipe
 * takes two file descriptors; so they are bounded, and who gets none copies.
 */
final class Pipes {
  /** What one splice moves at most. */
  static final int BYTES = 256 * 1024;

  private static final long ASK_AGAIN_NS = 1_000_000_000;

  private final StreamSockets sockets;
  private final ArrayDeque<Pipe> empty = new ArrayDeque<>();
  private final int most;
  private int open;
  private boolean refused;
  private long refusedNs;

  Pipes(StreamSockets sockets, int most) {
    this.sockets = sockets;
    this.most = most;
  }

  /** An empty pipe, or null where there is none for now. */
  @Nullable Pipe take() {
    Pipe pooled = empty.pollFirst();
    if (pooled != null || open >= most || refusedLately()) {
      return pooled;
    }
    Pipe fresh = sockets.pipe(BYTES).orElse(null);
    refused = fresh == null;
    if (fresh == null) {
      refusedNs = System.nanoTime();
    } else {
      open++;
    }
    return fresh;
  }

  /** Asking costs calls, and each chunk would ask. */
  private boolean refusedLately() {
    return refused && System.nanoTime() - refusedNs < ASK_AGAIN_NS;
  }

  /** Takes an empty pipe back. */
  void giveBack(Pipe pipe) {
    empty.addFirst(pipe);
  }

  /** Closes one that still holds bytes, which nobody else must ever get. */
  void discard(Pipe pipe) {
    open--;
    sockets.close(pipe);
  }

  /** When all connections have ended. */
  void close() {
    empty.forEach(this::discard);
    empty.clear();
  }
}
