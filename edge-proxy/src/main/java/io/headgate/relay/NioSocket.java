package io.headgate.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * A socket of the JDK that keeps urgent bytes in the stream and can be asked whether it has ended,
 * neither of which Netty has a way for.
 */
final class NioSocket extends NioSocketChannel {
  /** Accepted by {@code parent}. */
  NioSocket(Channel parent, SocketChannel channel) throws SocketException {
    super(parent, channel);
    channel.socket().setOOBInline(true);
  }

  /** For a backend. */
  NioSocket() {
    try {
      javaChannel().socket().setOOBInline(true);
    } catch (IOException e) {
      throw new ChannelException(e);
    }
  }

  /**
   * Whether the connection has ended in both directions or by a reset, without reading from it. The
   * JDK reports OP_CONNECT of a connected socket only together with an error or a hang-up.
   *
   * @param probe a selector for nothing but this
   */
  boolean hungUp(Selector probe) {
    try {
      SelectionKey key = javaChannel().register(probe, SelectionKey.OP_CONNECT);
      probe.selectNow();
      boolean ended = key.isConnectable();
      key.cancel();
      probe.selectNow(); // forgets the key
      return ended;
    } catch (IOException | CancelledKeyException _) {
      return false; // closed meanwhile, which its own events tell
    }
  }
}
