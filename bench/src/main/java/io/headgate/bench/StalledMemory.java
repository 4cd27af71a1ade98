package io.headgate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * What a proxy holds for clients that have asked for a large answer and read nothing of it, beyond
 * what it held for the same connections while they were idle. Bytes in the kernel's sockets are not
 * in it, and neither are those in pipes, which are counted instead: one holds at most 64 KiB unless
 * it was made larger.
 *
 * @param connections that stall
 * @param pipes of the proxy's processes, beyond those while idle
 */
record StalledMemory(
    Subject.Kind subject, long idleBytes, long stalledBytes, int connections, long pipes) {
  private static final long SETTLED_MS = 3000;

  static StalledMemory of(
      Subject.Kind subject,
      ProcessTree proxy,
      InetSocketAddress address,
      Ends ends,
      int connections)
      throws CannotCompare, IOException, InterruptedException {
    ends.awaitConnections(subject, 0);
    ends.clients().open(address, connections);
    try {
      ends.awaitConnections(subject, connections);
      long idleBytes = proxy.residentBytes();
      long idlePipes = proxy.pipes();
      ends.clients().stall(address);
      Thread.sleep(SETTLED_MS); // every buffer on the way is full by then
      return new StalledMemory(
          subject,
          idleBytes,
          proxy.residentBytes(),
          connections,
          Math.max(0, proxy.pipes() - idlePipes));
    } finally {
      ends.clients().close(address);
      ends.awaitConnections(subject, 0);
    }
  }

  /** Bytes that each connection has added by stalling. */
  long bytesPerConnection() {
    return (stalledBytes - idleBytes) / connections;
  }
}
