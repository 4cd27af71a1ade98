package io.headgate.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What is compared of a slot. */
enum Measure {
  /** CPU seconds per unit of work. */
  CPU("CPU"),
  P50("latency p50"),
  P99("latency p99"),
  P999("latency p99.9"),
  MAX("latency max"),
  /** What the generator itself was late by; no ratio is made of it. */
  LAG("generator late by, p99");

  private final String label;

  Measure(String label) {
    this.label = label;
  }

  boolean isOfTheProxy() {
    return this != LAG;
  }

  /** In seconds; of a latency only where the slot has one. */
  double of(Slot slot) {
    return switch (this) {
      case CPU -> slot.cost();
      case P50 -> seconds(slot, Latency::p50Ns);
      case P99 -> seconds(slot, Latency::p99Ns);
      case P999 -> seconds(slot, Latency::p999Ns);
      case MAX -> seconds(slot, Latency::maxNs);
      case LAG -> seconds(slot, Latency::lag99Ns);
    };
  }

  private static double seconds(Slot slot, ToLongFunction<Latency> nanoseconds) {
    return nanoseconds.applyAsLong(slot.load().latency().orElseThrow()) / 1e9;
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
