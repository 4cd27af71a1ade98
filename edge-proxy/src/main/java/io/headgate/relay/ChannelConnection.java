package io.headgate.relay;

import io.headgate.model.Listener;
import io.headgate.model.ProxyProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A connection of two Netty channels. */
final class ChannelConnection extends Connection<ChannelLeg> {
  private final ChannelLoop loop;
  private final ChannelLeg client;

  ChannelConnection(ChannelLoop loop, Listener listener, SocketChannel channel) {
    super(loop.worker(), listener);
    this.loop = loop;
    this.client = new ChannelLeg(this, channel);
  }

  @Override
  ChannelLeg client() {
    return client;
  }

  /** A leg's channel works; of the client's this is the beginning. */
  void active(ChannelLeg leg) {
    if (leg == client && stage() == Stage.NEW) {
      arrive();
    }
  }

  @Override
  Optional<ChannelLeg> open(InetSocketAddress to, Duration connectTimeout) {
    try {
      SocketChannel channel = loop.outgoing(connectTimeout);
      var leg = new ChannelLeg(this, channel);
      channel.pipeline().addLast(leg);
      return Optional.of(leg);
    } catch (ChannelException _) {
      return Optional.empty();
    }
  }

  @Override
  void connect(ChannelLeg attempt, InetSocketAddress to, @Nullable InetSocketAddress from) {
    loop.register(attempt.channel())
        .addListener(registered -> {
          if (registered.isSuccess()) {
            bindAndConnect(attempt, to, from);
          } else {
            answered(attempt, registered, null, false);
          }
        });
  }

  private void bindAndConnect(
      ChannelLeg attempt, InetSocketAddress to, @Nullable InetSocketAddress from) {
    if (from == null) {
      connectNow(attempt, to, null);
      return;
    }
    loop.comesFromAnAddress(attempt.channel());
    attempt
        .channel()
        .bind(from)
        .addListener(bound -> {
          if (bound.isSuccess()) {
            connectNow(attempt, to, from);
          } else {
            answered(attempt, bound, from, true);
          }
        });
  }

  private void connectNow(
      ChannelLeg attempt, InetSocketAddress to, @Nullable InetSocketAddress from) {
    attempt.channel().connect(to).addListener(answer -> answered(attempt, answer, from, false));
  }

  private void answered(
      ChannelLeg attempt, Future<?> answer, @Nullable InetSocketAddress from, boolean atBind) {
    if (answer.isSuccess()) {
      connected(attempt);
      return;
    }
    SourceProblem problem = from == null ? null : ConnectFailures.ofSource(answer.cause(), atBind);
    if (problem == null) {
      connectFailed(attempt, answer.cause());
    } else {
      sourceFailed(attempt, problem);
    }
  }

  @Override
  void begin(ChannelLeg backend, ProxyProtocol version, @Nullable ByteBuf early) {
    client.join(backend);
    backend.join(client);
    if (version != ProxyProtocol.OFF) {
      SocketChannel channel = backend.channel();
      ByteBuf header = channel.alloc().directBuffer(ProxyHeader.LONGEST);
      ProxyHeader.write(version, source(), destination(), header);
      channel.write(header, channel.voidPromise());
      channel.flush();
    }
    client.begin(backend, early);
    if (relaying()) {
      backend.begin(client, null);
    }
  }

  /** Ends the connection in peace once both directions have ended. */
  void finishIfBothEnded() {
    ChannelLeg backend = backend();
    if (backend != null && client.finished() && backend.finished()) {
      finished();
    }
  }

  @Override
  void flush(ChannelLeg to, Parting passing) {
    to.channel()
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(_ -> {
          long nowNs = System.nanoTime();
          passing.flushed(nowNs);
          departIfSent(nowNs);
        });
  }

  /**
   * Netty's transports do not tell of a reset while nothing is read because the other side is slow
   * or the input has ended.
   */
  @Override
  void look(ChannelLeg backend, boolean alsoIfSilent) {
    if (loop.liveness().isDead(client, alsoIfSilent)) {
      passReset(client, backend);
    } else if (loop.liveness().isDead(backend, alsoIfSilent)) {
      passReset(backend, client);
    }
  }

  @Override
  void lasts() {}

  /** Netty's channels let go by themselves. */
  @Override
  void release() {}

  /**
   * Where a transport tells of a reset only to those that read, one read is asked for. What it
   * brings is kept for the backend.
   */
  @Override
  void noticeReset() {
    if (!loop.tellsResets()) {
      client.readEarly();
    }
  }
}
