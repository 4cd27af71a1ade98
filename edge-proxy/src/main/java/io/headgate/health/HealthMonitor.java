package io.headgate.health;

import io.headgate.model.HealthReport;
import io.headgate.model.PassiveStatus;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeTarget;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes what it is told to and listens to what connections report.
 *
 * <p>One thread of its own, {@code health}, decides which probe starts and which has taken too
 * long; it owns every field that is neither final nor concurrent. The probes themselves block on
 * virtual threads and come back as commands. An exception on {@code health} is a bug and ends that
 * thread; the default handler of uncaught exceptions hears of it.
 */
public final class HealthMonitor implements AutoCloseable {
  /**
   * Answers in a row that are counted: the subscriber hears of the tenth and not of the eleventh,
   * so nothing may be decided by a longer run.
   */
  public static final int COUNTED_ANSWERS = 10;

  private static final Logger log = LoggerFactory.getLogger(HealthMonitor.class);

  // Each is a virtual thread and a file descriptor; with 1 s timeouts enough for 4,000 dead
  // targets.
  private static final int PROBES_AT_ONCE = 2048;
  private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(5);
  private static final Duration COALESCE = Duration.ofMillis(5);
  private static final Duration COALESCE_PER_TARGET = Duration.ofNanos(20_000);
  private static final Duration IDLE = Duration.ofDays(1);
  private static final Duration LOOK_AT_PASSIVE = Duration.ofSeconds(1);
  private static final Duration COMPLAIN_AT_MOST_EVERY = Duration.ofMinutes(1);

  private final Consumer<HealthReport> subscriber;
  private final LinkedBlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
  private final Map<ProbeTarget, ProbeStatus> statuses = new ConcurrentHashMap<>();
  private final Map<InetSocketAddress, PassiveObservation> passive = new ConcurrentHashMap<>();
  private final AtomicBoolean passiveTouched = new AtomicBoolean();
  private final Thread thread = Thread.ofPlatform().name("health").daemon().unstarted(this::run);
  private final LagGuard lag = new LagGuard();
  private final ProbeQueue queue;
  private volatile boolean closed;

  private Map<InetSocketAddress, PassiveStatus> toldPassive = Map.of();
  private long lookedNs;
  private boolean complained;
  private long complainedNs;

  /**
   * @param subscriber told every report that differs in what decides, one at a time, on this
   *     monitor's own thread
   */
  public HealthMonitor(Consumer<HealthReport> subscriber) {
    this(subscriber, PROBES_AT_ONCE);
  }

  HealthMonitor(Consumer<HealthReport> subscriber, int probesAtOnce) {
    this.subscriber = subscriber;
    this.queue =
        new ProbeQueue(probesAtOnce, lag, RandomGenerator.getDefault(), this::launch, statuses);
  }

  public void start() {
    thread.start();
  }

  /** From now on exactly these are probed; those that were probed before keep their status. */
  public void probe(Set<ProbeTarget> targets) {
    Set<ProbeTarget> wanted = Set.copyOf(targets);
    commands.add(() -> queue.follow(wanted, System.nanoTime()));
  }

