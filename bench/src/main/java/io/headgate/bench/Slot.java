package io.headgate.bench;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

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
        "%d,%s,%s,%.2f,%.3f,%d,%.4f,%.4f,%s",
        pass + 1,
        workload.label(),
        subject.label(),
        cpuSeconds,
        load.units(),
        load.errors(),
        stolenShare,
        strangersShare,
        load.latency().map(Slot::microseconds).orElse(",,,,"));
  }

  private static String microseconds(Latency latency) {
    return LongStream.of(
            latency.p50Ns(), latency.p99Ns(), latency.p999Ns(), latency.maxNs(), latency.lag99Ns())
        .mapToObj(ns -> Long.toString(ns / 1000))
        .collect(Collectors.joining(","));
  }

  /** For those who watch the run. */
  String line() {
    return "%-7s %-21s %9s per %s%s%s"
        .formatted(
            workload.label(),
            subject.label(),
            workload.cost(cost()),
            workload.unit(),
            load.latency().map(l -> ", p99 " + l.p99Ns() / 1000 + " µs").orElse(""),
            load.errors() == 0 ? "" : "  ERRORS: " + load.firstError());
  }
}
