package io.headgate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A server that runs on the {@link Stage}.
 *
 * @param log what it has said
 */
record Started(String name, Process process, Path log) {
  private static final long ACCEPTS_WITHIN_MS = 300_000; // Headgate's launcher may have to build
  private static final long BETWEEN_ATTEMPTS_MS = 2;

  /** Waits until it accepts on all {@code addresses}, as seen from {@code outpost}. */
  void awaitAccepting(Outpost outpost, List<InetSocketAddress> addresses)
      throws CannotCompare, IOException, InterruptedException {
    long deadlineMs = System.currentTimeMillis() + ACCEPTS_WITHIN_MS;
    for (InetSocketAddress address : addresses) {
      while (!outpost.accepts(address)) {
        if (!process.isAlive() || System.currentTimeMillis() > deadlineMs) {
          throw new CannotCompare(
              name + " does not accept on " + Site.text(address) + "; it says:\n" + endOfLog());
        }
        Thread.sleep(BETWEEN_ATTEMPTS_MS);
      }
    }
  }

  ProcessTree tree() {
    return new ProcessTree(process.pid());
  }

  private String endOfLog() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }
}
