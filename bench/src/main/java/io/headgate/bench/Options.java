package io.headgate.bench;

import java.io.Serial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code bench/compare} is asked to do.
 *
 * @param rounds passes over all subjects, each giving one paired ratio
 * @param seconds of load in one measured slot
 * @param warmUpSeconds of load on the measured subject, per workload, before the first slot
 * @param workers threads of each proxy
 * @param transport Headgate's, in the words of its configuration
 * @param subject the proxy whose cost is divided by that of the others
 * @param beside the others
 * @param idleConnections held while memory is read; 0 leaves that out
 * @param out also write the report here
 * @param save also write the report into {@code bench/results}
 */
record Options(
    int rounds,
    int seconds,
    int warmUpSeconds,
    int workers,
    String transport,
    Subject.Kind subject,
    List<Subject.Kind> beside,
    List<Workload> workloads,
    int idleConnections,
    Optional<Path> out,
    boolean save) {
  static final String USAGE =
      """
      usage: bench/compare [option ...]
        --rounds N            passes over all proxies, one paired ratio each (6)
        --seconds S           of load in one measured slot (5)
        --warm-up S           of load on the subject before its first slot, per workload (15)
        --workers N           threads of each proxy (1)
        --transport NAME      Headgate's: auto, epoll, io_uring, nio (auto)
        --only LIST           of conn,rps,objects,down,up,idle (all of them)
        --idle-connections N  held while memory is read (9000)
        --subject NAME        the proxy that is compared (headgate)
        --beside LIST         what with (haproxy-copy,haproxy-splice,haproxy-splice-always);
                              also nginx, headgate
        --out FILE            write the report there too
        --save                write it to bench/results/<date>-<what>.md too
      """;

  private static final String IDLE = "idle";
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "--rounds", "6",
          "--seconds", "5",
          "--warm-up", "15",
          "--workers", "1",
          "--transport", "auto",
          "--only", "conn,rps,objects,down,up,idle",
          "--idle-connections", "9000",
          "--subject", "headgate",
          "--beside", "haproxy-copy,haproxy-splice,haproxy-splice-always",
          "--out", "");

  Options {
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
    var given = new Given(paired(rest));
    List<String> only = given.list("--only", Stream.concat(Workload.names(), Stream.of(IDLE)));
    Subject.Kind subject = Subject.Kind.named(given.oneOf("--subject", Subject.Kind.names()));
    List<Subject.Kind> beside =
        given.list("--beside", Subject.Kind.names()).stream().map(Subject.Kind::named).toList();
    if (beside.contains(subject)) {
      throw new Misused(subject.label() + " cannot be compared with itself");
    }
    return new Options(
        given.number("--rounds", 1),
        given.number("--seconds", 1),
        given.number("--warm-up", 0),
        given.number("--workers", 1),
        given.oneOf("--transport", Stream.of("auto", "epoll", "io_uring", "nio")),
        subject,
        beside,
        only.stream().filter(name -> !name.equals(IDLE)).map(Workload::named).toList(),
        only.contains(IDLE) ? given.number("--idle-connections", 1) : 0,
        Optional.of(given.text("--out")).filter(file -> !file.isEmpty()).map(Path::of),
        save);
  }

  private static Map<String, String> paired(List<String> arguments) throws Misused {
    Map<String, String> given = new HashMap<>(DEFAULTS);
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
      String text = text(key);
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
