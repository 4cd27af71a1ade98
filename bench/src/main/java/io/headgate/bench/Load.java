package io.headgate.bench;

/**
 * What a load generator got through a proxy.
 *
 * @param units in the workload's unit
 * @param errors anything that a user would call a failure
 * @param firstError one of them in words, empty where there is none
 */
record Load(double units, long errors, String firstError) {
  /** As one process tells another. */
  String line() {
    return units + " " + errors + " " + firstError.lines().findFirst().orElse("");
  }

  static Load parse(String line) {
    String[] words = line.split(" ", 3);
    return new Load(Double.parseDouble(words[0]), Long.parseLong(words[1]), words[2]);
  }
}
