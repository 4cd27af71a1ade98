package io.headgate.relay;

import io.headgate.balance.ClientHash;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.Balance;
import io.headgate.model.Listener;
import io.headgate.model.ProxyProtocol;
import io.headgate.model.RoutePolicy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection from accept to its end: admitted, given a backend, relayed, accounted for.
 * What its sockets can do is up to the kind of relay. All fields belong to its worker's event loop.
 *
 * @param <L> the kind of its two sides
 */
@SuppressWarnings("ReferenceEquality") // a leg is a socket, equal to nothing but itself
abstract class Connection<L extends Leg> {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  /** Where it stands in its life. */
  enum Stage {
    NEW,
    /** Reading the client's PROXY header. */
    HEADER,
    /** Connecting to a backend, or waiting for one. */
    SEEKING,
    RELAYING,
    /** One side was reset; the other still gets what came before. */
    PARTING,
    ENDED
  }

  private final Worker worker;
  private final Listener listener;
  private final long acceptedNs = System.nanoTime();
  private Stage stage = Stage.NEW;
  private @Nullable Pool pool;
  private @Nullable Search<L> search;
  private @Nullable L backend;
  private @Nullable BackendLoad target;
  private @Nullable SourceLoad from;
  private InetSocketAddress source = new InetSocketAddress(0);
  private @Nullable InetSocketAddress destination;
  private @Nullable ByteBuf early;
  private @Nullable Parting parting;
  private boolean countedAsClient;
  private long connectNs;
  private final Watch watch = new Watch();
  private long publishedFromClient;
  private long publishedToClient;
  private int index;
  private boolean lasting;

  Connection(Worker worker, Listener listener) {
    this.worker = worker;
    this.listener = listener;
  }

  // What the kind of relay does

  /** The client's side. */
  abstract L client();

  /** A socket for a backend, not yet connected; empty where no file descriptor is left. */
  abstract Optional<L> open(InetSocketAddress to, Duration connectTimeout);

  /**
   * Connects, which ends in {@link #connected}, {@link #connectFailed} or {@link #sourceFailed}.
   *
   * @param from the address of this host that it is to come from, with port 0; null for the
   *     kernel's choice
   */
  abstract void connect(L attempt, InetSocketAddress to, @Nullable InetSocketAddress from);

  /**
   * Moves bytes between the client and its backend from now on, behind what is to go first.
   *
   * @param early what was read of the client before there was a backend
   */
  abstract void begin(L backend, ProxyProtocol header, @Nullable ByteBuf early);

  /** Hands what was received of the other side to the kernel, then tells the parting. */
  abstract void flush(L to, Parting passing);

  /**
   * Looks after what the kernel does not tell by itself.
   *
   * @param alsoIfSilent whether peers are to be found dead that answer nothing
   */
  abstract void look(L backend, boolean alsoIfSilent);

  /** It has outlived a sweep: time for what a short connection need not pay for. */
  abstract void lasts();

  /** It has ended: time to let go of what waits to be sent. */
  abstract void release();

  /** Makes sure that a client's reset is noticed before there is a backend. */
  abstract void noticeReset();

  final Worker worker() {
    return worker;
  }

  final Stage stage() {
    return stage;
  }

  final @Nullable L backend() {
    return backend;
  }

  int index() {
    return index;
  }

  /** Its place in the worker's list. */
  void index(int place) {
    index = place;
  }

  String route() {
    return pool == null ? "" : pool.served().route().name();
  }

  long acceptedNs() {
    return acceptedNs;
  }

  boolean relaying() {
    return stage == Stage.RELAYING;
  }

  boolean readingHeader() {
    return stage == Stage.HEADER;
  }

  void moved() {
    watch.moved();
  }

  // Admission

