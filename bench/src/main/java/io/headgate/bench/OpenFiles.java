package io.headgate.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The limit on open files that the comparison and all its children run under. */
final class OpenFiles {
  private static final String LIMIT_LINE = "Max open files";

  private OpenFiles() {}

  /** The soft limit, which the JVM has already raised to the hard one. */
  static int limit() {
    try (var lines = Files.lines(Path.of("/proc/self/limits"))) {
      String soft =
          lines
              .filter(line -> line.startsWith(LIMIT_LINE))
              .map(line -> line.substring(LIMIT_LINE.length()).strip().split("\\s+", 2)[0])
              .findFirst()
              .orElseThrow();
      return soft.matches("\\d{1,9}") ? Integer.parseInt(soft) : 1_000_000;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As many of {@code wanted} connections as a proxy, which holds two descriptors of each, can. */
  static int connectionsWithin(int limit, int wanted) {
    return Math.min(wanted, (limit - 1000) / 2);
  }
}
