package io.headgate.app;

import io.headgate.admin.AdminServer;
import io.headgate.config.AdminConfig;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.KubernetesConfig.Identity;
import io.headgate.config.TakeoverConfig;
import io.headgate.desired.Change;
import io.headgate.desired.DesiredState;
import io.headgate.desired.Inputs;
import io.headgate.desired.Reconciler;
import io.headgate.health.HealthMonitor;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.HealthReport;
import io.headgate.model.Listener;
import io.headgate.model.OperatorOrders;
import io.headgate.model.OrderBook;
import io.headgate.model.ProbeTarget;
import io.headgate.relay.ClientHome;
import io.headgate.relay.ConnectionSummary;
import io.headgate.relay.ListenerStatus;
import io.headgate.relay.Rehearsal;
import io.headgate.relay.Relay;
import io.headgate.relay.RelayEvents;
import io.headgate.relay.RelaySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One edge at work: every part, joined, started and stopped in one visible order.
 *
 * <p>What the parts find out becomes an input of the {@link Reconciler}; what it decides goes to
 * the relay and the probes. Its own fields are written by one thread each, or guarded by a lock, as
 * they say.
 */
final class RunningEdge implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningEdge.class);
  private static final Duration GATE_INTERVAL = Duration.ofMillis(250);
  private static final Duration BIND_RETRY = Duration.ofSeconds(2);
  private static final Duration TELL_INTERVAL = Duration.ofMillis(200);

  /** Each time: what a peer takes in at once, and 5,000 new clients a second. */
  private static final int MOST_HOMES_OF_ROUTE = 1_024;

  private static final Duration LIVENESS_INTERVAL = Duration.ofSeconds(1);

  private final HeadgateConfig startedWith;
  private final EventLog events;
  private final Consumer<Throwable> onBug;
  private final StandingOrders orders;
  private final Relay relay;
  private final HealthMonitor health;
  private final Clusters clusters;
  private final Reconciler reconciler;
  private final EdgeViews views;
  private final EdgeTakeover takeover;
  private final ClusterNews news;
  private @Nullable AdminServer admin; // whoever starts and closes
  private final ConnectionLog connectionLog;
  private final ScheduledExecutorService housekeeping =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("housekeeping").daemon().factory());
  private final CountDownLatch firstTable = new CountDownLatch(1);
  private final StartGate gate = new StartGate(System.nanoTime());

  private volatile List<ListenerStatus> listeners = List.of(); // whoever completes a follow
  private volatile long lastAliveNs = System.nanoTime(); // housekeeping
  private volatile CompletableFuture<?> followed = // whoever has the lock on this
      CompletableFuture.completedFuture(null);
  private boolean open; // guarded by this
  private long followedGeneration = -1; // guarded by this
  private Set<ProbeTarget> probed = Set.of(); // control
  private volatile boolean stopping; // the thread that stops

  /**
   * @param reload what {@code headgate reload} does
   * @param onBug told of a thread that has died of a bug; the process must end
   */
  RunningEdge(
      HeadgateConfig config, EventLog events, ConfigReload reload, Consumer<Throwable> onBug) {
    this.startedWith = config;
    this.events = events;
    this.onBug =
        bug -> {
          firstTable.countDown(); // nobody is to wait for what will not come
          onBug.accept(bug);
        };
    this.orders = new StandingOrders(new OrdersFile(config.stateDirectory().resolve("orders")));
    this.connectionLog = new ConnectionLog(config.log().connections());
    this.health = new HealthMonitor(this::healthChanged);
    this.relay =
        Relay.of(
            new RelaySettings(
                config.transport(),
                config.workers(),
                config.maxConnections(),
                config.takeover().mode() != TakeoverConfig.Mode.NONE),
            new ConnectionEvents());
    this.reconciler =
        new Reconciler(
            new Inputs(config, ClusterState.UNKNOWN, HealthReport.EMPTY, orders.orders()),
            this::decided,
            this.onBug);
    this.clusters = new Clusters(this::clusterChanged, this::furtherChanged, this::leaseChanged);
    this.views = new EdgeViews(this, reload);
    this.takeover = new EdgeTakeover(config, events, new OfPeers(), this.onBug);
    this.news = new ClusterNews(takeover.peers(), relay, System.nanoTime());
  }

  /**
   * Starts every part. Returns when the first table is published and each of its listeners is bound
   * or has failed to be.
   */
  void start() throws IOException, InterruptedException {
    Files.createDirectories(startedWith.stateDirectory());
    relay.start();
    LOG.info("relay started: {}", relay.description());
    health.start();
    admin = startedAdmin();
    takeover.start();
    clusters.follow(startedWith);
    reconciler.start();
    Future<?> looking = every(GATE_INTERVAL, this::lookAtGate);
    firstTable.await();
    looking.cancel(false);
    takeover.peers().askHomes();
    if (startedWith.takeover().mode() != TakeoverConfig.Mode.NONE) {
      housekeeping.execute(watched(() -> Rehearsal.play(startedWith.transport())));
    }
    every(BIND_RETRY, this::bindAgain);
    every(TELL_INTERVAL, this::tellNews);
    every(LIVENESS_INTERVAL, this::checkLiveness);
  }

  private Future<?> every(Duration interval, Runnable task) {
    return housekeeping.scheduleWithFixedDelay(
        watched(task), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What the executor would keep to itself, and never run the task again. */
  private Runnable watched(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error bug) {
        if (stopping) {
          LOG.debug("stopping: a part is closed already", bug);
        } else {
          onBug.accept(bug);
        }
      }
    };
  }

  /** Puts another configuration in force; returns what changed once it has taken effect. */
  List<Change> apply(HeadgateConfig next) throws InterruptedException, ExecutionException {
    connectionLog.enable(next.log().connections());
    DesiredState decided = reconciler.change(inputs -> inputs.with(next)).get();
    followed.get();
    takeover.configure(next);
    clusters.follow(next);
    return decided.changes();
  }

  /**
   * Adds an order to those that stand; it holds when this returns, also over a restart. The peers
   * are told.
   */
  void order(OperatorOrders.Target target, OperatorOrders.Order order)
      throws IOException, InterruptedException, ExecutionException {
    OrderBook news = orders.give(target, order, System.currentTimeMillis());
    takeover.peers().tellOrders(news);
    obeyOrders().get();
    followed.get();
    events.add(
        EventLog.Level.INFO,
        target.toString(),
        "ordered: " + order.name().toLowerCase(Locale.ROOT));
  }

  private CompletableFuture<DesiredState> obeyOrders() {
    return reconciler.change(inputs -> inputs.with(orders.orders()));
  }

  /** On the housekeeping thread. */
  private void hearOrders(String peer, OrderBook theirs) {
    StandingOrders.Heard heard = orders.hear(theirs);
    if (!heard.changed().isEmpty()) {
      obeyOrders();
    }
    heard
        .changed()
        .forEach((target, order) ->
            events.add(
                EventLog.Level.INFO,
                target,
                "ordered by peer %s: %s".formatted(peer, order.name().toLowerCase(Locale.ROOT))));
    if (!heard.problem().isEmpty()) {
      events.add(
          EventLog.Level.WARNING,
          "orders",
          "those of peer %s hold, and cannot be kept on disk: %s".formatted(peer, heard.problem()));
    }
  }

  /**
   * Lets a peer have the addresses, then stops accepting and waits for connections to end, for as
   * long as routes let them drain.
   */
  CompletableFuture<Void> drain() {
    stopping = true;
    firstTable.countDown();
    Duration longest = reconciler.state().table().longestDrain();
    return takeover.leave().thenCompose(_ -> relay.drain(longest));
  }

  @Override
  public void close() {
    stopping = true;
    housekeeping.shutdownNow();
    if (admin != null) {
      admin.close();
    }
    clusters.close();
    takeover.close();
    health.close();
    reconciler.close();
    relay.close();
  }

  /** The newest state, once every event loop uses its table. */
  DesiredState settled() throws InterruptedException, ExecutionException {
    DesiredState state = reconciler.change(inputs -> inputs).get();
    followed.get();
    return state;
  }

  DesiredState state() {
    return reconciler.state();
  }

  Inputs inputs() {
    return reconciler.inputs();
  }

  HealthReport health() {
    return health.report();
  }

  /** The leading one. */
  ClusterFollower cluster() {
    return clusters.leading();
  }

  Clusters clusters() {
    return clusters;
  }

  Relay relay() {
    return relay;
  }

  EdgeTakeover takeover() {
    return takeover;
  }

  EventLog events() {
    return events;
  }

  List<ListenerStatus> listeners() {
    return listeners;
  }

  boolean stopping() {
    return stopping;
  }

  /** When the control thread and every event loop had last taken a turn. */
  long lastAliveNs() {
    return lastAliveNs;
  }

  /** A page that cannot be had is no reason not to serve; a socket that cannot be had is. */
  private AdminServer startedAdmin() throws IOException {
    AdminConfig config = startedWith.admin();
    AdminServer whole = new AdminServer(views, config.socket(), config.http());
    try {
      whole.start();
      return whole;
    } catch (IOException e) {
      if (config.http().isEmpty()) {
        throw e;
      }
      AdminServer socketOnly = new AdminServer(views, config.socket(), Optional.empty());
      socketOnly.start();
      events.add(EventLog.Level.WARNING, "admin", "no page: " + e.getMessage());
      return socketOnly;
    }
  }

  private void clusterChanged(Identity cluster, ClusterState state) {
    reconciler.change(inputs -> inputs.with(cluster, state)).thenRun(this::tellCluster);
  }

  private void furtherChanged(Identity cluster, ClusterState state) {
    reconciler.change(inputs -> inputs.withFurther(cluster, state)).thenRun(this::tellCluster);
  }

  private void leaseChanged(boolean held) {
    reconciler.change(inputs -> inputs.withLease(held)).thenRun(this::tellCluster);
  }

  /**
   * Any thread, each time the newest. Also where nothing new was decided: what was written comes
   * back with the cluster's state.
   */
  private synchronized void tellCluster() {
    DesiredState state = reconciler.state();
    if (state.freshness() == Freshness.LIVE) {
      cluster().report(news.report(state, reconciler.inputs()));
    }
  }

  private void healthChanged(HealthReport report) {
    reconciler.change(inputs -> inputs.with(report));
  }

  /** On the control thread. */
  private void decided(DesiredState state) {
    for (Change change : state.changes()) {
      events.add(
          switch (change.level()) {
            case INFO -> EventLog.Level.INFO;
            case WARNING -> EventLog.Level.WARNING;
          },
          change.subject(),
          change.message());
    }
    if (!probed.equals(state.probes())) {
      probed = state.probes();
      health.probe(probed);
    }
    tellCluster();
    followOnceOpen(state);
  }

  /** Any thread: what a change has come to may be there before somebody waits for it. */
  private synchronized void followOnceOpen(DesiredState state) {
    Inputs inputs = reconciler.inputs();
    open =
        open
            || gate.opens(
                state.table(),
                inputs.config().kubernetes().isPresent(),
                inputs.cluster().freshness(),
                System.nanoTime());
    if (open && state.table().generation() > followedGeneration) {
      followedGeneration = state.table().generation();
      follow(state);
    }
  }

  /** Time alone may open the gate. */
  private void lookAtGate() {
    if (firstTable.getCount() > 0) {
      reconciler.change(inputs -> inputs).thenAccept(this::followOnceOpen);
    }
  }

  private void follow(DesiredState state) {
    followed =
        relay
            .follow(state.table())
            .whenComplete((statuses, bug) -> {
              if (bug != null) {
                onBug.accept(bug);
                return;
              }
              tellBindProblems(statuses);
              listeners = List.copyOf(statuses);
              takeover.serving(state, reconciler.inputs().config(), listeners);
              firstTable.countDown();
            });
  }

  private void tellBindProblems(List<ListenerStatus> statuses) {
    Map<Listener, ListenerStatus> before = HashMap.newHashMap(listeners.size());
    listeners.forEach(status -> before.put(status.listener(), status));
    for (ListenerStatus status : statuses) {
      ListenerStatus old = before.get(status.listener());
      if (old != null && old.problem().equals(status.problem())) {
        continue;
      }
      if (status.problem().isPresent()) {
        events.add(EventLog.Level.WARNING, status.route(), status.problem().get());
      } else {
        events.add(EventLog.Level.INFO, status.route(), "listening on " + status.listener());
      }
    }
  }

  private void bindAgain() {
    if (!stopping && listeners.stream().anyMatch(status -> status.problem().isPresent())) {
      reconciler.change(inputs -> inputs).thenAccept(this::followAgain);
    }
  }

  /** Unless a newer table is followed by now. */
  private synchronized void followAgain(DesiredState state) {
    if (state.table().generation() == followedGeneration) {
      follow(state);
    }
  }

  private void tellNews() {
    if (news.look(reconciler.inputs(), System.nanoTime())) {
      reconciler.change(inputs -> inputs).thenRun(this::tellCluster);
    }
    if (takeover.peers().any()) {
      takeover.peers().tellSecondChances();
      takeover.peers().tellHomes(relay.newHomes(MOST_HOMES_OF_ROUTE));
    }
  }

  private void checkLiveness() {
    try {
      CompletableFuture.allOf(relay.everyLoopAnswers(), reconciler.change(inputs -> inputs))
          .get(5, TimeUnit.SECONDS);
      lastAliveNs = System.nanoTime();
    } catch (TimeoutException | ExecutionException e) {
      events.add(EventLog.Level.WARNING, "edge", "a thread that must move does not: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Called on the peer link's thread. */
  private final class OfPeers implements PeerExchange.FromPeers {
    @Override
    public OrderBook orders() {
      return orders.book();
    }

    @Override
    public void ordered(String peer, OrderBook theirs) {
      try {
        housekeeping.execute(watched(() -> hearOrders(peer, theirs)));
      } catch (RejectedExecutionException e) {
        LOG.debug("stopping: orders of peer {} will be heard at the next start", peer, e);
      }
    }

    @Override
    public boolean knowsRoutes() {
      return firstTable.getCount() == 0;
    }

    @Override
    public void asked() {
      relay.tellHomesAnew();
    }

    @Override
    public void homes(String route, List<ClientHome> homes) {
      relay.learn(route, homes);
    }
  }

  /** Called on event loops. */
  private final class ConnectionEvents implements RelayEvents {
    @Override
    public void connected(InetSocketAddress backend) {
      health.connected(backend);
    }

    @Override
    public void connectFailed(InetSocketAddress backend, Throwable cause) {
      health.connectFailed(backend);
    }

    @Override
    public void sourceChanged(InetAddress source, boolean here) {
      events.tell(
          !here,
          "source " + Addresses.text(source),
          here
              ? "is on this host again"
              : "is not on this host: its clients' connections come from another");
    }

    @Override
    public void sourceExhausted(InetAddress source, long connections) {
      events.add(
          EventLog.Level.WARNING,
          "source " + Addresses.text(source),
          "no local port was left for %d connection(s), which came from another address"
              .formatted(connections));
    }

    @Override
    public void ended(ConnectionSummary connection) {
      connectionLog.ended(connection);
    }
  }
}
