package io.headgate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * What a freshly started proxy holds in memory, and what it holds with idle connections through it.
 * Buffers of the kernel's sockets are not in it.
 *
 * @param connections that were open, each with its connection to a backend
 */
record IdleMemory(Subject.Kind subject, long freshBytes, long idleBytes, int connections) {
  private static final long SETTLED_MS = 2000;

  static IdleMemory of(
      Subject.Kind subject,
      ProcessTree proxy,
      InetSocketAddress address,
      Ends ends,
      int connections)
      throws CannotCompare, IOException, InterruptedException {
    ends.awaitConnections(subject, 0);
    long freshBytes = proxy.residentBytes();
    ends.clients().open(address, connections);
    try {
      ends.awaitConnections(subject, connections);
      Thread.sleep(SETTLED_MS); // what the last accept has left behind is returned or is not
      return new IdleMemory(subject, freshBytes, proxy.residentBytes(), connections);
    } finally {
      ends.clients().close(address);
      ends.awaitConnections(subject, 0);
    }
  }

  /** Bytes that each connection has added. */
  long bytesPerConnection() {
    return (idleBytes - freshBytes) / connections;
  }
}
