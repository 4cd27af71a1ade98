package io.headgate.bench.takeover;

import java.io.Serial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code bench/takeover} is asked to do.
 *
 * @param rounds how often each contender meets each fault at each interval
 * @param idleMinutes without any fault, on a busy machine, instead of faults; 0 for faults
 * @param seed of the moment within an interval at which the fault strikes
 * @param out also write the report here
 */
record Plan(
    int rounds,
    List<Contender> contenders,
    List<Fault> faults,
    List<Duration> intervals,
    int idleMinutes,
    long seed,
    Optional<Path> out) {
  static final String USAGE =
      """
      usage: bench/takeover [option ...]
        --rounds N        how often each meets each fault at each interval (20)
        --only LIST       of %s (all)
        --faults LIST     of %s (all)
        --intervals LIST  between advertisements, in ms (1000,200,100,50)
        --idle-minutes N  no faults, but so long in which nothing may change while every CPU is busy (0)
        --seed N          of the moments at which faults strike (any)
        --out FILE        write the report there, too
      """
          .formatted(
              labels(Stream.of(Contender.values()), Contender::label),
              labels(Stream.of(Fault.values()), Fault::label));

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "--rounds", "20",
          "--only", labels(Stream.of(Contender.values()), Contender::label),
          "--faults", labels(Stream.of(Fault.values()), Fault::label),
          "--intervals", "1000,200,100,50",
          "--idle-minutes", "0",
          "--seed", "",
          "--out", "");

  Plan {
    contenders = List.copyOf(contenders);
    faults = List.copyOf(faults);
    intervals = List.copyOf(intervals);
  }

  /** What was typed cannot be meant; the message says why. */
  static final class Misused extends Exception {
    @Serial private static final long serialVersionUID = 1;

    Misused(String message) {
      super(message);
    }
  }

  static Plan parse(String... arguments) throws Misused {
    Map<String, String> given = new HashMap<>(DEFAULTS);
    for (Iterator<String> rest = List.of(arguments).iterator(); rest.hasNext(); ) {
      String key = rest.next();
      if (!DEFAULTS.containsKey(key)) {
        throw new Misused("no such option: " + key);
      }
      if (!rest.hasNext()) {
        throw new Misused(key + " misses its value");
      }
      given.put(key, rest.next());
    }
    List<Duration> intervals = new ArrayList<>();
    for (String part : text(given, "--intervals").split(",", -1)) {
      intervals.add(Duration.ofMillis(number("--intervals", part, 10, 40_950)));
    }
    String seed = text(given, "--seed");
    return new Plan(
        (int) number("--rounds", text(given, "--rounds"), 1, 10_000),
        named("--only", text(given, "--only"), Contender.values(), Contender::label),
        named("--faults", text(given, "--faults"), Fault.values(), Fault::label),
        intervals,
        (int) number("--idle-minutes", text(given, "--idle-minutes"), 0, 10_000),
        seed.isEmpty() ? System.nanoTime() : number("--seed", seed, 0, Long.MAX_VALUE),
        Optional.of(text(given, "--out")).filter(file -> !file.isEmpty()).map(Path::of));
  }

  private static String text(Map<String, String> given, String key) {
    return given.getOrDefault(key, "");
  }

  private static long number(String key, String text, long least, long most) throws Misused {
    if (text.matches("\\d{1,18}")) {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new Misused(key + " must be a number from " + least + " but is: " + text);
  }

  private static <T> List<T> named(String key, String list, T[] known, Function<T, String> label)
      throws Misused {
    List<T> found = new ArrayList<>();
    for (String part : list.split(",", -1)) {
      found.add(
          Arrays.stream(known)
              .filter(one -> label.apply(one).equals(part))
              .findFirst()
              .orElseThrow(() ->
                  new Misused(
                      key
                          + " knows "
                          + labels(Arrays.stream(known), label)
                          + " but not: "
                          + part)));
    }
    return found.stream().distinct().toList();
  }

  private static <T> String labels(Stream<T> known, Function<T, String> label) {
    return known.map(label).collect(Collectors.joining(","));
  }
}
