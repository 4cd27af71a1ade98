package io.headgate.takeover;

import io.headgate.config.VrrpGroupConfig;
import io.headgate.takeover.TakeoverStatus.Role;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Runs the operator's programs when a group changes its role, with keepalived's arguments ({@code
 * notify} of keepalived.conf(5)): {@code INSTANCE NAME MASTER|BACKUP|FAULT|STOP PRIORITY}.
 *
 * <p>One after the other, in the order of the changes, on a thread of its own: the election never
 * waits for them.
 */
final class Notifier implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final TakeoverEvents events;
  private final ExecutorService one =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("notify").factory());

  Notifier(TakeoverEvents events) {
    this.events = events;
  }

  void tell(Path program, VrrpGroupConfig group, Role role) {
    List<String> command =
        List.of(
            program.toString(),
            "INSTANCE",
            group.name(),
            word(role),
            String.valueOf(group.priority()));
    try {
      one.execute(() -> run(command, group.name()));
    } catch (RejectedExecutionException _) {
      // The edge ends, and this has been said.
    }
  }

  private static String word(Role role) {
    return switch (role) {
      case ACTIVE -> "MASTER";
      case BACKUP -> "BACKUP";
      case FAULT -> "FAULT";
      case STOPPED -> "STOP";
    };
  }

  private void run(List<String> command, String group) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        complain(group, command, "is killed after " + LONGEST.toSeconds() + " s");
      } else if (process.exitValue() != 0) {
        complain(group, command, "ended with " + process.exitValue());
      }
    } catch (IOException e) {
      complain(group, command, "cannot be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void complain(String group, List<String> command, String words) {
    events.told(true, "group " + group, "notify: " + String.join(" ", command) + " " + words);
  }

  /** What has been told is still run, for a moment. */
  @Override
  public void close() {
    one.shutdown();
    try {
      if (!one.awaitTermination(2, TimeUnit.SECONDS)) {
        one.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
