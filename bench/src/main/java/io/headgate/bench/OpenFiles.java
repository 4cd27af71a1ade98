package io.headgate.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The limit on open files that the comparison and all its children run under. */
final class OpenFiles {
  private static final int LEAST = 4096;
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

  /** Refuses where not even the loads would fit. */
  static void require() throws CannotCompare {
    if (limit() < LEAST) {
      throw new CannotCompare("only " + limit() + " open files are allowed: ulimit -n " + LEAST);
    }
  }

  /** As many of {@code wanted} connections as a proxy, which holds two descriptors of each, can. */
  static int connectionsWithin(int limit, int wanted) {
    return Math.min(wanted, (limit - 2000) / 2);
  }
}
