package io.headgate.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What is compared of a slot. */
enum Measure {
  /** CPU seconds per unit of work. */
  CPU("CPU", latency -> 0),
  P50("latency p50", Latency::p50Ns),
  P99("latency p99", Latency::p99Ns),
  P999("latency p99.9", Latency::p999Ns),
  MAX("latency max", Latency::maxNs),
  /** What the generator itself was late by; no ratio is made of it. */
  LAG("generator late by, p99", Latency::lag99Ns);

  private final String label;
  private final ToLongFunction<Latency> nanoseconds;

  Measure(String label, ToLongFunction<Latency> nanoseconds) {
    this.label = label;
    this.nanoseconds = nanoseconds;
  }

  boolean isOfTheProxy() {
    return this != LAG;
  }

  /** In seconds. */
  double of(Slot slot) {
    return this == CPU
        ? slot.cost()
        : slot.load().latency().map(l -> nanoseconds.applyAsLong(l) / 1e9).orElse(Double.NaN);
  }

  /** As a reader likes it: {@code 41.3 µs}. */
  String text(Workload workload, double seconds) {
    return this == CPU
        ? workload.cost(seconds)
        : String.format(Locale.ROOT, "%.0f µs", seconds * 1e6);
  }

  /** What it is of one unit of this work: {@code CPU per request}, {@code latency p99}. */
  String of(Workload workload) {
    return this == CPU ? label + " per " + workload.unit() : label;
  }

  /** All that a workload is measured by. */
  static Stream<Measure> all(Workload workload) {
    return Arrays.stream(values()).filter(m -> m == CPU || workload.isOpenLoop());
  }
}
