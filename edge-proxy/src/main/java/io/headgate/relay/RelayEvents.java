package io.headgate.relay;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** What a relay tells others while it works. Called on event loops: must return at once. */
public interface RelayEvents {
  void connected(InetSocketAddress backend);

  void connectFailed(InetSocketAddress backend, Throwable cause);

  /**
   * A source address that routes name is not, or is again, one of this host.
   *
   * @param here whether it is
   */
  void sourceChanged(InetAddress source, boolean here);

  /**
   * No port was left for so many connections that were to come from this address: they came from
   * another. At most once a minute for an address.
   */
  void sourceExhausted(InetAddress source, long connections);

  /** A connection has ended, for the log of connections. */
  void ended(ConnectionSummary connection);
}