  /** The client's socket works. */
  final void arrive() {
    Pool found = worker.pool(listener);
    InetSocketAddress remote = client().remote();
    if (found == null || remote == null) { // the listener has just gone, or the client has
      stage = Stage.ENDED;
      client().reset();
      return;
    }
    pool = found;
    source = Peers.normalised(remote);
    worker.add(this);
    boolean edgeHasRoom = worker.edge().enter();
    boolean routeHasRoom = found.load().enter(found.policy().maxConnections());
    if (!edgeHasRoom || !routeHasRoom) {
      reset(CloseReason.LIMIT);
    } else if (found.policy().acceptProxyFrom().contains(source.getAddress())) {
      stage = Stage.HEADER;
      worker.awaitsHeader(this);
      client().readEarly();
    } else {
      admit(found);
    }
  }

  private void admit(Pool route) {
    RoutePolicy policy = route.policy();
    stage = Stage.SEEKING;
    if (!policy.allow().isEmpty() && !policy.allow().contains(source.getAddress())) {
      reset(CloseReason.NOT_ALLOWED);
    } else if (!admitClient(route)) {
      reset(CloseReason.CLIENT_LIMIT);
    } else {
      search = new Search<>(worker, this, clientHash(policy));
      search.begin(route);
      if (stage == Stage.SEEKING && early == null) {
        noticeReset();
      }
    }
  }

  private long clientHash(RoutePolicy policy) {
    return policy.balance() == Balance.SOURCE_HASH ? ClientHash.of(source.getAddress()) : 0;
  }

  private boolean admitClient(Pool route) {
    int most = route.policy().maxConnectionsPerClient();
    int perSecond = route.policy().connectionRatePerClient();
    if (most == 0 && perSecond == 0) {
      return true;
    }
    countedAsClient =
        route.load().clients().enter(source.getAddress(), most, perSecond, acceptedNs);
    return countedAsClient;
  }

  /** The client's header has not come in time. */
  void headerLate() {
    reset(CloseReason.BAD_PROXY_HEADER);
  }

  /**
   * Bytes that came before there is a backend: a PROXY header, or what a transport could not keep.
   */
  void readEarly(Leg leg, ByteBuf bytes) {
    if (leg != client() || stage == Stage.PARTING || stage == Stage.ENDED) {
      bytes.release();
      return;
    }
    ByteBuf all = early;
    if (all == null) {
      all = PooledByteBufAllocator.DEFAULT.directBuffer(bytes.readableBytes());
      early = all;
    }
    all.writeBytes(bytes);
    bytes.release();
  }

  void readEarlyComplete(Leg leg) {
    readHeader(leg);
    if (leg == client() && stage == Stage.HEADER) {
      client().readEarly();
    }
  }

  private void readHeader(Leg leg) {
    if (leg != client() || stage != Stage.HEADER || pool == null) {
      return;
    }
    switch (early == null ? ProxyHeaderReader.INCOMPLETE : ProxyHeaderReader.read(early)) {
      case ProxyHeaderReader.Reading.Incomplete _ -> {}
      case ProxyHeaderReader.Reading.Malformed _ -> reset(CloseReason.BAD_PROXY_HEADER);
      case ProxyHeaderReader.Reading.Complete header -> accept(header, pool);
    }
  }

  private void accept(ProxyHeaderReader.Reading.Complete header, Pool route) {
    if (early != null) {
      early.skipBytes(header.lengthBytes());
      if (!early.isReadable()) {
        releaseEarly();
      }
    }
    header
        .addresses()
        .ifPresent(conveyed -> {
          source = Peers.normalised(conveyed.source());
          destination = Peers.normalised(conveyed.destination());
        });
    admit(route);
  }

  /**
   * Some transports tell of the end before they have told that the bytes before it are complete.
   */
  void endedEarly(Leg leg) {
    readHeader(leg);
    if (leg == client() && stage == Stage.HEADER) {
      reset(CloseReason.BAD_PROXY_HEADER);
    }
  }

