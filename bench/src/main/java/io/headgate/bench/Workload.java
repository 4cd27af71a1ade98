package io.headgate.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A kind of load, and the unit that its cost is counted in. */
enum Workload {
  /** Short connections: one request for 1 KB, then the backend closes. Unit: one connection. */
  CONNECTIONS("conn", "connection", 1e6, "µs"),
  /** Requests for 1 KB on connections that are kept. Unit: one request. */
  REQUESTS("rps", "request", 1e6, "µs"),
  /** Requests for objects of 64 KiB on connections that are kept. Unit: one request. */
  OBJECTS("objects", "object", 1e6, "µs"),
  /** Large answers. Unit: one GiB from backend to client. */
  DOWNLOAD("down", "GiB down", 1e3, "ms"),
  /** Large uploads. Unit: one GiB from client to backend. */
  UPLOAD("up", "GiB up", 1e3, "ms"),
  /** Requests for 1 KB at a fixed rate, whatever the answers take. Unit: one request. */
  LATENCY("latency", "request at a fixed rate", 1e6, "µs");

  private final String label;
  private final String unit;
  private final double partsOfASecond;
  private final String timeUnit;

  Workload(String label, String unit, double partsOfASecond, String timeUnit) {
    this.label = label;
    this.unit = unit;
    this.partsOfASecond = partsOfASecond;
    this.timeUnit = timeUnit;
  }

  /** As {@code --only} writes it. */
  String label() {
    return label;
  }

  /** What one unit of work is, for a reader. */
  String unit() {
    return unit;
  }

  /** Whether requests are sent at laid down times, so that latencies mean something. */
  boolean isOpenLoop() {
    return this == LATENCY;
  }

  /** CPU time as a reader likes it for this workload: {@code 41.3 µs}. */
  String cost(double cpuSecondsPerUnit) {
    return String.format("%.1f %s", cpuSecondsPerUnit * partsOfASecond, timeUnit);
  }

  static Stream<String> names() {
    return Arrays.stream(values()).map(Workload::label);
  }

  /** Those of {@code labels} that name one, in the order given. */
  static List<Workload> named(List<String> labels) {
    return labels.stream()
        .flatMap(label -> Arrays.stream(values()).filter(w -> w.label.equals(label)))
        .toList();
  }
}
