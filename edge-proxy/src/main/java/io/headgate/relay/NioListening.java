package io.headgate.relay;

import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;

/** A listening socket of the JDK that accepts {@link NioSocket}s. */
final class NioListening extends NioServerSocketChannel {
  NioListening(SocketProtocolFamily family) {
    super(SelectorProvider.provider(), family);
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    SocketChannel channel = javaChannel().accept();
    if (channel == null) {
      return 0;
    }
    try {
      accepted.add(new NioSocket(this, channel));
      return 1;
    } catch (IOException _) {
      channel.close(); // the client has gone already
      return 0;
    }
  }
}
