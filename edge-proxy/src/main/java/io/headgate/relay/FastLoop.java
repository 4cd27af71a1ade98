package io.headgate.relay;

import io.headgate.linux.Errno;
import io.headgate.linux.SocketOption;
import io.headgate.linux.StreamSockets;
import io.headgate.model.Listener;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets of one event loop of the fast relay. Owned by it, but for what says otherwise. */
final class FastLoop implements RelayLoop {
  private static final Logger log = LoggerFactory.getLogger(FastLoop.class);
  private static final long TICK_MS = 20;
  private static final long LOOK_US = 1_000;

  private final Worker worker;
  private final StreamSockets sockets = new StreamSockets();
  private final Pipes pipes;
  private final Pump pump;
  private final ArrayDeque<FastLeg> closing = new ArrayDeque<>();
  private final Runnable closeAll = this::closeAll;
  private List<FastLeg> connecting = new ArrayList<>();
  private List<FastLeg> streaming = new ArrayList<>();
  private final Runnable look = this::look;
  private boolean looking;
  private boolean ticking;

  FastLoop(Worker worker, Splicing splicing, int mostPipes) {
    this.worker = worker;
    this.pipes = new Pipes(sockets, mostPipes);
    this.pump = new Pump(sockets, pipes, splicing);
  }

  @Override
  public Worker worker() {
    return worker;
  }

  StreamSockets sockets() {
    return sockets;
  }

  Pipes pipes() {
    return pipes;
  }

  Pump pump() {
    return pump;
  }

  /** On the loop, where the future is done at once. */
  IoRegistration register(EpollIoHandle handle) {
    return worker.loop().register(handle).getNow();
  }

  /** Closes a socket once all events that were told together have been handled. */
  void closeSoon(FastLeg leg) {
    if (closing.isEmpty()) {
      worker.loop().execute(closeAll);
    }
    closing.add(leg);
  }

  private void closeAll() {
    for (FastLeg leg = closing.poll(); leg != null; leg = closing.poll()) {
      try {
        leg.closeNow();
      } catch (RuntimeException bug) { // the others are to be closed all the same
        log.error("a socket could not be closed in order", bug);
      }
    }
  }

  // Streams that go on

  /** Looks at such a stream every now and then, in case what is left of it is little. */
  void awaitMuch(FastLeg leg) {
    streaming.add(leg);
    lookSoon();
  }

  private void lookSoon() {
    if (!looking) {
      looking = true;
      worker.loop().schedule(look, LOOK_US, TimeUnit.MICROSECONDS);
    }
  }

  private void look() {
    looking = false;
    List<FastLeg> queue = streaming;
    streaming = new ArrayList<>();
    for (FastLeg leg : queue) {
      if (leg.wantsLook()) {
        leg.lookIfResting();
      }
      if (leg.wantsLook()) {
        streaming.add(leg);
      } else {
        leg.leftAlone();
      }
    }
    if (!streaming.isEmpty()) {
      lookSoon();
    }
  }

  // Connecting

  /** Looks after a connect, whose answer must come in time. */
  void awaitAnswer(FastLeg leg) {
    connecting.add(leg);
    tickSoon();
  }

  private void tickSoon() {
    if (!ticking) {
      ticking = true;
      worker.loop().schedule(this::tick, TICK_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void tick() {
    ticking = false;
    long nowNs = System.nanoTime();
    List<FastLeg> queue = connecting;
    connecting = new ArrayList<>();
    for (FastLeg leg : queue) {
      if (leg.late(nowNs)) {
        leg.late();
      } else if (leg.awaitsAnswer()) {
        connecting.add(leg);
      }
    }
    if (!connecting.isEmpty()) {
      tickSoon();
    }
  }

  // Listening

  @Override
  public CompletableFuture<ListeningSocket> listen(
      Listener listener, InetSocketAddress address, Binding how) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return listenNow(listener, address, how);
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        worker.loop());
  }

  private ListeningSocket listenNow(Listener listener, InetSocketAddress address, Binding how)
      throws IOException {
    boolean ipv6 = address.getAddress() instanceof Inet6Address;
    int fd = answer(sockets.open(ipv6));
    try {
      prepareListening(fd, ipv6, how);
      answer(sockets.bind(fd, address, ipv6));
      answer(sockets.listen(fd, Listeners.BACKLOG));
    } catch (IOException e) {
      sockets.close(fd);
      throw e;
    }
    var socket = new FastListener(this, listener, fd);
    try {
      socket.begin();
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
    return socket;
  }

  /**
   * All but the first three hold for every connection that the socket will accept. A client that
   * has vanished costs memory and nothing else, and a phone should not be woken for it: minutes
   * will do.
   */
  private void prepareListening(int fd, boolean ipv6, Binding how) throws IOException {
    if (ipv6) { // the wildcard takes both families, whatever the host's default is
      answer(sockets.set(fd, SocketOption.IPV6_ONLY, 0));
    }
    answer(sockets.set(fd, SocketOption.REUSE_ADDRESS, 1));
    if (how.free()) {
      answer(sockets.set(fd, SocketOption.FREE_BIND, 1));
    }
    if (how.shared()) {
      answer(sockets.set(fd, SocketOption.REUSE_PORT, 1));
    }
    answer(sockets.set(fd, SocketOption.NO_DELAY, 1));
    answer(sockets.set(fd, SocketOption.URGENT_INLINE, 1));
    answer(sockets.set(fd, SocketOption.KEEP_ALIVE_IDLE_SECONDS, 300));
    answer(sockets.set(fd, SocketOption.KEEP_ALIVE_INTERVAL_SECONDS, 30));
    answer(sockets.set(fd, SocketOption.KEEP_ALIVE_PROBES, 4));
  }

  private static int answer(int answer) throws IOException {
    if (answer < 0) {
      throw new BindException(Errno.text(-answer));
    }
    return answer;
  }

  /** On the loop, when all connections have ended. */
  @Override
  public void close() {
    closeAll();
    pipes.close();
    pump.close();
  }
}
