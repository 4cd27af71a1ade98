package io.headgate.relay;

import io.headgate.model.Transport;
import io.netty.channel.Channel;
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
  private static final int IPPROTO_IP = 0;
  private static final int SOL_SOCKET = 1;
  private static final int IPPROTO_TCP = 6;

  // Must be set before Netty's IoUring is first touched.
  static {
    // A multishot poll reports only news. A reset that comes while nothing is read is news but
    // once, and with reads on demand nobody would hear of it again.
    unlessSet("io.netty.iouring.pollAddMultishotEnabled");
    // A multishot accept empties the backlog before we have looked at one connection: a flood
    // would take every file descriptor, whatever the limits say.
    unlessSet("io.netty.iouring.acceptMultiShotEnabled");
  }

  /** On a listening socket it holds for all that it accepts, as all options here do. */
  private static final IntegerUnixChannelOption KEEPALIVE =
      new IntegerUnixChannelOption("SO_KEEPALIVE", SOL_SOCKET, 9);

  private static final IntegerUnixChannelOption KEEPALIVE_IDLE_SECONDS =
      new IntegerUnixChannelOption("TCP_KEEPIDLE", IPPROTO_TCP, 4);
  private static final IntegerUnixChannelOption KEEPALIVE_INTERVAL_SECONDS =
      new IntegerUnixChannelOption("TCP_KEEPINTVL", IPPROTO_TCP, 5);
  private static final IntegerUnixChannelOption KEEPALIVE_PROBES =
      new IntegerUnixChannelOption("TCP_KEEPCNT", IPPROTO_TCP, 6);

  /** A port is chosen when it connects, so that one serves connections to many peers: ip(7). */
  private static final IntegerUnixChannelOption BIND_ADDRESS_NO_PORT =
      new IntegerUnixChannelOption("IP_BIND_ADDRESS_NO_PORT", IPPROTO_IP, 24);

  /** It may be bound to an address that this host does not have yet: ip(7). */
  private static final IntegerUnixChannelOption FREE_BIND =
      new IntegerUnixChannelOption("IP_FREEBIND", IPPROTO_IP, 15);

  /**
   * Leaves urgent bytes in the stream (RFC 6093 section 4), where the other side would lose them.
   */
  private static final IntegerUnixChannelOption URGENT_INLINE =
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

  private static void unlessSet(String property) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, "false");
    }
  }

  /**
   * Options of every connection that this socket will accept. A client that has vanished costs
   * memory and nothing else, and a phone should not be woken for it: minutes will do.
   */
  void prepareListening(ServerSocketChannel channel, Binding how) {
    if (isNative()) {
      if (how.free()) {
        channel.config().setOption(FREE_BIND, 1);
      }
      channel.config().setOption(URGENT_INLINE, 1);
      keepAlive(channel, 300, 30, 4);
    }
  }

  /**
   * Options of a connection to a backend. A node that has vanished after it took the request must
   * not leave the client waiting: a minute.
   */
  void prepareOutgoing(SocketChannel channel) {
    if (isNative()) {
      channel.config().setOption(URGENT_INLINE, 1);
      keepAlive(channel, 30, 10, 3);
    } else {
      channel.config().setKeepAlive(true);
    }
  }

  /**
   * Options of a connection that is to be bound to an address, but to no port. The JDK has none for
   * that: there the kernel reserves a port for each when it is bound, and all backends together
   * have as many as otherwise each of them.
   */
  void prepareBinding(SocketChannel channel) {
    if (isNative()) {
      channel.config().setOption(BIND_ADDRESS_NO_PORT, 1);
    }
  }

  private static void keepAlive(Channel channel, int idleSeconds, int intervalSeconds, int probes) {
    channel.config().setOption(KEEPALIVE, 1);
    channel.config().setOption(KEEPALIVE_IDLE_SECONDS, idleSeconds);
    channel.config().setOption(KEEPALIVE_INTERVAL_SECONDS, intervalSeconds);
    channel.config().setOption(KEEPALIVE_PROBES, probes);
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
