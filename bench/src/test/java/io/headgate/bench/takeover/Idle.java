package io.headgate.bench.takeover;

import io.headgate.bench.Table;
import io.headgate.testing.EdgeOnLan;
import io.headgate.testing.Eventually;
import io.headgate.testing.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Pairs to which nothing happens, on a machine whose CPUs are all busy with something else. */
final class Idle {
  private static final List<String> HEADER =
      List.of("interval", "who", "changes of role", "CPU of the owner, % of a core");
  private static final double PERCENT = 100;

  private Idle() {}

  /** A pair at one interval, and what it stood at when the time began. */
  private record Watched(
      Contender contender, Duration interval, Pair pair, int changes, double cpuSeconds) {

    List<String> row(Duration time) {
      double share = (pair.owner().cpuSeconds() - cpuSeconds) / time.toSeconds();
      return List.of(
          interval.toMillis() + " ms",
          contender.label(),
          Integer.toString(pair.changes() - changes),
          String.format(Locale.ROOT, "%.2f", share * PERCENT));
    }
  }

  static String report(String command, Plan plan) {
    Duration time = Duration.ofMinutes(plan.idleMinutes());
    List<Pair> pairs = new ArrayList<>();
    List<Program> load = new ArrayList<>();
    try {
      List<Watched> watched = watched(plan, pairs, load);
      Eventually.pause(time);
      List<List<String>> rows = watched.stream().map(one -> one.row(time)).toList();
      return """
      # Edges to which nothing happens

      `%s`: %d minutes, %d processes that compute all the time, all pairs at once

      %s
      %s
      """
          .formatted(
              command,
              plan.idleMinutes(),
              load.size(),
              new Table(HEADER, rows).markdown(),
              Takeover.machine());
    } finally {
      load.forEach(Program::close);
      pairs.forEach(Pair::close);
    }
  }

  private static List<Watched> watched(Plan plan, List<Pair> pairs, List<Program> load) {
    String peerKey = EdgeOnLan.peerKey();
    List<Watched> ready = new ArrayList<>();
    for (Duration interval : plan.intervals()) {
      for (Contender contender : plan.contenders()) {
        Pair pair = Pair.start(contender, interval, peerKey);
        pairs.add(pair);
        pair.awaitReady();
        ready.add(new Watched(contender, interval, pair, 0, 0));
      }
    }
    for (int cpu = 0; cpu < Runtime.getRuntime().availableProcessors(); cpu++) {
      load.add(Program.draft().start("sh", "-c", "while :; do :; done"));
    }
    return ready.stream()
        .map(one ->
            new Watched(
                one.contender(),
                one.interval(),
                one.pair(),
                one.pair().changes(),
                one.pair().owner().cpuSeconds()))
        .toList();
  }
}
