package io.headgate.bench.takeover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * All trials of one contender, fault and interval.
 *
 * @param failed trials that came to no end, which have no result
 */
record Measured(
    Contender contender, Fault fault, Duration interval, List<Trial.Result> results, int failed) {
  static final List<String> HEADER =
      List.of(
          "interval",
          "fault",
          "who",
          "n",
          "gap ms: min",
          "p50",
          "max",
          "lost: min",
          "p50",
          "max",
          "not one owner",
          "failed");

  Measured {
    results = List.copyOf(results);
  }

  List<String> row() {
    List<String> row = new ArrayList<>();
    row.add(interval.toMillis() + " ms");
    row.add(fault.label());
    row.add(contender.label());
    row.add(Integer.toString(results.size()));
    row.addAll(spread(result -> result.gap().toMillis()));
    row.addAll(spread(Trial.Result::lost));
    row.add(fault.endsTogether() ? Long.toString(disagreements()) : "");
    row.add(Integer.toString(failed));
    return row;
  }

  /** Trials after which nobody, or more than one, held the address. */
  long disagreements() {
    return results.stream().filter(result -> result.owners() != 1).count();
  }

  private List<String> spread(ToLongFunction<Trial.Result> figure) {
    List<Long> sorted = results.stream().mapToLong(figure).sorted().boxed().toList();
    if (sorted.isEmpty()) {
      return List.of("-", "-", "-");
    }
    double median = (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2.0;
    return List.of(
        sorted.getFirst().toString(),
        String.format(Locale.ROOT, "%.0f", median),
        sorted.getLast().toString());
  }
}
