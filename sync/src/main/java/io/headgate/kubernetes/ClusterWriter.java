package io.headgate.kubernetes;

import io.headgate.config.KubernetesConfig;
import io.headgate.kubernetes.ApiClient.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one cluster what becomes of its Services, as long as it is open: their {@code
 * status.loadBalancer} and Events, and, where that is asked for, of its Nodes that drain. Of
 * several edges the one that holds the Lease {@code headgate-edge} writes. Addresses and traffic do
 * not depend on any of it.
 *
 * <p>Only the newest {@link #report} counts, and what the cluster says already is not written
 * again, so that nothing is lost while the API is away or another edge writes.
 *
 * <p>One thread of its own owns {@code telling}; the Lease is kept on a virtual thread. {@code
 * newest} is set by any thread.
 */
public final class ClusterWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterWriter.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final Duration UNTIL_MORE = Duration.ofMillis(400);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(6);

  private final WriterSettings settings;
  private final String edge;
  private final Duration fileCheck;
  private final ApiAccess access;
  private final LeaseKeeper lease;
  private final Telling telling;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread =
      Thread.ofPlatform().daemon().name("kubernetes-writer").unstarted(this::run);
  private final Thread leaseThread;
  private volatile ClusterReport newest = ClusterReport.EMPTY;
  private volatile WriterStatus status;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicLong reports = new AtomicLong();
  private long lookedAt;
  private boolean writing;
  private boolean idle = true;
  private long nextFileCheckNs = System.nanoTime();

  /**
   * @param edge this edge's name, in the Lease and in Events
   * @param onLease told, on a thread that must not wait, when the right to write has come ({@code
   *     true}) or gone: with it goes that of giving addresses
   */
  public ClusterWriter(KubernetesConfig config, String edge, Consumer<Boolean> onLease) {
    this(config, edge, onLease, WriterSettings.DEFAULT, WatchSettings.DEFAULT);
  }

  ClusterWriter(
      KubernetesConfig config,
      String edge,
      Consumer<Boolean> onLease,
      WriterSettings settings,
      WatchSettings connections) {
    this.settings = settings;
    this.edge = edge;
    fileCheck = connections.fileCheck();
    access = new ApiAccess("writing to", config, connections);
    long nowNs = System.nanoTime();
    String identity = edge + "_" + UUID.randomUUID();
    lease =
        new LeaseKeeper(
            access,
            config.leaseNamespace(),
            Election.of(identity, settings.election(), nowNs),
            ours -> {
              onLease.accept(ours);
              wake.release();
            });
    leaseThread = Thread.ofVirtual().name("kubernetes-lease").unstarted(lease);
    telling = new Telling(settings, ClusterWriter::eventName, nowNs);
    status = telling.status(lease.status(), 0);
  }

  /** Begins in the background; never waits for the API. */
  public void start() {
    thread.start();
  }

  /**
   * What is to be told from now on; any thread. Only to be called with what the API has told in
   * this run: a status must not be decided on a snapshot from disk.
   */
  public void report(ClusterReport report) {
    newest = report;
    reports.incrementAndGet();
    wake.release();
  }

  /** How it is doing; any thread. */
  public WriterStatus status() {
    WriterStatus now = status;
    return new WriterStatus(
        lease.status(),
        now.statusWrites(),
        now.eventWrites(),
        now.eventsDropped(),
        now.conflicts(),
        now.failures(),
        now.pending(),
        now.contested(),
        now.ipModeDropped(),
        now.missingRights(),
        now.lastError());
  }

  /**
   * Ends the writing, then hands the Lease back so that another edge goes on at once. Waits a few
   * seconds at most; a Lease that could not be handed back expires.
   */
  @Override
  public void close() {
    closing.countDown();
    wake.release();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    lease.stop(hasEnded(thread));
    var _ = hasEnded(leaseThread);
    access.close();
  }

  /** Waits for it; not where the caller is interrupted. */
  private static boolean hasEnded(Thread thread) {
    try {
      return thread.getState() == Thread.State.NEW || thread.join(LONGEST_CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void run() {
    access.refresh();
    leaseThread.start();
    try {
      while (closing.getCount() > 0) {
        turn();
      }
    } catch (InterruptedException e) {
      LOG.debug("interrupted", e);
    }
  }

  /** One look and what follows from it. A bug in it must not end the writing. */
  private void turn() throws InterruptedException {
    refreshAccess();
    long pauseNs = settings.longestBackoff().toNanos();
    try {
      pauseNs = look();
    } catch (RuntimeException e) {
      LOG.error("writing to the cluster failed; trying again", e);
    }
    if (closing.await(BETWEEN_LOOKS.toNanos(), TimeUnit.NANOSECONDS)) {
      return; // until here reports have gathered: many of them become few looks
    }
    long untilFileCheckNs = nextFileCheckNs - System.nanoTime();
    if (wake.tryAcquire(Math.min(pauseNs, untilFileCheckNs), TimeUnit.NANOSECONDS)) {
      wake.drainPermits();
    }
  }

  /** Returns how long there is nothing to do unless something new comes, in nanoseconds. */
  private long look() {
    long nowNs = System.nanoTime();
    boolean may = lease.mayWrite(nowNs);
    if (may && !writing) {
      telling.forget();
    }
    boolean nothingNew =
        may == writing && lookedAt == reports.get() && telling.wakeNs() - nowNs > 0 && idle;
    writing = may;
    if (!may) {
      status = telling.status(lease.status(), 0);
      return settings.longestBackoff().toNanos();
    }
    if (nothingNew) {
      return telling.wakeNs() - nowNs;
    }
    lookedAt = reports.get();
    List<Deed> due = telling.look(newest, nowNs);
    int left = perform(due);
    idle = due.isEmpty(); // what was done, or failed, is looked at again
    status = telling.status(lease.status(), left);
    return idle ? telling.wakeNs() - System.nanoTime() : UNTIL_MORE.toNanos();
  }

  /** Does what may be done now, at least one deed; returns how many are left. */
  private int perform(List<Deed> due) {
    int left = due.size();
    for (Deed deed : due) {
      boolean outdated = left < due.size() && lookedAt != reports.get();
      if (!maySend() || outdated) {
        break;
      }
      if (telling.permits(deed, System.nanoTime())) {
        perform(deed);
        left--;
      }
    }
    return left;
  }

  private boolean maySend() {
    long nowNs = System.nanoTime();
    return closing.getCount() > 0 && lease.mayWrite(nowNs) && !telling.paused(nowNs);
  }

  private void perform(Deed deed) {
    access
        .client()
        .ifPresent(client -> {
          Answer answer = deed.perform(client, edge, Instant.now());
          telling.answered(deed, answer, System.nanoTime());
          if (answer instanceof Answer.Failed(var failure)) {
            if (failure.code() == 0) {
              client.distrustConnections();
            } else if (failure.code() == 401) {
              access.refresh();
            }
          }
        });
  }

  private void refreshAccess() {
    if (System.nanoTime() - nextFileCheckNs >= 0) {
      nextFileCheckNs = System.nanoTime() + fileCheck.toNanos();
      access.refresh();
    }
  }

  /** As client-go's, the time in hexadecimal digits, and a bit of chance. */
  private static String eventName() {
    Instant now = Instant.now();
    long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    return String.format(
        Locale.ROOT, "%x%04x", nanos, ThreadLocalRandom.current().nextInt(1 << 16));
  }
}
