package io.headgate.relay;

import io.headgate.model.Listener;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.UnixChannelOption;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The Netty channels of one event loop. Owned by it, but for what says otherwise. */
final class ChannelLoop implements RelayLoop {
  private static final long SELECTS_AGAIN_MS = 10;
  private static final int READ_BYTES = 65_536;
  private static final int LONGEST_CONNECT_MS = 3_600_000;
  private static final RecvByteBufAllocator READS = new FixedRecvByteBufAllocator(READ_BYTES);
  private static final WriteBufferWaterMark WATERMARK =
      new WriteBufferWaterMark(READ_BYTES / 2, READ_BYTES);

  private final Worker worker;
  private final ChannelLoops loops;
  private final Liveness liveness;

  ChannelLoop(Worker worker, ChannelLoops loops) {
    this.worker = worker;
    this.loops = loops;
    this.liveness = new Liveness(worker.tcpInfo());
  }

  @Override
  public Worker worker() {
    return worker;
  }

  Liveness liveness() {
    return liveness;
  }

  /** Whether a reset is told although nothing is read. */
  boolean tellsResets() {
    return sockets().isNative();
  }

  private Sockets sockets() {
    return loops.sockets();
  }

  @Override
  public CompletableFuture<ListeningSocket> listen(
      Listener listener, InetSocketAddress address, Binding how) {
    Supplier<ChannelLoop> acceptor = how.shared() ? () -> this : loops::next;
    ServerSocketChannel channel;
    try {
      channel = sockets().listening().apply(family(address));
      channel.config().setBacklog(Listeners.BACKLOG).setReuseAddress(true);
      sockets().prepareListening(channel, how);
      if (how.shared()) {
        channel.config().setOption(UnixChannelOption.SO_REUSEPORT, true);
      }
    } catch (ChannelException e) {
      return CompletableFuture.failedFuture(e);
    }
    channel.pipeline().addLast(new Accepting(listener, acceptor, !sockets().isNative()));
    CompletableFuture<ListeningSocket> done = new CompletableFuture<>();
    register(channel)
        .addListener(registered -> {
          if (registered.isSuccess()) {
            channel.bind(address).addListener(bound -> complete(done, channel, bound.cause()));
          } else {
            complete(done, channel, registered.cause());
          }
        });
    return done;
  }

  private void complete(
      CompletableFuture<ListeningSocket> done,
      ServerSocketChannel channel,
      @Nullable Throwable failure) {
    if (failure == null) {
      done.complete(new ListeningChannel(channel));
    } else {
      channel.close();
      done.completeExceptionally(failure);
    }
  }

  private static SocketProtocolFamily family(InetSocketAddress address) {
    return address.getAddress() instanceof Inet6Address
        ? SocketProtocolFamily.INET6
        : SocketProtocolFamily.INET;
  }

  /**
   * A socket for a backend, with everything set but its handler.
   *
   * @throws ChannelException where no file descriptor is left
   */
  SocketChannel outgoing(Duration connectTimeout) {
    SocketChannel channel = sockets().outgoing().newChannel();
    try {
      configure(channel);
      channel
          .config()
          .setConnectTimeoutMillis(Math.clamp(connectTimeout.toMillis(), 1, LONGEST_CONNECT_MS));
      sockets().prepareOutgoing(channel);
    } catch (ChannelException e) {
      channel.unsafe().closeForcibly();
      throw e;
    }
    return channel;
  }

  /** Before it is bound to an address that it is to come from. */
  void comesFromAnAddress(SocketChannel channel) {
    sockets().prepareBinding(channel);
  }

  /** Any thread. */
  ChannelFuture register(Channel channel) {
    EventLoop loop = worker.loop(); // of which Netty has not deprecated this
    return loop.register(channel);
  }

  /**
   * What both sides have in common. Not closed by Netty after a failed write, because what the peer
   * sent before it went is still to be read.
   */
  static void configure(SocketChannel channel) {
    SocketChannelConfig config = channel.config();
    config
        .setAllowHalfClosure(true)
        .setAutoRead(false)
        .setAutoClose(false)
        .setAllocator(PooledByteBufAllocator.DEFAULT)
        .setRecvByteBufAllocator(READS)
        .setWriteBufferWaterMark(WATERMARK);
  }

  @Override
  public void close() {
    liveness.close();
  }

  private final class ListeningChannel implements ListeningSocket {
    private final ServerSocketChannel channel;

    ListeningChannel(ServerSocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public int port() {
      return channel.localAddress().getPort();
    }

    @Override
    public CompletableFuture<Void> stop() {
      CompletableFuture<Void> closed = new CompletableFuture<>();
      channel.close().addListener(_ -> afterClose(closed));
      return closed;
    }

    /** The JDK lets go of a closed socket only when its selector has been asked once more. */
    private void afterClose(CompletableFuture<Void> closed) {
      if (sockets().isNative()) {
        closed.complete(null);
      } else {
        channel
            .eventLoop()
            .schedule(() -> closed.complete(null), SELECTS_AGAIN_MS, TimeUnit.MILLISECONDS);
      }
    }
  }
}
