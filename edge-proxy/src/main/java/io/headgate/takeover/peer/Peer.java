package io.headgate.takeover.peer;

import io.headgate.takeover.peer.Frame.Hello;
import io.headgate.takeover.peer.WatchEvent.DialFailed;
import io.headgate.takeover.peer.WatchEvent.DialFailure;
import io.headgate.takeover.peer.WatchEvent.Died;
import io.headgate.takeover.peer.WatchEvent.End;
import io.headgate.takeover.peer.WatchEvent.Ended;
import io.headgate.takeover.peer.WatchEvent.Ending;
import io.headgate.takeover.peer.WatchEvent.Heard;
import io.headgate.takeover.peer.WatchEvent.Met;
import io.headgate.takeover.peer.WatchEvent.SaidGoodbye;
import io.headgate.takeover.peer.WatchEvent.Started;
import io.headgate.takeover.peer.WatchEvent.Ticked;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured peer: its watch, the two connections with it, its timer. Belongs to the peer-link
 * thread, except {@link #status}.
 */
final class Peer {
  private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

  private final InetSocketAddress address;
  private final EventLoop loop;
  private final Dialler dialler;
  private final PeerEvents events;
  private final PeerWatch watch;
  private final PeerLifeline lifeline;
  private final PeerTally tally = new PeerTally();
  private final Map<End, PeerConnection> connections = new EnumMap<>(End.class);
  private final Queue<WatchEvent> happened = new ArrayDeque<>();
  private Optional<String> name = Optional.empty();
  private Instant since = Instant.now();
  private Verdict toldVerdict = Verdict.UNKNOWN;
  private OptionalLong toldStartId = OptionalLong.empty();
  private Optional<DialFailure> toldFailure = Optional.empty();
  private boolean deciding;
  private boolean closed;
  private @Nullable Future<?> timer;
  private volatile PeerStatus status;

  Peer(
      InetSocketAddress address,
      EventLoop loop,
      PeerTimings timings,
      Optional<InetSocketAddress> source,
      Dialler dialler,
      PeerEvents events) {
    this.address = address;
    this.loop = loop;
    this.dialler = dialler;
    this.events = events;
    this.watch = new PeerWatch(timings);
    this.lifeline =
        new PeerLifeline(
            loop, timings, source, id -> happens(new Died(System.nanoTime(), id)), this::publish);
    this.status =
        new PeerStatus(
            address,
            name,
            Optional.empty(),
            toldVerdict,
            false,
            LifelineState.NONE,
            since,
            Optional.empty(),
            Optional.empty(),
            PeerCounters.ZERO);
  }

  /** Opens a connection to a peer, and tells the peer what comes of it. */
  @FunctionalInterface
  interface Dialler {
    void dial(Peer peer);
  }

  InetSocketAddress address() {
    return address;
  }

  /** Any thread. */
  PeerStatus status() {
    return status;
  }

  void start() {
    happens(new Started(System.nanoTime()));
  }

  /** The process that we know at its address. */
  boolean is(long startId) {
    return watch.startId().isPresent() && watch.startId().getAsLong() == startId;
  }

  /** Another process has followed it. */
  boolean wasFormerly(long startId) {
    return watch.isFormer(startId);
  }

  /** A hello came; the connection takes the place of an earlier one. */
  void met(End end, PeerConnection connection, Hello hello) {
    name = Optional.of(hello.edgeName());
    toldFailure = Optional.empty();
    tally.met++;
    PeerConnection earlier = connections.put(end, connection);
    if (earlier != null) {
      earlier.drop();
    }
    happens(new Met(System.nanoTime(), end, hello.startId()));
    if (end == End.DIALLED) {
      lifeline.offered(
          new InetSocketAddress(address.getAddress(), hello.lifelinePort()), hello.startId());
      events.reachable(status);
    }
  }

  void heard(PeerConnection connection, boolean answersLastPing) {
    endOf(connection).ifPresent(end -> happens(new Heard(System.nanoTime(), end, answersLastPing)));
  }

  void saidGoodbye(PeerConnection connection, GoodbyeReason reason) {
    endOf(connection).ifPresent(end -> happens(new SaidGoodbye(System.nanoTime(), end, reason)));
  }

  void received(PeerMessage message) {
    tally.received++;
    publish();
    events.received(status, message);
  }

  /** Not told of connections that were dropped, or that never had a hello. */
  void ended(PeerConnection connection, Ending how) {
    Optional<End> end = endOf(connection);
    if (end.isPresent()) {
      connections.remove(end.get());
      happens(new Ended(System.nanoTime(), end.get(), how));
    }
  }

  /**
   * @param detail for people
   */
  void dialFailed(DialFailure why, String detail) {
    tally.count(why);
    tellOnce(why, detail);
    happens(new DialFailed(System.nanoTime(), why));
  }

  void send(PeerMessage message) {
    PeerConnection dialled = connections.get(End.DIALLED);
    if (dialled != null && dialled.send(message)) {
      tally.sent++;
    } else {
      tally.unsent++;
    }
    publish();
  }

  /** On both connections, so that it is said before either closes. */
  void goodbye(GoodbyeReason reason) {
    connections.values().forEach(connection -> connection.goodbye(reason));
  }

  void ping() {
    connections.values().forEach(PeerConnection::ping);
  }

  /** It has read what was written before the latest ping, on every connection with it. */
  boolean answered() {
    return connections.values().stream().allMatch(PeerConnection::answered);
  }

  /** Closes both connections; nothing happens to this peer any more. */
  void close() {
    closed = true;
    cancelTimer();
    lifeline.close();
    List.copyOf(connections.values()).forEach(PeerConnection::drop);
    connections.clear();
  }

  private Optional<End> endOf(PeerConnection connection) {
    return connections.entrySet().stream()
        .filter(entry -> entry.getValue() == connection)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** What an action brings about at once waits until the event before it is done with. */
  private void happens(WatchEvent event) {
    happened.add(event);
    if (deciding) {
      return;
    }
    deciding = true;
    try {
      while (!closed && !happened.isEmpty()) {
        decide(happened.remove());
      }
    } finally {
      deciding = false;
    }
  }

  private void decide(WatchEvent event) {
    List<WatchAction> actions = watch.on(event);
    tellVerdict(); // before what takes longer
    actions.forEach(this::act);
    publish();
    setTimer();
  }

  private void act(WatchAction action) {
    switch (action) {
      case WatchAction.Dial _ -> {
        tally.dials++;
        dialler.dial(this);
      }
      case WatchAction.Ping(var end) -> {
        PeerConnection connection = connections.get(end);
        if (connection != null) {
          connection.ping();
        }
      }
      case WatchAction.Drop(var end) -> {
        PeerConnection connection = connections.remove(end);
        if (connection != null) {
          connection.drop();
        }
      }
    }
  }

  private void tellVerdict() {
    Verdict verdict = watch.verdict();
    boolean restarted = toldStartId.isPresent() && !toldStartId.equals(watch.startId());
    if (verdict == toldVerdict && !restarted) {
      return;
    }
    if (verdict == Verdict.GONE) {
      tally.gone++;
    }
    Verdict before = toldVerdict;
    since = Instant.now();
    toldVerdict = verdict;
    toldStartId = watch.startId();
    publish();
    events.verdict(status);
    LOG.debug(
        "peer {}: {}, was {}{}{}",
        label(),
        verdict,
        before,
        watch.leaving().map(reason -> " (" + reason + ")").orElse(""),
        restarted ? "; it is another process" : "");
  }

  /** The same obstacle is told again only after the peer was met. */
  private void tellOnce(DialFailure why, String detail) {
    if (toldFailure.equals(Optional.of(why))) {
      return;
    }
    switch (why) {
      case OTHER_KEY ->
          LOG.warn("peer {}: it has another key; is key-file the same on both edges?", label());
      case MISDIRECTED -> LOG.warn("peer {}: {}", label(), detail);
      case REFUSED, TIMED_OUT, UNREACHABLE, CUT_SHORT ->
          LOG.debug("peer {}: {}: {}", label(), why, detail);
    }
    if (why == DialFailure.OTHER_KEY || why == DialFailure.MISDIRECTED) {
      toldFailure = Optional.of(why);
    }
  }

  private String label() {
    String where = address.getAddress().getHostAddress() + ":" + address.getPort();
    return name.map(known -> where + " (" + known + ")").orElse(where);
  }

  private void publish() {
    PeerConnection dialled = connections.get(End.DIALLED);
    OptionalLong roundTripNs = dialled == null ? OptionalLong.empty() : dialled.roundTripNs();
    status =
        new PeerStatus(
            address,
            name,
            watch.startId().isPresent()
                ? Optional.of(HexFormat.of().toHexDigits(watch.startId().getAsLong()))
                : Optional.empty(),
            toldVerdict,
            !connections.isEmpty(),
            lifeline.state(),
            since,
            watch.leaving(),
            roundTripNs.isPresent()
                ? Optional.of(Duration.ofNanos(roundTripNs.getAsLong()))
                : Optional.empty(),
            tally.counters());
  }

  private void setTimer() {
    cancelTimer();
    OptionalLong wakeAtNs = watch.wakeAtNs();
    if (wakeAtNs.isPresent() && !closed) {
      timer =
          loop.schedule(
              () -> happens(new Ticked(System.nanoTime())),
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
}
