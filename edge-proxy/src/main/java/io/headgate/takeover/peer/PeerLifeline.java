package io.headgate.takeover.peer;

import io.headgate.takeover.peer.WatchEvent.DialFailure;
import io.headgate.takeover.peer.WatchEvent.Ending;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Our connection to the lifeline of a peer's process ({@link io.headgate.linux.Lifeline}): nothing
 * is said on it, and its end is looked into. Belongs to the peer-link thread.
 */
final class PeerLifeline {
  private final EventLoop loop;
  private final PeerTimings timings;
  private final Optional<InetSocketAddress> source;
  private final Runnable died;
  private final LifelineWatch watch;
  private @Nullable InetSocketAddress offered;
  private long startId;
  private @Nullable Channel channel;
  private @Nullable Future<?> timer;

  /**
   * @param source to connect from
   * @param died is run when the process that has offered it last has died
   */
  PeerLifeline(
      EventLoop loop, PeerTimings timings, Optional<InetSocketAddress> source, Runnable died) {
    this.loop = loop;
    this.timings = timings;
    this.source = source;
    this.died = died;
    this.watch = new LifelineWatch(timings);
  }

  /** Whether the death of the process would be seen at once. */
  boolean held() {
    return watch.held();
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
    if (at.getPort() == 0) {
      watch.absent();
    } else {
      watch.offered(System.nanoTime());
      turn();
    }
  }

  /** Lets go of it; what was under way tells nothing any more. */
  void close() {
    offered = null;
    cancelTimer();
    Channel held = channel;
    channel = null;
    if (held != null) {
      held.close();
    }
    watch.absent();
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
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(timings.connectWithin().toMillis()))
            .handler(new Held());
    source.ifPresent(bootstrap::localAddress);
    ChannelFuture connecting = bootstrap.connect(offered);
    Channel dialled = connecting.channel();
    channel = dialled;
    connecting.addListener((ChannelFuture done) -> {
      if (!dialled.equals(channel)) {
        dialled.close();
      } else if (done.isSuccess()) {
        watch.connected(System.nanoTime());
      } else {
        channel = null;
        failed(DialFailure.of(done.cause()));
      }
    });
  }

  private void failed(DialFailure why) {
    if (watch.failed(System.nanoTime(), why)) {
      died.run();
    } else {
      turn();
    }
  }

  private void ended(Ending how) {
    channel = null;
    if (watch.ended(System.nanoTime(), how)) {
      dial();
    } else {
      turn();
    }
  }

  private final class Held extends ChannelInboundHandlerAdapter {
    private Ending how = Ending.CLOSED;

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