  /** The newest of everything, also what is only for people to read; any thread. */
  public HealthReport report() {
    return new HealthReport(
        statuses,
        passive.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().status())));
  }

  /** A connection has reached the backend. Any thread; returns at once. */
  public void connected(InetSocketAddress backend) {
    if (!passive.isEmpty() && passive.remove(backend) != null) {
      passiveChanged();
    }
  }

  /** A connection has not reached the backend. Any thread; returns at once. */
  public void connectFailed(InetSocketAddress backend) {
    long nowNs = System.nanoTime();
    passive.compute(
        backend,
        (_, before) ->
            before == null ? PassiveObservation.firstFailure(nowNs) : before.failed(nowNs));
    passiveChanged();
  }

  @Override
  public void close() {
    closed = true;
    commands.add(() -> {});
    try {
      if (thread.isAlive() && !thread.join(CLOSE_AT_MOST)) {
        log.warn("the health monitor has not ended in {} s", CLOSE_AT_MOST.toSeconds());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** A burst of failing connections is one command. */
  private void passiveChanged() {
    if (passiveTouched.compareAndSet(false, true)) {
      commands.add(() -> {});
    }
  }

  private void run() {
    List<Runnable> batch = new ArrayList<>();
    lookedNs = System.nanoTime();
    while (!closed) {
      long nowNs = System.nanoTime();
      long wakeNs = wakeNs(nowNs);
      Runnable first = await(wakeNs - nowNs);
      lag.woke(wakeNs, System.nanoTime());
      // An answer that is there counts, even where its deadline has passed while we were away.
      if (first != null) {
        batch.add(first);
        commands.drainTo(batch);
        batch.forEach(Runnable::run);
        batch.clear();
      }
      advance(System.nanoTime());
    }
    queue.follow(Set.of(), System.nanoTime());
  }

  private @Nullable Runnable await(long waitNs) {
    try {
      return commands.poll(waitNs, TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      closed = true; // nobody interrupts this thread but to end it
      return null;
    }
  }

  private void advance(long nowNs) {
    queue.advance(nowNs);
    if (queue.busy() && lag.nextBeatNs(nowNs) - nowNs <= 0) {
      lag.beatSent(nowNs);
      Thread.startVirtualThread(() -> commands.add(() -> lag.beatReturned(System.nanoTime())));
    }
    if (tellAtNs() - nowNs <= 0) {
      tellWhatChanged(nowNs);
    }
  }

  private void tellWhatChanged(long nowNs) {
    boolean changed = queue.takeChanged();
    if (passiveTouched.getAndSet(false) || !toldPassive.isEmpty()) {
      changed |= lookAtPassive(nowNs);
      lookedNs = nowNs;
    }
    if (changed) {
      lookedNs = nowNs;
      subscriber.accept(report());
    }
  }

  private boolean lookAtPassive(long nowNs) {
    passive.values().removeIf(observation -> observation.forgotten(nowNs));
    Map<InetSocketAddress, PassiveStatus> decisive =
        passive.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, entry -> entry.getValue().decisive()));
    boolean changed = !decisive.equals(toldPassive);
    toldPassive = decisive;
    return changed;
  }

  private long wakeNs(long nowNs) {
    long wakeNs = nowNs + (passive.isEmpty() ? IDLE : LOOK_AT_PASSIVE).toNanos();
    wakeNs = earlier(wakeNs, queue.nextNs().orElse(wakeNs));
    wakeNs = earlier(wakeNs, queue.busy() ? lag.nextBeatNs(nowNs) : wakeNs);
    boolean untold = queue.changed() || passiveTouched.get();
    return untold ? earlier(wakeNs, Math.max(0, tellAtNs() - nowNs) + nowNs) : wakeNs;
  }

  /** Copying a report costs the more the more targets there are, so that many are told later. */
  private long tellAtNs() {
    return lookedNs + COALESCE.plus(COALESCE_PER_TARGET.multipliedBy(statuses.size())).toNanos();
  }

  private static long earlier(long oneNs, long otherNs) {
    return oneNs - otherNs < 0 ? oneNs : otherNs;
  }

  private Probe launch(ProbeTarget target) {
    var probe =
        new Probe(
            target,
            (ended, outcome) ->
                commands.add(() -> {
                  complain(outcome);
                  queue.ended(ended, outcome, System.nanoTime());
                }));
    Thread.startVirtualThread(probe);
    return probe;
  }

  private void complain(ProbeOutcome outcome) {
    switch (outcome) {
      case ProbeOutcome.Answered _ -> {}
      case ProbeOutcome.NotAsked(var why) -> {
        long nowNs = System.nanoTime();
        if (!complained || nowNs - complainedNs >= COMPLAIN_AT_MOST_EVERY.toNanos()) {
          complained = true;
          complainedNs = nowNs;
          log.warn("this host cannot probe: {}", why);
        }
      }
    }
  }
}
