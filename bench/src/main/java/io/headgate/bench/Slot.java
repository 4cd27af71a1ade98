package io.headgate.bench;

import java.util.Locale;

/**
 * One proxy under one workload for a few seconds.
 *
 * @param pass from 0; slots of one pass and workload lie next to each other in time
 * @param cpuSeconds of the proxy's process tree
 * @param stolenShare of the machine's CPU time that its host took away, 0..1
 * @param strangersShare of the machine's CPU time that went to processes of others, 0..1
 */
record Slot(
    int pass,
    Workload workload,
    Subject.Kind subject,
    double cpuSeconds,
    Load load,
    double stolenShare,
    double strangersShare) {
  /** CPU seconds that one unit of work has cost. */
  double cost() {
    return cpuSeconds / load.units();
  }

  /** For those who calculate on. */
  String csv() {
    return String.format(
        Locale.ROOT,
        "%d,%s,%s,%.2f,%.3f,%d,%.4f,%.4f",
        pass + 1,
        workload.label(),
        subject.label(),
        cpuSeconds,
        load.units(),
        load.errors(),
        stolenShare,
        strangersShare);
  }

  /** For those who watch the run. */
  String line() {
    return "%-7s %-21s %9s per %s%s"
        .formatted(
            workload.label(),
            subject.label(),
            workload.cost(cost()),
            workload.unit(),
            load.errors() == 0 ? "" : "  ERRORS: " + load.firstError());
  }
}
