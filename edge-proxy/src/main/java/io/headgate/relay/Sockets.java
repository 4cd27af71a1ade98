package io.headgate.relay;

import io.headgate.model.Transport;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a transport makes loops and sockets of.
 *
 * @param transport never {@link Transport#AUTO}
 */
record Sockets(
    Transport transport,
    IoHandlerFactory loops,
    ChannelFactory<? extends SocketChannel> outgoing,
    Function<SocketProtocolFamily, ServerSocketChannel> listening) {
  private static final int SOL_SOCKET = 1;
  private static final String MULTISHOT_POLL = "io.netty.iouring.pollAddMultishotEnabled";

  // Netty's io_uring waits for input by a poll that reports only news. A reset that comes while
  // nothing is read is news but once, and with reads on demand nobody would hear of it again. Must
  // be set before Netty's IoUring is first touched.
  static {
    if (System.getProperty(MULTISHOT_POLL) == null) {
      System.setProperty(MULTISHOT_POLL, "false");
    }
  }

  /** On a listening socket it holds for all that it accepts. */
  static final IntegerUnixChannelOption KEEPALIVE =
      new IntegerUnixChannelOption("SO_KEEPALIVE", SOL_SOCKET, 9);

  /**
   * Leaves urgent bytes in the stream (RFC 6093 section 4), where the other side would lose them.
   * Inherited as {@link #KEEPALIVE} is.
   */
  static final IntegerUnixChannelOption URGENT_INLINE =
      new IntegerUnixChannelOption("SO_OOBINLINE", SOL_SOCKET, 10);

  /**
   * @throws UnsupportedOperationException where this host lacks the transport, with the cause
   */
  static Sockets of(Transport transport) {
    return switch (transport) {
      case AUTO -> Epoll.isAvailable() ? epoll() : nio();
      case EPOLL -> {
        require("epoll", Epoll.unavailabilityCause());
        yield epoll();
      }
      case IO_URING -> {
        require("io_uring", IoUring.unavailabilityCause());
        yield ioUring();
      }
      case NIO -> nio();
    };
  }

  /** Whether socket options beyond those of the JDK, and so SO_REUSEPORT and TCP_INFO, work. */
  boolean isNative() {
    return transport != Transport.NIO;
  }

  private static void require(String name, @Nullable Throwable cause) {
    if (cause != null) {
      Throwable root = cause;
      for (Throwable next = root.getCause(); next != null; next = next.getCause()) {
        root = next;
      }
      throw new UnsupportedOperationException(
          "transport " + name + " is not available on this host: " + root.getMessage(), cause);
    }
  }

  private static Sockets epoll() {
    return new Sockets(
        Transport.EPOLL,
        SteadyEpoll.newFactory(),
        EpollSocketChannel::new,
        EpollServerSocketChannel::new);
  }

  /** Netty's io_uring listener knows no family: see {@link Accepting}. */
  private static Sockets ioUring() {
    return new Sockets(
        Transport.IO_URING,
        IoUringIoHandler.newFactory(),
        IoUringSocketChannel::new,
        _ -> new IoUringServerSocketChannel());
  }

  private static Sockets nio() {
    return new Sockets(Transport.NIO, NioIoHandler.newFactory(), NioSocket::new, NioListening::new);
  }
}