  void brokenEarly(Leg leg) {
    switch (stage) {
      case NEW, RELAYING, ENDED -> {}
      case HEADER, SEEKING -> {
        if (leg == client()) {
          reset(CloseReason.CLIENT_RESET);
        }
      }
      case PARTING -> {
        if (parting != null && parting.to() == leg) {
          depart(parting);
        }
      }
    }
  }

  // What the search for a backend has come to

  /** Another try for one that waits. */
  void seekAgain() {
    if (stage == Stage.SEEKING && search != null && pool != null) {
      search.again(pool);
    }
  }

  /** No backend: the client is told by a reset. */
  void notFound(CloseReason reason) {
    reset(reason);
  }

  /** A backend accepted and reset, both before its connect was looked at. */
  void foundAndLost(BackendLoad load) {
    target = load;
    load.connected();
    connectNs = System.nanoTime() - acceptedNs;
    reset(CloseReason.BACKEND_RESET);
  }

  /** The kernel's answer to {@link #connect}. */
  final void connected(L attempt) {
    if (search == null) {
      attempt.close(); // given up meanwhile
    } else {
      search.connected(attempt);
    }
  }

  /** The kernel's answer to {@link #connect}. */
  final void connectFailed(L attempt, Throwable cause) {
    if (search == null) {
      attempt.close();
    } else {
      search.connectFailed(attempt, cause);
    }
  }

  /** Its answer to {@link #connect} where it is the source address that is at fault. */
  final void sourceFailed(L attempt, SourceProblem problem) {
    if (search == null) {
      attempt.close();
    } else {
      search.sourceFailed(attempt, problem);
    }
  }

  /** A backend has accepted. */
  final void found(L leg, BackendLoad load, @Nullable SourceLoad source) {
    search = null;
    backend = leg;
    target = load;
    from = source;
    if (pool != null) {
      relay(pool, leg, load);
    }
  }

  // Relaying

  private void relay(Pool route, L leg, BackendLoad load) {
    long nowNs = System.nanoTime();
    stage = Stage.RELAYING;
    connectNs = nowNs - acceptedNs;
    watch.start(nowNs);
    load.connected();
    route.load().connectedAfter(connectNs);
    worker.events().connected(load.address());
    follow(route, nowNs); // the table may have changed since the pick
    if (relaying()) {
      ByteBuf received = early;
      early = null;
      begin(leg, route.served().header(load), received);
    }
  }

  final InetSocketAddress source() {
    return source;
  }

  /** Where the client wanted to go: from its PROXY header, or where it connected to. */
  final InetSocketAddress destination() {
    return destination == null ? Peers.normalised(client().local()) : destination;
  }

  /** Both sides have ended in peace. */
  final void finished() {
    end(CloseReason.FINISHED);
  }

  /** One side is gone: the other gets what was received before, and then a reset as well. */
  final void passReset(L from, L to) {
    if (stage != Stage.RELAYING) {
      return;
    }
    stage = Stage.PARTING;
    var passing =
        new Parting(
            to,
            from == client() ? CloseReason.CLIENT_RESET : CloseReason.BACKEND_RESET,
            from.receivedBytes() > 0,
            System.nanoTime());
    parting = passing;
    from.reset();
    flush(to, passing);
    if (stage == Stage.PARTING && !departIfSent(System.nanoTime())) {
      worker.parts(this);
    }
  }

  /** True once it has ended. */
  boolean departIfSent(long nowNs) {
    if (stage == Stage.PARTING && parting != null && parting.isOver(worker.tcpInfo(), nowNs)) {
      depart(parting);
    }
    return stage == Stage.ENDED;
  }

  private void depart(Parting done) {
    try {
      end(done.reason());
    } finally {
      done.to().reset();
    }
  }

  // What time and new tables bring

