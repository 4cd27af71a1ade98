package io.headgate.relay;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;

/**
 * A listening socket of the JDK whose connections keep urgent bytes in the stream: Netty has no
 * option for that, and the JDK none that an accepted socket inherits.
 */
final class NioListening extends NioServerSocketChannel {
  NioListening(SocketProtocolFamily family) {
    super(SelectorProvider.provider(), family);
  }

  /** A channel for a backend that keeps urgent bytes in the stream as well. */
  static NioSocketChannel outgoing() {
    return new Outgoing();
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    SocketChannel channel = javaChannel().accept();
    if (channel == null) {
      return 0;
    }
    try {
      channel.socket().setOOBInline(true);
      accepted.add(new NioSocketChannel(this, channel));
      return 1;
    } catch (IOException | RuntimeException _) {
      channel.close(); // the client has gone already
      return 0;
    }
  }

  private static final class Outgoing extends NioSocketChannel {
    Outgoing() {
      try {
        javaChannel().socket().setOOBInline(true);
      } catch (IOException e) {
        throw new ChannelException(e);
      }
    }
  }
}
