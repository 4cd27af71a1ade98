package io.headgate.takeover.peer;

import io.headgate.takeover.peer.WatchEvent.DialFailure;
import io.headgate.takeover.peer.WatchEvent.Ending;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.FixedLengthFrameDecoder;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Our connection to the lifeline of a peer's process ({@link io.headgate.linux.Lifeline}): it says
 * whose it is and nothing more, and its end is looked into. Belongs to the peer-link thread.
 */
final class PeerLifeline {
  /** Firewalls that follow connections are not to forget one on which nothing is said. */
  private static final int KEEP_ALIVE_SECONDS = 30;

  private final EventLoop loop;
  private final PeerTimings timings;
  private final Optional<InetSocketAddress> source;
  private final LongConsumer died;
  private final Runnable changed;
  private final LifelineWatch watch;
  private @Nullable InetSocketAddress offered;
  private long startId;
  private @Nullable Channel channel;
  private @Nullable Future<?> timer;

  /**
   * @param source to connect from
   * @param died is told the id of a process that has died
   * @param changed is run when it is held, and when it no longer is
   */
  PeerLifeline(
      EventLoop loop,
      PeerTimings timings,
      Optional<InetSocketAddress> source,
      LongConsumer died,
      Runnable changed) {
    this.loop = loop;
    this.timings = timings;
    this.source = source;
    this.died = died;
    this.changed = changed;
    this.watch = new LifelineWatch(timings);
  }

  LifelineState state() {
    if (watch.held()) {
      return LifelineState.HELD;
    }
    return watch.offered() ? LifelineState.UNREACHED : LifelineState.NONE;
  }

  /**
   * A process was met.
   *
   * @param at where its lifeline listens, port 0 for nowhere
   */
  void offered(InetSocketAddress at, long id) {
    if (at.equals(offered) && id == startId) {
      return;
    }
    close();
    offered = at;
    startId = id;
    if (at.getPort() != 0) {
      watch.offered(System.nanoTime());
      turn();
    }
  }

  /** Lets go of it; what was under way tells nothing any more. */
  void close() {
    offered = null;
    cancelTimer();
    drop();
    watch.absent();
  }

  private void drop() {
    Channel held = channel;
    channel = null;
    if (held != null) {
      held.close();
    }
  }

  private void turn() {
    cancelTimer();
    if (watch.dials(System.nanoTime())) {
      dial();
    }
    OptionalLong wakeAtNs = watch.wakeAtNs();
    if (wakeAtNs.isPresent()) {
      timer =
          loop.schedule(
              this::turn,
              Math.max(0, wakeAtNs.getAsLong() - System.nanoTime()),
              TimeUnit.NANOSECONDS);
    }
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void dial() {
    int withinMillis = Math.toIntExact(timings.connectWithin().toMillis());
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, withinMillis)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEP_ALIVE_SECONDS)
            .handler(
                new ChannelInitializer<NioSocketChannel>() {
                  @Override
                  protected void initChannel(NioSocketChannel dialled) {
                    dialled.pipeline().addLast(new FixedLengthFrameDecoder(Long.BYTES), new Held());
                  }
                });
    source.ifPresent(bootstrap::localAddress);
    ChannelFuture connecting = bootstrap.connect(offered);
    Channel dialled = connecting.channel();
    channel = dialled;
    connecting.addListener((ChannelFuture done) -> {
      if (!dialled.equals(channel)) {
        dialled.close();
      } else if (done.isSuccess()) {
        loop.schedule(() -> giveUp(dialled), withinMillis, TimeUnit.MILLISECONDS);
      } else {
        failed(DialFailure.of(done.cause()));
      }
    });
  }

  /** It has not said in time whose it is. */
  private void giveUp(Channel dialled) {
    if (dialled.equals(channel) && !watch.held()) {
      failed(DialFailure.TIMED_OUT);
    }
  }

  private void failed(DialFailure why) {
    drop();
    boolean dead = watch.failed(System.nanoTime(), why);
    if (dead) {
      died.accept(startId);
    }
    turn();
  }

  private void saysItIs(long id) {
    if (id == startId) {
      watch.connected(System.nanoTime());
      changed.run();
    } else {
      failed(DialFailure.MISDIRECTED);
    }
  }

  private void ended(Ending how) {
    if (watch.held()) {
      channel = null;
      watch.ended(System.nanoTime(), how);
      turn();
      changed.run();
    } else {
      failed(DialFailure.CUT_SHORT);
    }
  }

  private final class Held extends SimpleChannelInboundHandler<ByteBuf> {
    private Ending how = Ending.CLOSED;

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
      if (context.channel().equals(channel) && !watch.held()) {
        saysItIs(bytes.readLong());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      how = PeerConnection.isReset(cause) ? Ending.CLOSED : Ending.CUT;
      context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (context.channel().equals(channel)) {
        ended(how);
      }
    }
  }
}
