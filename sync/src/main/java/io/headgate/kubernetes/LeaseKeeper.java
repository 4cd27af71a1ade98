package io.headgate.kubernetes;

import io.headgate.kubernetes.ApiClient.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that takes part in the {@link Election}: asks, writes, waits.
 *
 * <p>The election is set by the one thread in {@link #run} and read by any.
 */
final class LeaseKeeper implements Runnable {
  static final String NAME = "headgate-edge";
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

  private final ApiAccess access;
  private final String namespace;
  private final Consumer<Boolean> onChange;
  private final Semaphore wake = new Semaphore(0);
  private volatile Election election;
  private volatile long workedNs; // when the last request was answered, by this keeper's thread
  private volatile boolean stopped;
  private volatile boolean releases;
  private boolean held;

  /**
   * @param onChange called on this keeper's thread when the right to write has come ({@code true})
   *     or gone
   */
  LeaseKeeper(ApiAccess access, String namespace, Election election, Consumer<Boolean> onChange) {
    this.access = access;
    this.namespace = namespace;
    this.election = election;
    this.workedNs = System.nanoTime();
    this.onChange = onChange;
  }

  boolean mayWrite(long nowNs) {
    return election.mayWrite(nowNs);
  }

  WriterStatus.Lease status() {
    Election now = election;
    Duration troubled =
        now.problem().isEmpty() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - workedNs);
    return new WriterStatus.Lease(
        namespace,
        NAME,
        now.identity(),
        now.holder(),
        now.mayWrite(System.nanoTime()),
        now.problem(),
        troubled);
  }

  /**
   * Ends {@link #run}.
   *
   * @param releasing whether to hand the Lease back; only where nothing is being written any more
   */
  void stop(boolean releasing) {
    releases = releasing;
    stopped = true;
    wake.release();
  }

  /** Until {@link #stop}. */
  @Override
  public void run() {
    try {
      while (!stopped) {
        turn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Election last = election;
    election = last.resigned();
    if (releases) {
      release(last);
    }
  }

  /** One step. A bug in it must not end the keeping of the Lease: it counts as a failure. */
  private void turn() throws InterruptedException {
    try {
      step();
    } catch (RuntimeException e) {
      LOG.error("the Lease {}/{} failed; trying again", namespace, NAME, e);
      Failure failure = Failure.of(e.getClass().getSimpleName());
      election = election.failed(failure, false, System.nanoTime());
    }
  }

  private void step() throws InterruptedException {
    long nowNs = System.nanoTime();
    Election before = election;
    Election.Turn turn = before.next(nowNs, Instant.now());
    if (turn instanceof Election.Turn.Wait(var untilNs)) {
      wake.tryAcquire(untilNs - nowNs, TimeUnit.NANOSECONDS);
      tellChange();
      return;
    }
    Optional<ApiClient> client = access.client();
    if (client.isEmpty()) {
      election = before.failed(Failure.of(access.problem()), false, nowNs);
      return;
    }
    boolean creating = turn instanceof Election.Turn.Create;
    boolean reading = turn instanceof Election.Turn.Read;
    election =
        switch (ask(client.get(), turn)) {
          case Answer.Done(var lease) ->
              reading
                  ? before.read(Optional.of(LeaseRecord.of(lease)), System.nanoTime())
                  : before.written(LeaseRecord.of(lease), nowNs, System.nanoTime());
          case Answer.Failed(var failure) ->
              reading && failure.code() == 404
                  ? before.read(Optional.empty(), System.nanoTime())
                  : failed(before, failure, creating, client.get());
        };
    if (election.problem().isEmpty()) {
      workedNs = System.nanoTime();
    }
    tellChange();
  }

  private Answer ask(ApiClient client, Election.Turn turn) {
    return switch (turn) {
      case Election.Turn.Wait _ -> throw new IllegalStateException("nothing to ask");
      case Election.Turn.Read() -> client.read(path() + "/" + NAME);
      case Election.Turn.Create(var lease) -> client.create(path(), lease.toJson(namespace, NAME));
      case Election.Turn.Update(var lease) ->
          client.update(path() + "/" + NAME, lease.toJson(namespace, NAME));
    };
  }

  private Election failed(Election before, Failure failure, boolean creating, ApiClient client) {
    Election after = before.failed(failure, creating, System.nanoTime());
    if (failure.code() == 0) {
      client.distrustConnections();
    }
    if (!after.problem().isEmpty() && !after.problem().equals(before.problem())) {
      LOG.warn(
          "without the Lease {}/{} nothing is written to the cluster (traffic does not depend on"
              + " it): {}",
          namespace,
          NAME,
          after.problem());
    }
    return after;
  }

  private void tellChange() {
    boolean now = election.mayWrite(System.nanoTime());
    if (now != held) {
      held = now;
      if (now) {
        LOG.info("this edge now writes to the cluster ({})", election.identity());
      } else {
        LOG.info("this edge no longer writes to the cluster");
      }
      onChange.accept(now);
    }
  }

  private void release(Election last) {
    Optional<LeaseRecord> released = last.release(Instant.now());
    Optional<ApiClient> client = access.client();
    if (released.isPresent() && client.isPresent()) {
      Answer answer =
          client.get().update(path() + "/" + NAME, released.get().toJson(namespace, NAME));
      if (answer instanceof Answer.Failed(var failure)) {
        LOG.debug("the Lease was not released and will expire: {}", failure.text());
      }
    }
  }

  private String path() {
    return "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases";
  }
}
