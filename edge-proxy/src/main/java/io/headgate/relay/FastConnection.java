package io.headgate.relay;

import io.headgate.linux.Errno;
import io.headgate.linux.SocketOption;
import io.headgate.linux.StreamSockets;
import io.headgate.model.Listener;
import io.headgate.model.ProxyProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ConnectTimeoutException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection of two sockets that are read and written by system call.
 *
 * <p>Epoll's events are hints: what is so, the calls say.
 */
final class FastConnection extends Connection<FastLeg> {
  private static final long BROKEN_AT_MOST_NS = TimeUnit.SECONDS.toNanos(2);

  private final FastLoop loop;
  private final FastLeg client;
  private boolean wantsHeader;
  private boolean readingHeader;
  private @Nullable FastLeg brokenLeg;
  private long brokenSinceNs;
  private @Nullable Parting flushing;

  FastConnection(FastLoop loop, Listener listener, int fd, InetSocketAddress remote) {
    super(loop.worker(), listener);
    this.loop = loop;
    this.client = new FastLeg(loop, this, fd, remote);
  }

  @Override
  FastLeg client() {
    return client;
  }

  /** It was accepted. */
  void begin() {
    client.watchInput();
    arrive();
  }

  private StreamSockets sockets() {
    return loop.sockets();
  }

  /** Epoll has told something of a leg, or its turn has come again. */
  void ready(FastLeg leg) {
    switch (stage()) {
      case NEW, ENDED -> {}
      case HEADER -> readHeader(leg);
      case SEEKING -> seek(leg);
      case RELAYING -> relay(leg);
      case PARTING -> part(leg);
    }
  }

  // Before there is a backend

  private void readHeader(FastLeg leg) {
    if (leg == client && wantsHeader) {
      readHeader();
    }
  }

  /** Reads until the header is complete or nothing is left; the rest stays in the kernel. */
  void readHeader() {
    wantsHeader = true;
    if (readingHeader) {
      return;
    }
    readingHeader = true;
    while (wantsHeader && stage() == Stage.HEADER) {
      wantsHeader = false;
      long bytes = loop.pump().read(client);
      if (bytes > 0) {
        readEarly(client, loop.pump().filled().retain());
        readEarlyComplete(client);
      } else if (bytes == -Errno.EAGAIN) {
        wantsHeader = true;
        break;
      } else if (bytes == 0) {
        client.endInput();
        endedEarly(client);
      } else {
        brokenEarly(client);
      }
    }
    readingHeader = false;
  }

  private void seek(FastLeg leg) {
    if (leg == client) {
      if (client.takeFailing() && sockets().takeError(client.number()) != 0) {
        brokenEarly(client);
      }
    } else if (leg.answered()) {
      int errno = leg.takeFailing() ? sockets().takeError(leg.number()) : 0;
      if (errno == Errno.ECONNRESET || errno == Errno.EPIPE) {
        leg.breaks(); // it had accepted, and what it sent before it broke is the client's
        connected(leg);
      } else if (errno == 0) {
        connected(leg);
      } else {
        connectFailed(leg, ConnectFailures.of(errno));
      }
    }
  }

  @Override
  Optional<FastLeg> open(InetSocketAddress to, Duration connectTimeout) {
    int fd = sockets().open(to.getAddress() instanceof Inet6Address);
    if (fd < 0) {
      return Optional.empty();
    }
    sockets().set(fd, SocketOption.URGENT_INLINE, 1);
    var leg = new FastLeg(loop, this, fd, to);
    leg.answerBy(System.nanoTime() + connectTimeout.toNanos());
    return Optional.of(leg);
  }

  @Override
  void connect(FastLeg attempt, InetSocketAddress to, @Nullable InetSocketAddress from) {
    boolean ipv6 = to.getAddress() instanceof Inet6Address;
    int bound = from == null ? 0 : bind(attempt.number(), from, ipv6);
    int answer = bound == 0 ? sockets().connect(attempt.number(), to, ipv6) : bound;
    if (answer != 0 && answer != -Errno.EINPROGRESS) {
      attempt.answered();
      SourceProblem problem = from == null ? null : ConnectFailures.ofSource(-answer, bound != 0);
      if (problem != null) {
        sourceFailed(attempt, problem);
        return;
      }
      connectFailed(attempt, ConnectFailures.of(-answer));
      return;
    }
    try {
      attempt.watchAll();
    } catch (UncheckedIOException e) {
      attempt.answered();
      connectFailed(attempt, ConnectFailures.ofOurs("cannot watch the socket", e));
      return;
    }
    loop.awaitAnswer(attempt);
  }

  private int bind(int fd, InetSocketAddress from, boolean ipv6) {
    sockets().set(fd, SocketOption.BIND_ADDRESS_NO_PORT, 1);
    return sockets().bind(fd, from, ipv6);
  }

  /** A connect has not been answered in time. */
  void late(FastLeg attempt) {
    if (attempt.answered()) {
      connectFailed(attempt, new ConnectTimeoutException("no answer in time"));
    }
  }

  /** Epoll tells of a reset, whether anything is read or not. */
  @Override
  void noticeReset() {}

  // Relaying

  @Override
  void begin(FastLeg backend, ProxyProtocol version, @Nullable ByteBuf early) {
    ByteBuf first = loop.pump().buffer();
    if (version != ProxyProtocol.OFF) {
      ProxyHeader.write(version, source(), destination(), first);
    }
    if (early != null) {
      client.received(early.readableBytes(), false);
      client.hold(behind(first, early));
      drive(client, backend);
    } else {
      outcome(client, backend, loop.pump().begin(client, backend, first.readableBytes()));
    }
    if (relaying()) {
      relay(backend);
    }
  }

