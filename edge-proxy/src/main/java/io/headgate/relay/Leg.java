package io.headgate.relay;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One side of a connection: the client's socket or the backend's. Used on the connection's event
 * loop.
 */
interface Leg {
  /** Its other end as the kernel names it; null where it has already gone. */
  @Nullable InetSocketAddress remote();

  /** Its own end as the kernel names it. */
  InetSocketAddress local();

  /** Bytes read from this side and handed on to the other. */
  long receivedBytes();

  /** Asks for what has come although there is no other side yet. */
  void readEarly();

  /** Asks the kernel about it; false where it cannot tell. */
  boolean ask(TcpInfo info);

  /** Ends it with RST instead of FIN, so that the peer cannot take the end for a regular one. */
  void reset();

  /** Ends it with FIN. */
  void close();
}
