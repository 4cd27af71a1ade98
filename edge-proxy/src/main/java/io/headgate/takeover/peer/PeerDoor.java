package io.headgate.takeover.peer;

import io.headgate.model.Addresses;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the peers dial. A listener that cannot be bound is told once and tried again every second.
 * Belongs to the peer-link thread, except what it reports.
 */
final class PeerDoor {
  private static final Logger LOG = LoggerFactory.getLogger(PeerDoor.class);
  private static final long BIND_AGAIN_SECONDS = 1;
  private static final int BACKLOG = 64;

  /** Connections without a hello at a time: whoever has no key can hold no more of us than this. */
  private static final int MAXIMUM_UNMET = 32;

  private static final int MAXIMUM_TOLD = 64;

  private final InetSocketAddress address;
  private final EventLoop loop;
  private final Runnable opens;
  private final Consumer<Channel> accept;
  private final Set<InetAddress> told = new HashSet<>();
  private @Nullable Channel listener;
  private boolean closed;
  private int unmet;
  private volatile Optional<InetSocketAddress> bound = Optional.empty();
  private volatile Optional<String> problem = Optional.empty();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong otherKey = new AtomicLong();
  private final AtomicLong unfinished = new AtomicLong();
  private final AtomicLong malformed = new AtomicLong();
  private final AtomicLong crowded = new AtomicLong();
  private final AtomicLong strangers = new AtomicLong();

  /**
   * @param opens is run when it is bound, before anybody comes in
   * @param accept takes a new channel in hand
   */
  PeerDoor(InetSocketAddress address, EventLoop loop, Runnable opens, Consumer<Channel> accept) {
    this.address = address;
    this.loop = loop;
    this.opens = opens;
    this.accept = accept;
  }

  /** Any thread. */
  Optional<InetSocketAddress> bound() {
    return bound;
  }

  /** Any thread. Why it is not bound. */
  Optional<String> problem() {
    return problem;
  }

  /** Any thread. */
  DoorCounters counters() {
    return new DoorCounters(
        accepted.get(),
        otherKey.get(),
        unfinished.get(),
        malformed.get(),
        crowded.get(),
        strangers.get());
  }

  /** Where peers find it: the port it has, or is to have. */
  int port() {
    return bound.map(InetSocketAddress::getPort).orElse(address.getPort());
  }

  /**
   * Binds, now or later.
   *
   * @param tried runs after the first attempt, whatever came of it: a listener that is older than
   *     the connections is closed before them when the process dies
   */
  void open(Runnable tried) {
    if (closed) {
      return;
    }
    new ServerBootstrap()
        .group(loop)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(onAccept())
        .bind(address)
        .addListener((ChannelFuture done) -> {
          opened(done);
          tried.run();
        });
  }

  private ChannelHandler onAccept() {
    return new ChannelInitializer<NioSocketChannel>() {
      @Override
      protected void initChannel(NioSocketChannel channel) {
        accepted(channel);
      }
    };
  }

  private void opened(ChannelFuture done) {
    if (done.isSuccess() && !closed) {
      listener = done.channel();
      InetSocketAddress local = (InetSocketAddress) done.channel().localAddress();
      bound = Optional.of(local);
      problem = Optional.empty();
      opens.run();
      LOG.info("peer link: listens on {}", Addresses.text(local));
    } else if (done.isSuccess()) {
      done.channel().close();
    } else {
      String why = "%s: %s".formatted(address, done.cause().getMessage());
      if (!problem.equals(Optional.of(why))) {
        LOG.warn("peer link: cannot listen, trying on: {}", why);
      }
      problem = Optional.of(why);
      loop.schedule(() -> open(() -> {}), BIND_AGAIN_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void accepted(Channel channel) {
    accepted.incrementAndGet();
    if (unmet >= MAXIMUM_UNMET) {
      crowded.incrementAndGet();
      channel.close();
      return;
    }
    unmet++;
    accept.accept(channel);
  }

  void met() {
    unmet--;
  }

  /** A connection of the door is over. */
  void ended(PeerConnection connection, PeerConnection.End how) {
    boolean met = connection.theirs().isPresent();
    if (!met) {
      unmet--;
    }
    switch (how) {
      case OTHER_KEY -> {
        otherKey.incrementAndGet();
        tellOnce(connection.channel(), "it has another key");
      }
      case MALFORMED -> {
        malformed.incrementAndGet();
        tellOnce(connection.channel(), "it speaks no peer link");
      }
      case CLOSED, CUT, UNANSWERED, DROPPED -> {
        if (!met) {
          unfinished.incrementAndGet();
        }
      }
    }
  }

  /** An edge with our key that is none of the peers. */
  void stranger(PeerConnection connection) {
    strangers.incrementAndGet();
    tellOnce(connection.channel(), "it has our key, and is none of peers");
  }

  void close() {
    closed = true;
    bound = Optional.empty();
    if (listener != null) {
      listener.close();
    }
  }

  /** Once for each host, and for so many hosts. */
  private void tellOnce(Channel channel, String what) {
    if (channel.remoteAddress() instanceof InetSocketAddress remote
        && told.size() < MAXIMUM_TOLD
        && told.add(remote.getAddress())) {
      LOG.warn("peer link: {} dialled: {}", remote.getAddress().getHostAddress(), what);
    }
  }
}
