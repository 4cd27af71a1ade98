package io.headgate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * What a freshly started proxy holds in memory, and what it holds with idle connections through it.
 * Buffers of the kernel's sockets are not in it.
 *
 * @param connections that were open, each with its connection to a backend
 */
record IdleMemory(Subject.Kind subject, long freshBytes, long idleBytes, int connections) {
  private static final long SETTLED_WITHIN_MS = 30_000;

  static IdleMemory of(
      Subject.Kind subject,
      ProcessTree proxy,
      InetSocketAddress address,
      Webserver backends,
      int connections)
      throws CannotCompare, IOException, InterruptedException {
    await(subject, backends, 0);
    long freshBytes = proxy.residentBytes();
    List<SocketChannel> open = new ArrayList<>(connections);
    try {
      for (int i = 0; i < connections; i++) {
        open.add(SocketChannel.open(address));
      }
      await(subject, backends, connections);
      Thread.sleep(2000); // what the last accept has left behind is returned or is not
      return new IdleMemory(subject, freshBytes, proxy.residentBytes(), connections);
    } finally {
      for (SocketChannel channel : open) {
        channel.close();
      }
      await(subject, backends, 0);
    }
  }

  /** Bytes that each connection has added. */
  long bytesPerConnection() {
    return (idleBytes - freshBytes) / connections;
  }

  private static void await(Subject.Kind subject, Webserver backends, int connections)
      throws CannotCompare, IOException, InterruptedException {
    long deadlineMs = System.currentTimeMillis() + SETTLED_WITHIN_MS;
    while (backends.connections() != connections) {
      if (System.currentTimeMillis() > deadlineMs) {
        throw new CannotCompare(
            "with %d connections through %s, the backends have %d"
                .formatted(connections, subject.label(), backends.connections()));
      }
      Thread.sleep(100);
    }
  }
}