  /** What was read with the client's header, behind ours. */
  private static ByteBuf behind(ByteBuf first, ByteBuf early) {
    if (!first.isReadable()) {
      return early;
    }
    ByteBuf both =
        PooledByteBufAllocator.DEFAULT.directBuffer(first.readableBytes() + early.readableBytes());
    both.writeBytes(first).writeBytes(early);
    early.release();
    return both;
  }

  private FastLeg other(FastLeg leg, FastLeg backend) {
    return leg == client ? backend : client;
  }

  private void relay(FastLeg leg) {
    FastLeg backend = backend();
    if (backend == null || (leg != client && leg != backend)) {
      return;
    }
    FastLeg other = other(leg, backend);
    drive(leg, other);
    if (relaying()) {
      drive(other, leg);
    }
    if (relaying() && leg.takeFailing()) {
      examine(leg, other);
    }
  }

  private void drive(FastLeg from, FastLeg to) {
    long received = from.receivedBytes();
    long handedOn = from.handedOnBytes();
    Pump.Outcome outcome = loop.pump().move(from, to);
    if (from.handedOnBytes() != handedOn) {
      moved();
    }
    if (from.receivedBytes() != received) {
      moved();
      to.otherSpoke();
    }
    outcome(from, to, outcome);
  }

  private void outcome(FastLeg from, FastLeg to, Pump.Outcome outcome) {
    switch (outcome) {
      case WAITING -> {}
      case TURN_OVER -> from.again();
      case ENDED -> passEnd(from, to);
      case SOURCE_BROKEN -> passReset(from, to);
      case SINK_BROKEN -> breaks(to, from);
    }
  }

  /** Half-close: all that one side has sent is with the other's kernel, and so its end may be. */
  private void passEnd(FastLeg from, FastLeg to) {
    if (to.outputEnded() || to.broken()) {
      return;
    }
    to.endOutput();
    if (to.inputEnded() && from.outputEnded()) {
      finished();
      from.close();
      to.close(); // which sends the end as well
    } else if (sockets().endOutput(to.number()) < 0) {
      breaks(to, from);
    }
  }

  /**
   * An error was told, or the end of both directions. A socket that both sides have ended in order
   * may still hold the last bytes that its peer will ever send.
   */
  private void examine(FastLeg leg, FastLeg other) {
    TcpInfo info = worker().tcpInfo();
    if (leg.ask(info) && info.closed()) {
      int errno = sockets().takeError(leg.number());
      if (errno != 0 || !leg.outputEnded()) {
        breaks(leg, other);
      }
    }
  }

  /**
   * A side is gone. What it sent before is read first, and handed on as far as the other side takes
   * it in time; then the reset is passed on.
   */
  private void breaks(FastLeg leg, FastLeg other) {
    leg.breaks();
    other.letGo();
    if (leg.inputEnded() || other.broken()) {
      passReset(leg, other);
      return;
    }
    brokenLeg = leg;
    brokenSinceNs = System.nanoTime();
    worker().parts(this);
    drive(leg, other);
  }

  @Override
  boolean departIfSent(long nowNs) {
    FastLeg backend = backend();
    if (stage() != Stage.RELAYING || brokenLeg == null || backend == null) {
      return super.departIfSent(nowNs);
    }
    if (nowNs - brokenSinceNs < BROKEN_AT_MOST_NS) {
      return false;
    }
    passReset(brokenLeg, other(brokenLeg, backend)); // which makes it wait anew
    return true;
  }

  // Parting

  @Override
  void flush(FastLeg to, Parting passing) {
    flushing = passing;
    part(to);
  }

  private void part(FastLeg leg) {
    FastLeg backend = backend();
    Parting passing = flushing;
    if (backend == null || passing == null || passing.to() != leg) {
      return;
    }
    if (!passing.isFlushed()) {
      FastLeg from = other(leg, backend);
      Pump.@Nullable Outcome outcome = from.holds() ? loop.pump().flush(from, leg) : null;
      if (outcome == Pump.Outcome.SINK_BROKEN) {
        brokenEarly(leg);
        return;
      }
      if (outcome != null) {
        return;
      }
      passing.flushed(System.nanoTime());
    }
    departIfSent(System.nanoTime());
  }

  // What time brings

  /**
   * A node that has vanished after it took the request must not leave the client waiting: a minute.
   * The client's times are those of the listening socket.
   */
  @Override
  void lasts() {
    sockets().set(client.number(), SocketOption.KEEP_ALIVE, 1);
    FastLeg backend = backend();
    if (backend != null) {
      backend.watchInputOnly();
      sockets().set(backend.number(), SocketOption.KEEP_ALIVE_IDLE_SECONDS, 30);
      sockets().set(backend.number(), SocketOption.KEEP_ALIVE_INTERVAL_SECONDS, 10);
      sockets().set(backend.number(), SocketOption.KEEP_ALIVE_PROBES, 3);
      sockets().set(backend.number(), SocketOption.KEEP_ALIVE, 1);
    }
  }

  @Override
  void look(FastLeg backend, boolean alsoIfSilent) {
    if (!alsoIfSilent) {
      return; // epoll has told all else
    }
    TcpInfo info = worker().tcpInfo();
    if (client.ask(info) && info.peerSilent()) {
      passReset(client, backend);
    } else if (backend.ask(info) && info.peerSilent()) {
      passReset(backend, client);
    }
  }

  @Override
  void release() {
    client.letGo();
    FastLeg backend = backend();
    if (backend != null) {
      backend.letGo();
    }
  }
}
