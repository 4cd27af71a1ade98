package io.headgate.relay;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketChannel;

/** Closing with a reset. */
final class Resets {
  private Resets() {}

  /** RST instead of FIN, so that the peer cannot take the end for a regular one. */
  static void reset(SocketChannel channel) {
    if (channel.isOpen()) {
      try {
        channel.config().setSoLinger(0);
      } catch (ChannelException _) {
        // the socket is already gone
      }
    }
    channel.close();
  }
}
