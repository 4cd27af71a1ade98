package io.headgate.bench;

import java.util.Optional;

/**
 * What a load generator got through a proxy.
 *
 * @param units in the workload's unit
 * @param errors anything that a user would call a failure
 * @param firstError one of them in words, empty where there is none
 * @param latency of an open loop
 */
record Load(double units, long errors, String firstError, Optional<Latency> latency) {
  private static final String NO_LATENCY = "-";

  Load(double units, long errors, String firstError) {
    this(units, errors, firstError, Optional.empty());
  }

  /** As one process tells another. */
  String line() {
    return String.join(
        " ",
        Double.toString(units),
        Long.toString(errors),
        latency.map(Latency::word).orElse(NO_LATENCY),
        firstError.lines().findFirst().orElse(""));
  }

  static Load parse(String line) {
    String[] words = line.split(" ", 4);
    return new Load(
        Double.parseDouble(words[0]),
        Long.parseLong(words[1]),
        words[3],
        words[2].equals(NO_LATENCY) ? Optional.empty() : Optional.of(Latency.parse(words[2])));
  }
}
