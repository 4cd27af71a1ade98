package io.headgate.bench;

import static java.util.Map.entry;

import java.io.Serial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code bench/compare} is asked to do.
 *
 * @param rounds passes over all subjects, each giving one paired ratio
 * @param seconds of load in one measured slot
 * @param warmUpSeconds of load on the measured subject, per workload, before the first slot
 * @param over what lies between clients, proxy and backends, one setting after the other
 * @param workers threads of each proxy, one setting after the other
 * @param subject the proxy whose cost is divided by that of the others
 * @param beside the others
 * @param rate of the open loop in requests per second; 0 finds one
 * @param idleConnections held while memory is read; 0 leaves that out
 * @param stalledConnections that do not read while memory is read; 0 leaves that out
 * @param starts of each proxy, each followed by its first connections; 0 leaves that out
 * @param quick made shorter than a verdict takes
 * @param out also write the report here, and its chart beside it
 * @param save also write both into {@code bench/results}
 */
record Options(
    int rounds,
    int seconds,
    int warmUpSeconds,
    List<Network.Kind> over,
    List<Integer> workers,
    Subject.Kind subject,
    List<Subject.Kind> beside,
    List<Workload> workloads,
    int rate,
    int idleConnections,
    int stalledConnections,
    int starts,
    boolean quick,
    Optional<Path> out,
    boolean save) {
  static final String USAGE =
      """
      usage: bench/compare [option ...]
        --rounds N            passes over all proxies, one paired ratio each (6)
        --seconds S           of load in one measured slot (4)
        --warm-up S           of load on the subject before its first slot, per workload (15)
        --over WHAT           loopback, veth (network namespaces; needs root) or both (loopback)
        --workers LIST        threads of each proxy, 1,2 measures both (1)
        --transport LIST      Headgate's: auto, epoll, io_uring, nio; the first is the subject, further
                              ones are measured beside it
        --only LIST           of conn,rps,objects,down,up,latency,idle,stalled,start (all)
        --rate N              requests per second under latency (half of what haproxy-copy can)
        --idle-connections N  held while memory is read (9000)
        --stalled-connections N
                              that do not read while memory is read (200)
        --starts N            of each proxy, with 10,000 connections after each (3)
        --subject NAME        the proxy that is compared (headgate)
        --beside LIST         what with (haproxy-copy,haproxy-splice,haproxy-splice-always,nginx);
                              also headgate, headgate-epoll, headgate-io-uring, headgate-nio
        --quick               2 passes, slots of 2 s, a warm-up of 4 s: for orientation
        --out FILE            write the report there too, and its chart beside it as .svg
        --save                write both to bench/results/<date>-<what> too
      """;

  private static final String IDLE = "idle";
  private static final String STALLED = "stalled";
  private static final String START = "start";
  private static final String BOTH = "both";
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          entry("--rounds", "6"),
          entry("--seconds", "4"),
          entry("--warm-up", "15"),
          entry("--over", "loopback"),
          entry("--workers", "1"),
          entry("--transport", ""),
          entry("--only", "conn,rps,objects,down,up,latency,idle,stalled,start"),
          entry("--rate", "0"),
          entry("--idle-connections", "9000"),
          entry("--stalled-connections", "200"),
          entry("--starts", "3"),
          entry("--subject", "headgate"),
          entry("--beside", "haproxy-copy,haproxy-splice,haproxy-splice-always,nginx"),
          entry("--out", ""));

  private static final Map<String, String> QUICK =
      Map.of("--rounds", "2", "--seconds", "2", "--warm-up", "4", "--starts", "1");

  Options {
    over = List.copyOf(over);
    workers = List.copyOf(workers);
    beside = List.copyOf(beside);
    workloads = List.copyOf(workloads);
  }

  /** What was typed cannot be meant; the message says why. */
  static final class Misused extends Exception {
    @Serial private static final long serialVersionUID = 1;

    Misused(String message) {
      super(message);
    }
  }

  static Options parse(String... arguments) throws Misused {
    List<String> rest = new ArrayList<>(Arrays.asList(arguments));
    boolean save = rest.removeIf("--save"::equals);
    boolean quick = rest.removeIf("--quick"::equals);
    var given = new Given(paired(rest, quick));
    List<String> only =
        given.list("--only", Stream.concat(Workload.names(), Stream.of(IDLE, STALLED, START)));
    List<Subject.Kind> transports = transports(given);
    Subject.Kind subject =
        transports.isEmpty()
            ? Subject.Kind.named(given.oneOf("--subject", Subject.Kind.names()))
            : transports.getFirst();
    List<Subject.Kind> beside =
        Stream.concat(
                transports.stream().skip(1),
                given.list("--beside", Subject.Kind.names()).stream().map(Subject.Kind::named))
            .distinct()
            .toList();
    if (beside.contains(subject)) {
      throw new Misused(subject.label() + " cannot be compared with itself");
    }
    return new Options(
        given.number("--rounds", 1),
        given.number("--seconds", 1),
        given.number("--warm-up", 0),
        over(given),
        given.numbers("--workers", 1),
        subject,
        beside,
        Workload.named(only),
        given.number("--rate", 0),
        only.contains(IDLE) ? given.number("--idle-connections", 1) : 0,
        only.contains(STALLED) ? given.number("--stalled-connections", 1) : 0,
        only.contains(START) ? given.number("--starts", 1) : 0,
        quick,
        Optional.of(given.text("--out")).filter(file -> !file.isEmpty()).map(Path::of),
        save);
  }

  private static List<Subject.Kind> transports(Given given) throws Misused {
    if (given.text("--transport").isEmpty()) {
      return List.of();
    }
    if (!Subject.Kind.named(given.oneOf("--subject", Subject.Kind.names())).warmsUp()) {
      throw new Misused("--transport is Headgate's, but --subject is " + given.text("--subject"));
    }
    return given.list("--transport", Subject.Kind.transports()).stream()
        .map(Subject.Kind::ofTransport)
        .toList();
  }

  private static List<Network.Kind> over(Given given) throws Misused {
    Stream<String> allowed =
        Stream.concat(Network.Kind.all().map(Network.Kind::label), Stream.of(BOTH));
    String over = given.oneOf("--over", allowed);
    return Network.Kind.all()
        .filter(kind -> over.equals(BOTH) || over.equals(kind.label()))
        .toList();
  }

  /** The subject and the others, in the order of an even pass. */
  List<Subject.Kind> proxies() {
    return Stream.concat(Stream.of(subject), beside.stream()).toList();
  }

  /** What is measured one after the other. */
  List<Setting> settings() {
    return over.stream()
        .flatMap(network -> workers.stream().map(threads -> new Setting(network, threads)))
        .toList();
  }

  /** {@code headgate-loopback-1-thread}. */
  String fileName() {
    return subject.label()
        + "-"
        + settings().stream().map(Setting::fileName).collect(Collectors.joining("-"))
        + (quick ? "-quick" : "");
  }

  /** For the report. */
  List<String> inWords() {
    String plan =
        "%d passes, %d s of load in a slot, %d s or more of warm-up per load"
            .formatted(rounds, seconds, warmUpSeconds);
    return quick
        ? List.of("**a quick run, for orientation: too short for a verdict**", plan)
        : List.of(plan);
  }

  private static Map<String, String> paired(List<String> arguments, boolean quick) throws Misused {
    Map<String, String> given = new HashMap<>(DEFAULTS);
    if (quick) {
      given.putAll(QUICK);
    }
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String key = rest.next();
      if (!DEFAULTS.containsKey(key)) {
        throw new Misused("no such option: " + key);
      }
      if (!rest.hasNext()) {
        throw new Misused(key + " misses its value");
      }
      given.put(key, rest.next());
    }
    return given;
  }

  /** The values by option, as text, and what each may be. */
  private record Given(Map<String, String> values) {
    String text(String key) {
      return values.getOrDefault(key, "");
    }

    int number(String key, int least) throws Misused {
      return number(key, text(key), least);
    }

    List<Integer> numbers(String key, int least) throws Misused {
      List<Integer> numbers = new ArrayList<>();
      for (String part : text(key).split(",", -1)) {
        numbers.add(number(key, part, least));
      }
      return numbers.stream().distinct().toList();
    }

    private static int number(String key, String text, int least) throws Misused {
      if (!text.matches("\\d{1,6}") || Integer.parseInt(text) < least) {
        throw new Misused(key + " must be a number from " + least + " but is " + text);
      }
      return Integer.parseInt(text);
    }

    String oneOf(String key, Stream<String> allowed) throws Misused {
      return checked(key, text(key), allowed.toList());
    }

    List<String> list(String key, Stream<String> allowed) throws Misused {
      List<String> names = allowed.toList();
      List<String> parts = Arrays.stream(text(key).split(",", -1)).distinct().toList();
      for (String part : parts) {
        checked(key, part, names);
      }
      return parts;
    }

    private static String checked(String key, String text, List<String> allowed) throws Misused {
      if (!allowed.contains(text)) {
        throw new Misused(key + " knows " + String.join(", ", allowed) + " but not: " + text);
      }
      return text;
    }
  }
}
