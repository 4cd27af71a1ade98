package io.headgate.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether words are coloured: on a terminal, unless NO_COLOR (no-color.org) says otherwise. */
enum Ink {
  PLAIN,
  COLOURED;

  private static final Map<String, String> COLOURS =
      Map.ofEntries(
          Map.entry("UP", "32"),
          Map.entry("bound", "32"),
          Map.entry("ok", "32"),
          Map.entry("OK", "32"),
          Map.entry("WARN", "33"),
          Map.entry("FAIL", "31;1"),
          Map.entry("live", "32"),
          Map.entry("SUSPECT", "33"),
          Map.entry("PENDING", "33"),
          Map.entry("warning", "33"),
          Map.entry("stale", "33"),
          Map.entry("draining-only", "33"),
          Map.entry("DOWN", "31"),
          Map.entry("DEGRADED", "31;1"),
          Map.entry("empty", "31"),
          Map.entry("fail-open", "31"),
          Map.entry("no", "31"),
          Map.entry("unknown", "33"),
          Map.entry("DRAIN", "34"),
          Map.entry("drain", "34"),
          Map.entry("MAINT", "35"),
          Map.entry("maint", "35"));

  /** Of this process's standard output; the JDK's console asks for a terminal on input as well. */
  static Ink ofProcess(Map<String, String> environment) {
    if (!environment.getOrDefault("NO_COLOR", "").isEmpty()
        || environment.getOrDefault("TERM", "dumb").equals("dumb")) {
      return PLAIN;
    }
    try {
      String output = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return output.startsWith("/dev/pts/") || output.startsWith("/dev/tty") ? COLOURED : PLAIN;
    } catch (IOException _) {
      return PLAIN;
    }
  }

  /** {@code text} in the colour of its first word, if that has one. */
  String of(String text) {
    int space = text.indexOf(' ');
    String colour = COLOURS.get(space < 0 ? text : text.substring(0, space));
    return this == PLAIN || colour == null ? text : "\u001b[" + colour + "m" + text + "\u001b[0m";
  }
}
