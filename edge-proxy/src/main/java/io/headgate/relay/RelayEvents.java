package io.headgate.relay;

import java.net.InetSocketAddress;

/** What a relay tells others while it works. Called on event loops: must return at once. */
public interface RelayEvents {
  void connected(InetSocketAddress backend);

  void connectFailed(InetSocketAddress backend, Throwable cause);

  /** A connection has ended, for the log of connections. */
  void ended(ConnectionSummary connection);
}
