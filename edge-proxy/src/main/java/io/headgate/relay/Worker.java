package io.headgate.relay;

import io.headgate.model.Listener;
import io.headgate.model.RouteTable;
import io.netty.channel.IoEventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One event loop with the connections it owns and its view of the table. All fields belong to that
 * loop; other threads hand it tasks.
 */
final class Worker {
  private static final long SWEEP_MS = 1_000;
  private static final long TICK_MS = 20;
  private static final long HEADER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(3);

  private final IoEventLoop loop;
  private final EdgeLoad edge;
  private final RelayEvents events;
  private final RandomGenerator random = new SplittableRandom();
  private final TcpInfo tcpInfo = new TcpInfo();
  private final List<Connection<?>> connections = new ArrayList<>();
  private final ArrayDeque<Connection<?>> readingHeader = new ArrayDeque<>();
  private List<Connection<?>> waiting = new ArrayList<>();
  private List<Connection<?>> parting = new ArrayList<>();
  private Map<Listener, Pool> byListener = Map.of();
  private Map<String, Pool> byRoute = Map.of();
  private boolean ticking;

  Worker(IoEventLoop loop, EdgeLoad edge, RelayEvents events) {
    this.loop = loop;
    this.edge = edge;
    this.events = events;
  }

  IoEventLoop loop() {
    return loop;
  }

  EdgeLoad edge() {
    return edge;
  }

  RelayEvents events() {
    return events;
  }

  RandomGenerator random() {
    return random;
  }

  /** The loop's own, to be read and used at once. */
  TcpInfo tcpInfo() {
    return tcpInfo;
  }

  /** Any thread. */
  void start() {
    loop.scheduleAtFixedRate(this::sweep, SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
  }

  /** Any thread. Completes when connections that this loop accepts from now on use the table. */
  CompletableFuture<Void> use(RouteTable table, Map<String, ServedRoute> served) {
    return CompletableFuture.runAsync(() -> follow(table, served), loop);
  }

  /** Any thread. Completes once the loop has taken a turn. */
  CompletableFuture<Void> answers() {
    return CompletableFuture.runAsync(() -> {}, loop);
  }

  /** Any thread. Resets every connection. */
  CompletableFuture<Void> resetAll(CloseReason reason) {
    return CompletableFuture.runAsync(
        () -> List.copyOf(connections).forEach(connection -> connection.reset(reason)), loop);
  }

  @Nullable Pool pool(Listener listener) {
    return byListener.get(listener);
  }

  void add(Connection<?> connection) {
    connection.index(connections.size());
    connections.add(connection);
  }

  void remove(Connection<?> connection) {
    Connection<?> last = connections.removeLast();
    if (last.index() != connection.index()) {
      connections.set(connection.index(), last);
      last.index(connection.index());
    }
  }

  void awaitsHeader(Connection<?> connection) {
    readingHeader.add(connection);
    tickSoon();
  }

  void waits(Connection<?> connection) {
    waiting.add(connection);
    tickSoon();
  }

  void parts(Connection<?> connection) {
    parting.add(connection);
    tickSoon();
  }

  private void follow(RouteTable table, Map<String, ServedRoute> served) {
    Map<String, Pool> routes = HashMap.newHashMap(served.size());
    served.forEach((name, route) -> {
      Pool before = byRoute.get(name);
      routes.put(
          name, before != null && before.served() == route ? before : new Pool(route, random));
    });
    Map<Listener, Pool> listeners = HashMap.newHashMap(table.listeners().size());
    table
        .listeners()
        .forEach((listener, route) -> listeners.put(listener, pool(routes, route.name())));
    byRoute = routes;
    byListener = listeners;
    long nowNs = System.nanoTime();
    for (Connection<?> connection : List.copyOf(connections)) {
      connection.contain(() -> connection.follow(byRoute.get(connection.route()), nowNs));
    }
    retryWaiting();
  }

  private static Pool pool(Map<String, Pool> routes, String name) {
    Pool pool = routes.get(name);
    if (pool == null) {
      throw new IllegalStateException("a listener names a route that the table lacks: " + name);
    }
    return pool;
  }

  /** Backwards, because a connection that ends gives its place to the last one. */
  private void sweep() {
    long nowNs = System.nanoTime();
    for (int i = connections.size() - 1; i >= 0; i--) {
      Connection<?> connection = connections.get(i);
      connection.contain(() -> connection.sweep(nowNs));
    }
  }

  private void tickSoon() {
    if (!ticking) {
      ticking = true;
      loop.schedule(this::tick, TICK_MS, TimeUnit.MILLISECONDS);
    }
  }

  /** Runs only while something waits for it. */
  private void tick() {
    ticking = false;
    long nowNs = System.nanoTime();
    endLateHeaders(nowNs);
    retryWaiting();
    departParting(nowNs);
    if (!readingHeader.isEmpty() || !waiting.isEmpty() || !parting.isEmpty()) {
      tickSoon();
    }
  }

  /** All have the same time, so the oldest is always the first. */
  private void endLateHeaders(long nowNs) {
    Connection<?> first = readingHeader.peek();
    while (first != null
        && (!first.readingHeader() || nowNs - first.acceptedNs() >= HEADER_TIMEOUT_NS)) {
      readingHeader.remove();
      if (first.readingHeader()) {
        first.contain(first::headerLate);
      }
      first = readingHeader.peek();
    }
  }

  private void retryWaiting() {
    if (waiting.isEmpty()) {
      return;
    }
    List<Connection<?>> queue = waiting;
    waiting = new ArrayList<>();
    queue.forEach(connection -> connection.contain(connection::seekAgain));
  }

  private void departParting(long nowNs) {
    if (parting.isEmpty()) {
      return;
    }
    List<Connection<?>> queue = parting;
    parting = new ArrayList<>();
    for (Connection<?> connection : queue) {
      connection.contain(() -> {
        if (!connection.departIfSent(nowNs)) {
          parting.add(connection);
        }
      });
    }
  }
}
