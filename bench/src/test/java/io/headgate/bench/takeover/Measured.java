package io.headgate.bench.takeover;

import io.headgate.bench.takeover.Result.Fate;
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
    Contender contender, Fault fault, Duration interval, List<Result> results, int failed) {
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
          "live connection",
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
    row.addAll(spread(Result::lost));
    row.add(fates());
    row.add(fault.endsTogether() ? Long.toString(disagreements()) : "");
    row.add(Integer.toString(failed));
    return row;
  }

  /** Trials after which nobody, or more than one, held the address. */
  long disagreements() {
    return results.stream().filter(result -> result.owners() != 1).count();
  }

  /** {@code 3 live, 17 ended after 12 ms}: the median. */
  private String fates() {
    long live = 0;
    long hang = 0;
    List<Long> endedMs = new ArrayList<>();
    for (Result result : results) {
      switch (result.live()) {
        case Fate.Lives _ -> live++;
        case Fate.Hangs _ -> hang++;
        case Fate.Ended(Duration after) -> endedMs.add(after.toMillis());
      }
    }
    List<String> words = new ArrayList<>();
    if (live > 0) {
      words.add(live + " live");
    }
    if (!endedMs.isEmpty()) {
      words.add(
          endedMs.size() + " ended after " + median(endedMs.stream().sorted().toList()) + " ms");
    }
    if (hang > 0) {
      words.add(hang + " hang");
    }
    return words.isEmpty() ? "-" : String.join(", ", words);
  }

  private List<String> spread(ToLongFunction<Result> figure) {
    List<Long> sorted = results.stream().mapToLong(figure).sorted().boxed().toList();
    if (sorted.isEmpty()) {
      return List.of("-", "-", "-");
    }
    return List.of(sorted.getFirst().toString(), median(sorted), sorted.getLast().toString());
  }

  private static String median(List<Long> sorted) {
    double median = (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2.0;
    return String.format(Locale.ROOT, "%.0f", median);
  }
}
