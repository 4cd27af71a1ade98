package io.headgate.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How long answers took in an open loop, each counted from the moment when its request was to be
 * sent. All in nanoseconds.
 *
 * @param lag99Ns the 99th percentile of what the generator itself was late by
 */
record Latency(long p50Ns, long p99Ns, long p999Ns, long maxNs, long lag99Ns) {
  /** Of all answers and all sends; sorts both. Not for none. */
  static Latency of(long[] answersNs, long[] lagsNs) {
    Arrays.sort(answersNs);
    Arrays.sort(lagsNs);
    return new Latency(
        percentile(answersNs, 500),
        percentile(answersNs, 990),
        percentile(answersNs, 999),
        percentile(answersNs, 1000),
        percentile(lagsNs, 990));
  }

  /** The least value that {@code perMille} of all do not exceed (nearest rank). */
  static long percentile(long[] ascending, int perMille) {
    long rank = Math.ceilDiv((long) perMille * ascending.length, 1000);
    return ascending[Math.toIntExact(Math.max(1, rank) - 1)];
  }

  /** As one process tells another. */
  String word() {
    return Stream.of(p50Ns, p99Ns, p999Ns, maxNs, lag99Ns)
        .map(String::valueOf)
        .collect(Collectors.joining(","));
  }

  static Latency parse(String word) {
    List<Long> ns = Arrays.stream(word.split(",", -1)).map(Long::valueOf).toList();
    return new Latency(ns.get(0), ns.get(1), ns.get(2), ns.get(3), ns.get(4));
  }
}