  /** Follows a new table; {@code newest} is null where its route is gone. */
  void follow(@Nullable Pool newest, long nowNs) {
    if (newest != null) {
      pool = newest;
    }
    switch (stage) {
      case NEW, HEADER, PARTING, ENDED -> {}
      case SEEKING -> followSeeking(newest);
      case RELAYING -> followRelaying(newest, nowNs);
    }
  }

  private void followSeeking(@Nullable Pool newest) {
    if (newest == null) {
      reset(CloseReason.NO_BACKEND);
    } else if (search != null) {
      search.follow(newest);
    }
  }

  private void followRelaying(@Nullable Pool newest, long nowNs) {
    if (target == null) {
      return;
    }
    Optional<Backend> now =
        newest == null ? Optional.empty() : newest.served().backend(target.address());
    if (now.isPresent() && now.get().reset()) {
      reset(CloseReason.BACKEND_GONE);
    } else {
      watch.leaving(now.isEmpty() || isLeaving(now.get()), nowNs, worker.random());
    }
  }

  private static boolean isLeaving(Backend backend) {
    return backend.state() == BackendState.DRAIN || backend.state() == BackendState.MAINT;
  }

  /** Called about once a second. */
  void sweep(long nowNs) {
    publish();
    if (stage != Stage.RELAYING || pool == null || backend == null) {
      return;
    }
    if (!lasting) {
      lasting = true;
      lasts();
    }
    switch (watch.look(pool.policy(), nowNs)) {
      case FINE -> {}
      case QUIET -> look(backend, watch.dueForSilence(nowNs));
      case IDLE -> reset(CloseReason.IDLE);
      case DRAINED -> reset(CloseReason.DRAINED);
    }
  }

  // The end

  /**
   * Does a step of it. A fault in the relay ends this connection and no other: the loop is every
   * connection's, and neither Netty's dispatch nor a timer is to be left by an exception.
   */
  final void contain(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | AssertionError | OutOfMemoryError bug) {
      log.error("a connection is reset because of a fault in the relay", bug);
      if (stage == Stage.NEW) {
        client().reset();
      } else {
        reset(CloseReason.BACKEND_RESET);
      }
    }
  }

  /** Resets both sides now. It has ended first, so that its own closing tells it nothing new. */
  void reset(CloseReason reason) {
    if (stage == Stage.ENDED) {
      return;
    }
    try {
      end(reason);
    } finally {
      client().reset();
      if (backend != null) {
        backend.reset();
      }
    }
  }

  private void end(CloseReason reason) {
    stage = Stage.ENDED;
    publish();
    releaseEarly();
    release();
    if (search != null) {
      search.stop();
    }
    if (pool != null) {
      if (countedAsClient) {
        pool.load().clients().leave(source.getAddress());
      }
      pool.load().leave(reason);
    }
    if (target != null) {
      target.leave();
    }
    if (from != null) {
      from.leave();
    }
    worker.edge().leave(reason);
    worker.remove(this);
    worker.events().ended(summary(reason));
  }

  private ConnectionSummary summary(CloseReason reason) {
    boolean reached = connectNs > 0 && target != null;
    return new ConnectionSummary(
        route(),
        source,
        reached && target != null ? Optional.of(target.address()) : Optional.empty(),
        connectNs,
        System.nanoTime() - acceptedNs,
        fromClientBytes(),
        toClientBytes(),
        reason);
  }

  private void publish() {
    long fromClient = fromClientBytes() - publishedFromClient;
    long toClient = toClientBytes() - publishedToClient;
    if (target == null || pool == null || (fromClient == 0 && toClient == 0)) {
      return;
    }
    publishedFromClient += fromClient;
    publishedToClient += toClient;
    pool.load().moved(fromClient, toClient);
    target.moved(fromClient, toClient);
  }

  private long fromClientBytes() {
    return client().receivedBytes();
  }

  private long toClientBytes() {
    return backend == null ? 0 : backend.receivedBytes();
  }

  private void releaseEarly() {
    if (early != null) {
      early.release();
      early = null;
    }
  }
}
