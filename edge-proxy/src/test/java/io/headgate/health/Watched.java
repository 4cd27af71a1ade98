package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.HealthReport;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeTarget;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A running monitor, everything that it has told, and waiting for what it is to find out. */
final class Watched implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  final List<HealthReport> told = new CopyOnWriteArrayList<>();
  final HealthMonitor monitor;

  Watched(int probesAtOnce) {
    monitor = new HealthMonitor(told::add, probesAtOnce);
    monitor.start();
  }

  Watched() {
    this(100);
  }

  /** Probes only this, and waits until what is known of it is as wanted. */
  ProbeStatus probe(ProbeTarget target, Predicate<ProbeStatus> wanted) {
    monitor.probe(Set.of(target));
    return awaitStatus(target, wanted);
  }

  ProbeStatus awaitStatus(ProbeTarget target, Predicate<ProbeStatus> wanted) {
    await(() -> wanted.test(monitor.report().probe(target)), "status of " + target.describe());
    return monitor.report().probe(target);
  }

  /** The last thing told. */
  HealthReport lastTold() {
    return told.isEmpty() ? HealthReport.EMPTY : told.getLast();
  }

  static void await(BooleanSupplier condition, String what) {
    long deadlineNs = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() - deadlineNs < 0) {
      try {
        Thread.sleep(Duration.ofMillis(2));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    assertThat(condition.getAsBoolean()).as(what).isTrue();
  }

  @Override
  public void close() {
    monitor.close();
  }
}
