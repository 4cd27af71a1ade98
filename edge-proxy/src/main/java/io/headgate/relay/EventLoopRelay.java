package io.headgate.relay;

import io.headgate.model.Route;
import io.headgate.model.RouteTable;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A relay on Netty's event loops, whatever it takes its sockets from.
 *
 * <p>Each connection lives on one {@link Worker}, an event loop. The fields are set by {@link
 * #start}; {@link #followed} by the one thread that calls {@link #follow}.
 */
final class EventLoopRelay implements Relay {
  private static final long CLOSE_MS = 5_000;
  private static final long DRAIN_LOOK_MS = 20;
  private static final long FORGET_MS = 1_000;

  private final LoopFactory factory;
  private final int loops;
  private final boolean freeBind;
  private final RelayEvents events;
  private final EdgeLoad edge;
  private final SourceWatch sources; // the first loop
  private volatile @Nullable Running running;
  private volatile boolean stopping;
  private Map<String, ServedRoute> served = Map.of(); // one table after the other
  private volatile CompletableFuture<?> followed = CompletableFuture.completedFuture(null);

  private record Running(
      MultiThreadIoEventLoopGroup group, List<RelayLoop> loops, Listeners listeners) {}

  /** Not started yet. */
  EventLoopRelay(LoopFactory factory, RelaySettings settings, RelayEvents events) {
    this.factory = factory;
    this.loops = settings.loops();
    this.events = events;
    this.sources = new SourceWatch(events);
    this.freeBind = settings.freeBind();
    this.edge = new EdgeLoad(ConnectionLimit.of(settings.maxConnections()));
  }

  @Override
  public void start() {
    var group =
        new MultiThreadIoEventLoopGroup(
            loops, new DefaultThreadFactory("relay"), factory.ioHandlers());
    List<RelayLoop> all = new ArrayList<>();
    for (int i = 0; i < loops; i++) {
      IoEventLoop loop = group.next(); // the group hands its loops out in turn
      all.add(factory.on(new Worker(loop, edge, events)));
    }
    all.forEach(loop -> loop.worker().start());
    all.getFirst()
        .worker()
        .loop()
        .scheduleAtFixedRate(
            () -> {
              long nowNs = System.nanoTime();
              edge.sweep(nowNs);
              sources.look(edge.sources(), nowNs);
            },
            FORGET_MS,
            FORGET_MS,
            TimeUnit.MILLISECONDS);
    running =
        new Running(group, List.copyOf(all), new Listeners(factory, List.copyOf(all), freeBind));
  }

  @Override
  public String description() {
    return "%s, %d event loops, at most %d connections"
        .formatted(factory.label(), running().loops().size(), edge.counters().limit());
  }

  @Override
  public CompletableFuture<List<ListenerStatus>> follow(RouteTable table) {
    CompletableFuture<List<ListenerStatus>> next =
        followed.handle((_, _) -> null).thenCompose(_ -> use(table));
    followed = next;
    return next;
  }

  /** Loops first, so that a listener never accepts what no loop has a route for. */
  private CompletableFuture<List<ListenerStatus>> use(RouteTable table) {
    Running using = running();
    Map<String, ServedRoute> before = served;
    Map<String, ServedRoute> now = HashMap.newHashMap(table.listeners().size());
    for (Route route : table.listeners().values()) {
      now.computeIfAbsent(
          route.name(),
          name -> {
            ServedRoute known = before.get(name);
            return known != null && known.route().equals(route)
                ? known
                : new ServedRoute(route, edge);
          });
    }
    served = now;
    return all(using.loops().stream().map(loop -> loop.worker().use(table, now)).toList())
        .thenCompose(_ ->
            stopping
                ? CompletableFuture.completedFuture(unbound(table))
                : using.listeners().follow(table))
        .whenComplete((_, _) -> edge.keepOnly(table));
  }

  private static List<ListenerStatus> unbound(RouteTable table) {
    return new TreeMap<>(table.listeners())
        .entrySet().stream()
            .map(e ->
                new ListenerStatus(
                    e.getKey(),
                    e.getValue().name(),
                    e.getKey().port(),
                    Optional.of("cannot listen on " + e.getKey() + ": the edge is stopping")))
            .toList();
  }

  @Override
  public String label() {
    return factory.label();
  }

  @Override
  public RelayCounters counters() {
    return edge.counters();
  }

  @Override
  public Map<String, Integer> connections(Set<String> nodes) {
    return edge.connections(nodes);
  }

  @Override
  public Map<String, List<ClientHome>> newHomes(int mostOfRoute) {
    return edge.newHomes(mostOfRoute, System.nanoTime());
  }

  @Override
  public void tellHomesAnew() {
    edge.tellHomesAnew();
  }

  @Override
  public void learn(String route, List<ClientHome> homes) {
    edge.learn(route, homes, System.nanoTime());
  }

  @Override
  public CompletableFuture<Void> everyLoopAnswers() {
    return all(running().loops().stream().map(loop -> loop.worker().answers()).toList());
  }

  @Override
  public CompletableFuture<Void> drain(Duration atMost) {
    Running now = running();
    stopping = true;
    long startedNs = System.nanoTime();
    CompletableFuture<Void> drained = new CompletableFuture<>();
    followed
        .handle((_, _) -> null)
        .thenCompose(_ -> now.listeners().closeAll())
        .whenComplete((_, _) -> look(now, startedNs, atMost.toNanos(), drained));
    return drained;
  }

  private void look(Running now, long startedNs, long atMostNs, CompletableFuture<Void> drained) {
    if (edge.active() == 0) {
      drained.complete(null);
      return;
    }
    if (System.nanoTime() - startedNs >= atMostNs) {
      resetAll(now);
    }
    now.loops()
        .getFirst()
        .worker()
        .loop()
        .schedule(
            () -> look(now, startedNs, atMostNs, drained), DRAIN_LOOK_MS, TimeUnit.MILLISECONDS);
  }

  private static CompletableFuture<Void> resetAll(Running now) {
    return all(
        now.loops().stream().map(loop -> loop.worker().resetAll(CloseReason.STOPPING)).toList());
  }

  @Override
  public void close() {
    Running now = running;
    running = null;
    stopping = true;
    if (now == null) {
      return;
    }
    try {
      followed
          .handle((_, _) -> null)
          .thenCompose(_ -> now.listeners().closeAll())
          .thenCompose(_ -> resetAll(now))
          .thenCompose(_ -> all(now.loops().stream().map(EventLoopRelay::close).toList()))
          .completeOnTimeout(null, CLOSE_MS, TimeUnit.MILLISECONDS)
          .join();
    } finally {
      now.group()
          .shutdownGracefully(0, CLOSE_MS, TimeUnit.MILLISECONDS)
          .awaitUninterruptibly(2 * CLOSE_MS);
    }
  }

  private static CompletableFuture<Void> close(RelayLoop loop) {
    return CompletableFuture.runAsync(loop::close, loop.worker().loop());
  }

  private Running running() {
    Running now = running;
    if (now == null) {
      throw new IllegalStateException("the relay is not running");
    }
    return now;
  }

  private static CompletableFuture<Void> all(List<CompletableFuture<Void>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
  }
}
