package io.headgate.health;

import io.headgate.model.HealthReport;
import io.headgate.model.ProbeTarget;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.Consumer;

/** Probes what it is told to and listens to what connections report. */
@SuppressWarnings("DoNotCallSuggester")
public final class HealthMonitor implements AutoCloseable {
  /**
   * @param subscriber told every report that differs in what decides, one at a time, on this
   *     monitor's own thread
   */
  public HealthMonitor(Consumer<HealthReport> subscriber) {
    throw new UnsupportedOperationException("not there yet" + subscriber);
  }

  public void start() {}

  /** From now on exactly these are probed; those that were probed before keep their status. */
  public void probe(Set<ProbeTarget> targets) {}

  /** A connection has reached the backend. Any thread; returns at once. */
  public void connected(InetSocketAddress backend) {}

  /** A connection has not reached the backend. Any thread; returns at once. */
  public void connectFailed(InetSocketAddress backend) {}

  @Override
  public void close() {}
}
