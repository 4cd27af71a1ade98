package io.headgate.bench.takeover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * All contenders at one interval, each with a {@link Pair} that lives from fault to fault, and
 * begins anew after a trial that came to no end.
 */
final class Contest implements AutoCloseable {
  private final Plan plan;
  private final Duration interval;
  private final String peerKey;
  private final Random random;
  private final Map<Contender, Pair> pairs = new EnumMap<>(Contender.class);

  /**
   * Starts nothing yet.
   *
   * @param random the moments at which faults strike
   */
  Contest(Plan plan, Duration interval, String peerKey, Random random) {
    this.plan = plan;
    this.interval = interval;
    this.peerKey = peerKey;
    this.random = random;
  }

  /** One contender and one fault, and what came of it until now. */
  private static final class Series {
    private final Contender contender;
    private final Fault fault;
    private final List<Result> results = new ArrayList<>();
    private int failed;

    Series(Contender contender, Fault fault) {
      this.contender = contender;
      this.fault = fault;
    }

    Measured measured(Duration interval) {
      return new Measured(contender, fault, interval, results, failed);
    }
  }

  List<Measured> measured() {
    List<Series> all =
        plan.faults().stream()
            .flatMap(fault ->
                plan.contenders().stream()
                    .filter(contender -> contender.knows(fault))
                    .map(contender -> new Series(contender, fault)))
            .toList();
    for (int round = 1; round <= plan.rounds(); round++) {
      for (Series series : round % 2 == 0 ? all.reversed() : all) {
        System.err.printf(
            "%d ms, round %d: %s, %s: ",
            interval.toMillis(), round, series.contender.label(), series.fault.label());
        try {
          Result result = pair(series.contender).meet(series.fault, random);
          series.results.add(result);
          System.err.println(result);
        } catch (AssertionError e) {
          series.failed++;
          System.err.println("FAILED: " + e.getMessage());
          giveUp(series.contender);
        }
      }
    }
    return all.stream().map(series -> series.measured(interval)).toList();
  }

  private Pair pair(Contender contender) {
    return pairs.computeIfAbsent(contender, one -> Pair.start(one, interval, peerKey));
  }

  private void giveUp(Contender contender) {
    Pair pair = pairs.remove(contender);
    if (pair != null) {
      pair.close();
    }
  }

  @Override
  public void close() {
    pairs.values().forEach(Pair::close);
    pairs.clear();
  }
}
