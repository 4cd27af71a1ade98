package io.headgate.relay;

import io.headgate.balance.ClientHash;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.Balance;
import io.headgate.model.Listener;
import io.headgate.model.RoutePolicy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection from accept to its end: admitted, given a backend, relayed, accounted for.
 * All fields belong to its worker's event loop.
 */
final class Connection {
  private enum Stage {
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
  private final Leg client;
  private final long acceptedNs = System.nanoTime();
  private Stage stage = Stage.NEW;
  private @Nullable Pool pool;
  private @Nullable Search search;
  private @Nullable Leg backend;
  private @Nullable BackendLoad target;
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

  Connection(Worker worker, Listener listener, SocketChannel channel) {
    this.worker = worker;
    this.listener = listener;
    this.client = new Leg(this, channel);
  }

  Leg client() {
    return client;
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

  /** A leg's channel works; of the client's this is the beginning. */
  void active(Leg leg) {
    if (leg == client && stage == Stage.NEW) {
      begin();
    }
  }

  private void begin() {
    Pool found = worker.pool(listener);
    InetSocketAddress remote = client.channel().remoteAddress();
    if (found == null || remote == null) { // the listener has just gone, or the client has
      stage = Stage.ENDED;
      Resets.reset(client.channel());
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
      client.channel().read();
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
      search = new Search(worker, this, clientHash(policy));
      search.begin(route);
      noticeReset();
    }
  }

  private long clientHash(RoutePolicy policy) {
    return policy.balance() == Balance.SOURCE_HASH ? ClientHash.of(source.getAddress()) : 0;
  }

  /**
   * Where a transport tells of a reset only to those that read, one read is asked for. What it
   * brings is kept for the backend.
   */
  private void noticeReset() {
    if (stage == Stage.SEEKING && early == null && !worker.tellsResets()) {
      client.channel().read();
    }
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
    if (leg != client || stage == Stage.PARTING || stage == Stage.ENDED) {
      bytes.release();
      return;
    }
    ByteBuf all = early;
    if (all == null) {
      all = client.channel().alloc().directBuffer(bytes.readableBytes());
      early = all;
    }
    all.writeBytes(bytes);
    bytes.release();
  }

  void readEarlyComplete(Leg leg) {
    readHeader(leg);
    if (leg == client && stage == Stage.HEADER) {
      client.channel().read();
    }
  }

  private void readHeader(Leg leg) {
    if (leg != client || stage != Stage.HEADER || pool == null) {
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
    if (leg == client && stage == Stage.HEADER) {
      reset(CloseReason.BAD_PROXY_HEADER);
    }
  }

  void brokenEarly(Leg leg) {
    switch (stage) {
      case NEW, RELAYING, ENDED -> {}
      case HEADER, SEEKING -> {
        if (leg == client) {
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

  /** A backend has accepted. */
  void found(Leg leg, BackendLoad load) {
    search = null;
    backend = leg;
    target = load;
    if (pool != null) {
      relay(pool, leg, load);
    }
  }

  // Relaying

  private void relay(Pool route, Leg leg, BackendLoad load) {
    long nowNs = System.nanoTime();
    stage = Stage.RELAYING;
    connectNs = nowNs - acceptedNs;
    watch.start(nowNs);
    load.connected();
    route.load().connectedAfter(connectNs);
    worker.events().connected(load.address());
    client.join(leg);
    leg.join(client);
    follow(route, nowNs); // the table may have changed since the pick
    if (!relaying()) {
      return;
    }
    writeProxyHeader(route, leg);
    ByteBuf received = early;
    early = null;
    client.begin(leg, received);
    if (relaying()) {
      leg.begin(client, null);
    }
  }

  private void writeProxyHeader(Pool route, Leg leg) {
    InetSocketAddress local = destination;
    if (local == null) {
      local = Peers.normalised(client.channel().localAddress());
    }
    SocketChannel channel = leg.channel();
    ByteBuf header = ProxyHeader.of(route.policy().proxyProtocol(), source, local, channel.alloc());
    if (header.isReadable()) {
      channel.write(header, channel.voidPromise());
      channel.flush();
    }
  }

  /** Ends the connection in peace once both directions have ended. */
  void finishIfBothEnded() {
    if (backend != null && client.finished() && backend.finished()) {
      end(CloseReason.FINISHED);
    }
  }

  /** One side is gone: the other gets what was received before, and then a reset as well. */
  void passReset(Leg from, Leg to) {
    if (stage != Stage.RELAYING) {
      return;
    }
    stage = Stage.PARTING;
    var passing =
        new Parting(
            to,
            from == client ? CloseReason.CLIENT_RESET : CloseReason.BACKEND_RESET,
            from.receivedBytes() > 0,
            System.nanoTime());
    parting = passing;
    Resets.reset(from.channel());
    to.channel()
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(_ -> {
          passing.flushed(System.nanoTime());
          if (!departIfSent(System.nanoTime())) {
            worker.parts(this);
          }
        });
    if (stage == Stage.PARTING && !passing.isFlushed()) {
      worker.parts(this);
    }
  }

  /** True once it has ended. */
  boolean departIfSent(long nowNs) {
    if (stage == Stage.PARTING
        && parting != null
        && parting.isOver(worker.liveness().tcpInfo(), nowNs)) {
      depart(parting);
    }
    return stage == Stage.ENDED;
  }

  private void depart(Parting done) {
    try {
      end(done.reason());
    } finally {
      Resets.reset(done.to().channel());
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
    switch (watch.look(pool.policy(), nowNs)) {
      case FINE -> {}
      case QUIET -> resetIfDead(backend, nowNs);
      case IDLE -> reset(CloseReason.IDLE);
      case DRAINED -> reset(CloseReason.DRAINED);
    }
  }

  /**
   * Looks after what a transport does not tell: a reset while nothing is read because the other
   * side is slow or the input has ended, and a peer that has silently gone.
   */
  private void resetIfDead(Leg other, long nowNs) {
    boolean alsoIfSilent = watch.dueForSilence(nowNs);
    if (worker.liveness().isDead(client, alsoIfSilent)) {
      passReset(client, other);
    } else if (worker.liveness().isDead(other, alsoIfSilent)) {
      passReset(other, client);
    }
  }

  // The end

  /** Resets both sides now. It has ended first, so that its own closing tells it nothing new. */
  void reset(CloseReason reason) {
    if (stage == Stage.ENDED) {
      return;
    }
    try {
      end(reason);
    } finally {
      Resets.reset(client.channel());
      if (backend != null) {
        Resets.reset(backend.channel());
      }
    }
  }

  private void end(CloseReason reason) {
    stage = Stage.ENDED;
    publish();
    releaseEarly();
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
    return client.receivedBytes();
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
