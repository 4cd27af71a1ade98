package io.headgate.testing;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Signals to processes, with all that they have started. */
final class Signals {
  private Signals() {}

  /**
   * Ends all of them at once, as a host does that loses its power: none lives long enough to see
   * another's death, say goodbye or start it anew.
   */
  static void crash(List<Long> pids) {
    if (!pids.isEmpty()) {
      String all = text(pids);
      Command.attempt("sh", "-c", "kill -STOP " + all + "; kill -KILL " + all);
    }
  }

  /** One of STOP, CONT, TERM, … to each. */
  static void send(String signal, List<Long> pids) {
    if (!pids.isEmpty()) {
      Command.attempt("sh", "-c", "kill -" + signal + " " + text(pids));
    }
  }

  /** It and its descendants. */
  static List<Long> tree(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants())
        .map(ProcessHandle::pid)
        .toList();
  }

  private static String text(List<Long> pids) {
    return pids.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }
}
