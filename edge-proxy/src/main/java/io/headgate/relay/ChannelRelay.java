package io.headgate.relay;

import io.headgate.model.RouteTable;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay on ordinary Netty channels: epoll, io_uring or NIO.
 *
 * <p>Each connection lives on one {@link Worker}, an event loop. The fields are set by {@link
 * #start}; {@link #followed} belongs to the thread that calls {@link #follow}.
 */
public final class ChannelRelay implements Relay {
  private static final Logger log = LoggerFactory.getLogger(ChannelRelay.class);
  private static final long CLOSE_MS = 5_000;
  private static final long DRAIN_LOOK_MS = 20;
  private static final long FORGET_MS = 1_000;

  private final Sockets sockets;
  private final int loops;
  private final RelayEvents events;
  private final EdgeLoad edge;
  private volatile @Nullable Running running;
  private volatile boolean stopping;
  private CompletableFuture<?> followed = CompletableFuture.completedFuture(null);

  private record Running(
      MultiThreadIoEventLoopGroup group, List<Worker> workers, Listeners listeners) {}

  /**
   * Not started yet.
   *
   * @throws UnsupportedOperationException where this host lacks the transport, with the cause
   */
  public ChannelRelay(RelaySettings settings, RelayEvents events) {
    this.sockets = Sockets.of(settings.transport());
    this.loops =
        settings.workers() > 0 ? settings.workers() : Runtime.getRuntime().availableProcessors();
    this.events = events;
    this.edge = new EdgeLoad(ConnectionLimit.of(settings.maxConnections()));
  }

  @Override
  public void start() {
    var group =
        new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory("relay"), sockets.loops());
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < loops; i++) {
      EventLoop loop = group.next(); // the group hands its loops out in turn
      workers.add(new Worker(loop, sockets, edge, events));
    }
    workers.forEach(Worker::start);
    workers
        .getFirst()
        .loop()
        .scheduleAtFixedRate(
            () -> edge.sweep(System.nanoTime()), FORGET_MS, FORGET_MS, TimeUnit.MILLISECONDS);
    running = new Running(group, List.copyOf(workers), new Listeners(sockets, workers));
    log.info(
        "relay started: {}, {} event loops, at most {} connections",
        sockets.transport(),
        loops,
        edge.counters().limit());
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
    Running now = running();
    Map<String, ServedRoute> served = new HashMap<>();
    table.routes().forEach((name, route) -> served.put(name, new ServedRoute(route, edge)));
    return all(now.workers().stream().map(worker -> worker.use(table, served)).toList())
        .thenCompose(_ ->
            stopping
                ? CompletableFuture.completedFuture(unbound(table))
                : now.listeners().follow(table))
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
  public RelayCounters counters() {
    return edge.counters();
  }

  @Override
  public CompletableFuture<Void> everyLoopAnswers() {
    return all(running().workers().stream().map(Worker::answers).toList());
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
    now.workers()
        .getFirst()
        .loop()
        .schedule(
            () -> look(now, startedNs, atMostNs, drained), DRAIN_LOOK_MS, TimeUnit.MILLISECONDS);
  }

  private static CompletableFuture<Void> resetAll(Running now) {
    return all(now.workers().stream().map(w -> w.resetAll(CloseReason.STOPPING)).toList());
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
      now.listeners()
          .closeAll()
          .thenCompose(_ -> all(now.workers().stream().map(Worker::close).toList()))
          .completeOnTimeout(null, CLOSE_MS, TimeUnit.MILLISECONDS)
          .join();
    } finally {
      now.group()
          .shutdownGracefully(0, CLOSE_MS, TimeUnit.MILLISECONDS)
          .awaitUninterruptibly(2 * CLOSE_MS);
    }
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
