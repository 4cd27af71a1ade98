package io.headgate.bench;

import java.util.OptionalDouble;

/** What Headgate is to cost beside the best configuration of HAProxy, at most. */
final class Target {
  private Target() {}

  /** The ratio to reach; none beside other programs, and for what no figure was set. */
  static OptionalDouble of(Comparison comparison) {
    if (!comparison.other().family().equals(Subject.Kind.HAPROXY_COPY.family())) {
      return OptionalDouble.empty();
    }
    return switch (comparison.measure()) {
      case CPU -> cpu(comparison.workload());
      case P99 -> OptionalDouble.of(1.0);
      case P50, P999, MAX, LAG -> OptionalDouble.empty();
    };
  }

  private static OptionalDouble cpu(Workload workload) {
    return switch (workload) {
      case CONNECTIONS, OBJECTS -> OptionalDouble.of(0.90);
      case REQUESTS, DOWNLOAD, UPLOAD -> OptionalDouble.of(0.85);
      case LATENCY -> OptionalDouble.empty();
    };
  }
}
