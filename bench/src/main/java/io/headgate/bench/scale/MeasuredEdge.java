package io.headgate.bench.scale;

import io.headgate.config.HeadgateConfig;
import io.headgate.config.KubernetesConfig;
import io.headgate.desired.DesiredState;
import io.headgate.desired.Inputs;
import io.headgate.desired.Reconciler;
import io.headgate.kubernetes.ClusterWatch;
import io.headgate.kubernetes.PoolSources;
import io.headgate.model.ClusterState;
import io.headgate.model.HealthReport;
import io.headgate.model.OperatorOrders;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeTarget;
import io.headgate.relay.ConnectionSummary;
import io.headgate.relay.Relay;
import io.headgate.relay.RelayEvents;
import io.headgate.relay.RelaySettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Of an edge what lies between the cluster's API and its listeners, with nodes whose kube-proxy
 * answers every probe at once: thousands of nodes cannot be had, so that nothing is probed.
 */
final class MeasuredEdge implements AutoCloseable {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final ProbeStatus GOOD =
      new ProbeStatus(10, 0, ProbeStatus.Answer.GOOD, true, "200", Duration.ofMillis(1));
  private static final ProbeStatus UNAVAILABLE =
      new ProbeStatus(0, 1, ProbeStatus.Answer.UNAVAILABLE, true, "503", Duration.ofMillis(1));

  private final Reconciler reconciler;
  private final ClusterWatch watch;
  private final Relay relay;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition published = lock.newCondition();
  private DesiredState newest = DesiredState.INITIAL; // by lock
  private long newestNs; // by lock
  private long followedGeneration; // by lock
  private long followedNs; // by lock

  MeasuredEdge(HeadgateConfig config, KubernetesConfig kubernetes, Path directory) {
    relay = Relay.of(new RelaySettings(config.transport(), 1, 0, false), new NoEvents());
    reconciler =
        new Reconciler(
            new Inputs(config, ClusterState.UNKNOWN, HealthReport.EMPTY, OperatorOrders.NONE, true),
            this::publish,
            MeasuredEdge::bug);
    watch =
        new ClusterWatch(
            kubernetes,
            PoolSources.of(config.loadBalancer()),
            directory.resolve("snapshot"),
            state -> reconciler.change(inputs -> inputs.with(state)));
  }

  void start() {
    relay.start();
    reconciler.start();
    watch.start();
  }

  private void publish(DesiredState state) {
    lock.lock();
    try {
      newest = state;
      newestNs = System.nanoTime();
      published.signalAll();
    } finally {
      lock.unlock();
    }
    relay
        .follow(state.table())
        .whenComplete((_, bug) -> {
          if (bug != null) {
            bug(bug);
          }
          followed(state.table().generation());
        });
  }

  private void followed(long generation) {
    lock.lock();
    try {
      followedGeneration = generation;
      followedNs = System.nanoTime();
      published.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void bug(Throwable bug) {
    bug.printStackTrace();
    System.exit(70);
  }

  DesiredState state() {
    return reconciler.state();
  }

  /** When the first state was published that is as wanted. */
  long publishedNs(Predicate<DesiredState> wanted) throws InterruptedException {
    long deadlineNs = System.nanoTime() + LONGEST_WAIT.toNanos();
    lock.lock();
    try {
      while (!wanted.test(newest)) {
        checkTime(published.awaitNanos(deadlineNs - System.nanoTime()));
      }
      return newestNs;
    } finally {
      lock.unlock();
    }
  }

  /** When every loop used the table that is the newest now, and its listeners were bound. */
  long followedNs() throws InterruptedException {
    long deadlineNs = System.nanoTime() + LONGEST_WAIT.toNanos();
    lock.lock();
    try {
      while (followedGeneration < newest.table().generation()) {
        checkTime(published.awaitNanos(deadlineNs - System.nanoTime()));
      }
      return followedNs;
    } finally {
      lock.unlock();
    }
  }

  private static void checkTime(long leftNs) {
    if (leftNs <= 0) {
      throw new IllegalStateException("nothing has come of it in " + LONGEST_WAIT);
    }
  }

  /** Every target that is wanted now and has not answered yet answers well. */
  void everythingAnswers() {
    reconciler.change(inputs -> inputs.with(answers(reconciler.state(), inputs.health())));
  }

  /** One node's kube-proxy wants nothing new, or does again. */
  void kubeProxy(InetAddress node, boolean wants) {
    reconciler.change(inputs -> {
      Map<ProbeTarget, ProbeStatus> probes = new HashMap<>(inputs.health().probes());
      probes.replaceAll((target, status) ->
          target.address().getAddress().equals(node) ? (wants ? GOOD : UNAVAILABLE) : status);
      return inputs.with(new HealthReport(probes, Map.of()));
    });
  }

  /** Waits until all that has been told is decided on, and every loop uses the table. */
  void quiet() throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      reconciler.change(inputs -> inputs).join();
      followedNs();
    }
  }

  private static HealthReport answers(DesiredState state, HealthReport before) {
    Map<ProbeTarget, ProbeStatus> probes = new HashMap<>();
    state
        .probes()
        .forEach(target -> probes.put(target, before.probes().getOrDefault(target, GOOD)));
    return new HealthReport(probes, Map.of());
  }

  @Override
  public void close() {
    watch.close();
    reconciler.close();
    relay.close();
  }

  private static final class NoEvents implements RelayEvents {
    @Override
    public void connected(InetSocketAddress backend) {}

    @Override
    public void connectFailed(InetSocketAddress backend, Throwable cause) {}

    @Override
    public void sourceChanged(InetAddress source, boolean here) {}

    @Override
    public void sourceExhausted(InetAddress source, long connections) {}

    @Override
    public void ended(ConnectionSummary connection) {}
  }
}
