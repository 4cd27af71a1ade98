package io.headgate.bench;

import java.io.IOException;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a process costs that has just been started.
 *
 * @param acceptsAfterSeconds from its start until it accepts on all its addresses
 * @param startCpuSeconds of its process tree until then, the launcher included
 * @param loadCpuSeconds of its process tree for the connections after that
 * @param load the connections
 */
record ColdStart(
    Subject.Kind subject,
    double acceptsAfterSeconds,
    double startCpuSeconds,
    double loadCpuSeconds,
    Load load) {
  static final int CONNECTIONS = 10_000;
  private static final long CLOSING_MS = 300;

  /** Starts it, gives it its first connections and ends it. */
  static ColdStart of(Stage stage, Ends ends, Subject subject, String name, int workers)
      throws CannotCompare, IOException, InterruptedException {
    long startNs = System.nanoTime();
    Proxy proxy = Proxy.start(stage, ends, subject, name, workers);
    long acceptsNs = System.nanoTime();
    double atStart = proxy.tree().cpuSeconds();
    try {
      Load load = ends.clients().fetch(proxy.site().web(), CONNECTIONS);
      Thread.sleep(CLOSING_MS); // the last connections' end is part of their cost
      double atEnd = proxy.tree().cpuSeconds();
      return new ColdStart(
          subject.kind(), (acceptsNs - startNs) / 1e9, atStart, atEnd - atStart, load);
    } finally {
      stage.stop(proxy.started());
    }
  }

  /** CPU seconds that each of the first connections has cost. */
  double cost() {
    return loadCpuSeconds / load.units();
  }

  /** The median over the starts of one proxy, at least one. */
  static double median(
      List<ColdStart> starts, Subject.Kind subject, ToDoubleFunction<ColdStart> figure) {
    return Comparison.median(
        starts.stream()
            .filter(start -> start.subject() == subject)
            .mapToDouble(figure)
            .sorted()
            .boxed()
            .toList());
  }
}
