package io.headgate.takeover.peer;

import io.headgate.linux.Attempt;
import io.headgate.linux.Lifeline;
import io.headgate.takeover.peer.Frame.Hello;
import io.headgate.takeover.peer.WatchEvent.DialFailure;
import io.headgate.takeover.peer.WatchEvent.End;
import io.headgate.takeover.peer.WatchEvent.Ending;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peer link of one edge: a listener, a connection to every peer, and what they say. Its methods
 * may be called from any thread and do not wait, except {@link #close}; everything else happens on
 * the peer-link thread.
 */
public final class PeerLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
  private static final long CLOSE_WITHIN_SECONDS = 2;
  private static final long READ_WITHIN_NS = 500_000_000;
  private static final long READ_CHECK_MILLIS = 5;
  private static final long LOGGED_NS = 200_000_000;

  /** So many messages of a stranger are kept until it is known who it is. */
  private static final int MOST_EARLY = 8;

  private final PeerLinkSettings settings;
  private final PeerTimings timings;
  private final PeerTls tls;
  private final long startId = new SecureRandom().nextLong();
  private final MultiThreadIoEventLoopGroup group;
  private final EventLoop loop;
  private final Promise<Void> allClosed;
  private final Optional<PeerDoor> door;
  private final List<Peer> peers;

  /** With our key, and none of the peers, or not known yet to be one. */
  private final Map<PeerConnection, Accepted> strangers = new HashMap<>();

  /** Where edges come from: who may hold our lifeline. Read by its thread. */
  private final Set<InetAddress> known = ConcurrentHashMap.newKeySet();

  private Optional<Lifeline> lifeline = Optional.empty();
  private Optional<GoodbyeReason> leaving = Optional.empty();
  private boolean closing;

  public PeerLink(PeerLinkSettings settings, PeerEvents events) {
    this(settings, events, PeerTimings.DEFAULT);
  }

  PeerLink(PeerLinkSettings settings, PeerEvents events, PeerTimings timings) {
    this.settings = settings;
    this.timings = timings;
    this.tls = new PeerTls(settings.key());
    // Its thread starts with its first task.
    this.group =
        new MultiThreadIoEventLoopGroup(
            1, Thread.ofPlatform().daemon().name("peer-link").factory(), NioIoHandler.newFactory());
    this.loop = group.next();
    this.allClosed = loop.newPromise();
    this.door =
        settings
            .listen()
            .map(address -> new PeerDoor(address, loop, this::openLifeline, this::accept));
    settings.peers().forEach(peer -> known.add(peer.getAddress()));
    this.peers =
        settings.peers().stream()
            .map(address -> new Peer(address, loop, timings, source(address), this::dial, events))
            .toList();
  }

  /** Listens and dials from now on. */
  public void start() {
    Runnable dialAll = () -> peers.forEach(Peer::start);
    run(() -> door.ifPresentOrElse(opening -> opening.open(dialAll), dialAll));
  }

  /** To every peer that a connection of ours reaches; counted as unsent for the others. */
  public void send(PeerMessage message) {
    run(() -> peers.forEach(peer -> peer.send(message)));
  }

  /** As {@link #send(PeerMessage)}, to one peer. */
  public void send(InetSocketAddress to, PeerMessage message) {
    run(() ->
        peers.stream()
            .filter(peer -> peer.address().equals(to))
            .forEach(peer -> peer.send(message)));
  }

  /**
   * Tells every peer, those that are met later too, that this edge leaves: what closes from now on
   * is no death. There is no way back.
   */
  public void goodbye(GoodbyeReason reason) {
    run(() -> sayGoodbye(reason));
  }

  /** What is known of every configured peer, in the order of the settings. */
  public List<PeerStatus> status() {
    return peers.stream().map(Peer::status).toList();
  }

  /** Where the link listens; empty where it does not, or not yet. */
  public Optional<InetSocketAddress> listening() {
    return door.flatMap(PeerDoor::bound);
  }

  /** Why it does not listen where it should. */
  public Optional<String> listenProblem() {
    return door.flatMap(PeerDoor::problem);
  }

  /** As if the thread that holds it had died alone. */
  void endLifeline() {
    run(() -> lifeline.ifPresent(Lifeline::close));
  }

  /** What has come to the listener; empty where there is none to be. */
  public Optional<DoorCounters> door() {
    return door.map(PeerDoor::counters);
  }

  /**
   * Says goodbye if nobody did (STOP) and closes everything, once the peers have read it or half a
   * second has passed; waits for that.
   */
  @Override
  public void close() {
    run(this::beginClose);
    // The loop closes what is open as soon as it shuts down, before the tasks that wait.
    allClosed.awaitUninterruptibly(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS);
    group
        .shutdownGracefully(0, CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS);
  }

  /** The door is open: before anybody comes in, so that our hello tells of it. */
  private void openLifeline() {
    Optional<InetSocketAddress> address = settings.lifeline();
    if (address.isEmpty() || closing) {
      return;
    }
    switch (Lifeline.open(address.get(), known, startId, PeerLink::end)) {
      case Attempt.Succeeded<Lifeline>(Lifeline opened) -> lifeline = Optional.of(opened);
      case Attempt.Refused<Lifeline>(_, String why) ->
          LOG.info("peer link: a crash of this edge will be seen some 30 ms later: {}", why);
    }
  }

  /** On the lifeline's thread, which holds its sockets as long as the process lives. */
  private static void end(Throwable bug) {
    LOG.error("the lifeline: a bug ends this process", bug);
    LockSupport.parkNanos(LOGGED_NS); // another thread writes it
    Runtime.getRuntime().halt(1);
  }

  private void run(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException _) {
      LOG.debug("peer link: closed already");
    }
  }

  private void sayGoodbye(GoodbyeReason reason) {
    leaving = Optional.of(reason);
    peers.forEach(peer -> peer.goodbye(reason));
    strangers.keySet().forEach(stranger -> stranger.goodbye(reason));
  }

  private void beginClose() {
    if (closing) {
      return;
    }
    closing = true;
    if (leaving.isEmpty()) {
      sayGoodbye(GoodbyeReason.STOP);
    }
    peers.forEach(Peer::ping);
    closeWhenRead(System.nanoTime() + READ_WITHIN_NS);
  }

  /**
   * What a socket has received and nobody has read turns its close into a reset, which may overtake
   * the goodbye; so the goodbye is known to be read before.
   */
  private void closeWhenRead(long deadlineNs) {
    if (peers.stream().allMatch(Peer::answered) || System.nanoTime() - deadlineNs >= 0) {
      closeAll();
    } else {
      loop.schedule(() -> closeWhenRead(deadlineNs), READ_CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void closeAll() {
    door.ifPresent(PeerDoor::close);
    peers.forEach(Peer::close);
    List.copyOf(strangers.keySet()).forEach(PeerConnection::drop);
    lifeline.ifPresent(Lifeline::close);
    allClosed.trySuccess(null);
  }

  private Hello hello() {
    return new Hello(
        settings.edgeName(),
        Frames.PROTOCOL,
        startId,
        door.map(PeerDoor::port).orElse(0),
        lifeline.map(Lifeline::port).orElse(0));
  }

  private void accept(Channel channel) {
    PeerConnection.begin(channel, tls.accepting(), hello(), timings, new Accepted());
  }

  private void dial(Peer peer) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(timings.connectWithin().toMillis()))
            .handler(onDial(peer));
    source(peer.address()).ifPresent(bootstrap::localAddress);
    bootstrap
        .connect(peer.address())
        .addListener((ChannelFuture done) -> {
          if (!done.isSuccess()) {
            peer.dialFailed(
                DialFailure.of(done.cause()), String.valueOf(done.cause().getMessage()));
          }
        });
  }

  private ChannelHandler onDial(Peer peer) {
    return new ChannelInitializer<NioSocketChannel>() {
      @Override
      protected void initChannel(NioSocketChannel channel) {
        PeerConnection.begin(channel, tls.dialling(), hello(), timings, new Dialled(peer));
      }
    };
  }

  /** From the address that peers know us by, where it is one and can reach them. */
  private Optional<InetSocketAddress> source(InetSocketAddress peer) {
    return settings
        .listen()
        .map(InetSocketAddress::getAddress)
        .filter(ours -> !ours.isAnyLocalAddress())
        .filter(ours -> ours.getClass() == peer.getAddress().getClass())
        .filter(ours -> ours.isLoopbackAddress() == peer.getAddress().isLoopbackAddress())
        .map(ours -> new InetSocketAddress(ours, 0));
  }

  /** A connection that we dialled. */
  private final class Dialled implements PeerConnection.Listener {
    private final Peer peer;

    Dialled(Peer peer) {
      this.peer = peer;
    }

    @Override
    public void met(PeerConnection connection, Hello hello) {
      if (hello.startId() == startId) {
        connection.drop();
        peer.dialFailed(DialFailure.MISDIRECTED, "it is this edge itself");
      } else if (peer.wasFormerly(hello.startId())) {
        connection.drop();
        peer.dialFailed(DialFailure.MISDIRECTED, "a process that another has followed listens");
      } else {
        peer.met(End.DIALLED, connection, hello);
        leaving.ifPresent(connection::goodbye);
        adopt(hello.startId());
      }
    }

    /** A stranger turns out to be the process that answers at the peer's address. */
    private void adopt(long id) {
      Map.copyOf(strangers)
          .forEach((stranger, accepted) -> {
            if (stranger.theirs().filter(theirs -> theirs.startId() == id).isPresent()) {
              strangers.remove(stranger);
              peer.met(End.ACCEPTED, stranger, stranger.theirs().orElseThrow());
              accepted.isOf(peer);
            }
          });
    }

    @Override
    public void heard(PeerConnection connection, boolean answersLastPing) {
      peer.heard(connection, answersLastPing);
    }

    @Override
    public void saidGoodbye(PeerConnection connection, GoodbyeReason reason) {
      peer.saidGoodbye(connection, reason);
    }

    @Override
    public void received(PeerConnection connection, PeerMessage message) {
      // What a peer says goes over the connection that it has dialled.
    }

    @Override
    public void ended(PeerConnection connection, PeerConnection.End how) {
      if (connection.theirs().isPresent()) {
        ending(how).ifPresent(ending -> peer.ended(connection, ending));
        return;
      }
      String detail = "no hello: " + how;
      switch (how) {
        case CLOSED -> peer.dialFailed(DialFailure.CUT_SHORT, detail);
        case CUT -> peer.dialFailed(DialFailure.UNREACHABLE, detail);
        case UNANSWERED -> peer.dialFailed(DialFailure.TIMED_OUT, detail);
        case OTHER_KEY, MALFORMED -> peer.dialFailed(DialFailure.OTHER_KEY, detail);
        case DROPPED -> {}
      }
    }
  }

  /** A connection that came to us. */
  private final class Accepted implements PeerConnection.Listener {
    private final List<PeerMessage> early = new ArrayList<>();
    private Optional<Peer> peer = Optional.empty();

    /** It was a stranger's so far. */
    void isOf(Peer known) {
      peer = Optional.of(known);
      early.forEach(known::received);
      early.clear();
    }

    @Override
    public void met(PeerConnection connection, Hello hello) {
      door.orElseThrow().met();
      if (hello.startId() == startId) {
        connection.drop();
        return;
      }
      peer = peerOf(connection.channel().remoteAddress(), hello);
      if (connection.channel().remoteAddress() instanceof InetSocketAddress remote) {
        known.add(remote.getAddress());
      }
      leaving.ifPresent(connection::goodbye);
      if (peer.isEmpty()) {
        strangers.put(connection, this);
        door.orElseThrow().stranger(connection);
      } else if (peer.get().wasFormerly(hello.startId())) {
        connection.drop();
      } else {
        peer.get().met(End.ACCEPTED, connection, hello);
      }
    }

    @Override
    public void heard(PeerConnection connection, boolean answersLastPing) {
      peer.ifPresent(known -> known.heard(connection, answersLastPing));
    }

    @Override
    public void saidGoodbye(PeerConnection connection, GoodbyeReason reason) {
      peer.ifPresent(known -> known.saidGoodbye(connection, reason));
    }

    @Override
    public void received(PeerConnection connection, PeerMessage message) {
      if (peer.isPresent()) {
        peer.get().received(message);
      } else if (early.size() < MOST_EARLY) {
        early.add(message);
      }
    }

    @Override
    public void ended(PeerConnection connection, PeerConnection.End how) {
      strangers.remove(connection);
      door.orElseThrow().ended(connection, how);
      peer.ifPresent(known -> ending(how).ifPresent(ending -> known.ended(connection, ending)));
    }
  }

  private Optional<Peer> peerOf(SocketAddress remote, Hello hello) {
    InetAddress from = ((InetSocketAddress) remote).getAddress();
    return peers.stream()
        .filter(peer -> peer.address().equals(new InetSocketAddress(from, hello.listenPort())))
        .findFirst()
        .or(() -> peers.stream().filter(peer -> peer.is(hello.startId())).findFirst())
        .or(() ->
            only(peers.stream().filter(peer -> peer.address().getAddress().equals(from)).toList()));
  }

  private static Optional<Peer> only(List<Peer> found) {
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private static Optional<Ending> ending(PeerConnection.End how) {
    return switch (how) {
      case CLOSED -> Optional.of(Ending.CLOSED);
      case CUT, OTHER_KEY, UNANSWERED, MALFORMED -> Optional.of(Ending.CUT);
      case DROPPED -> Optional.empty();
    };
  }
}
