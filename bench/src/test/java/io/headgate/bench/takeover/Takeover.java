package io.headgate.bench.takeover;

import io.headgate.bench.Table;
import io.headgate.testing.Command;
import io.headgate.testing.EdgeOnLan;
import io.headgate.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.opentest4j.TestAbortedException;

/** Faults, contenders in turn, and what a client saw: {@code bench/takeover}. */
public final class Takeover {
  private Takeover() {}

  /** Exits 0 when every trial came to its end, 1 when not, 2 on wrong usage. */
  public static void main(String... arguments) {
    System.exit(run(arguments));
  }

  private static int run(String... arguments) {
    if (List.of(arguments).contains("--help")) {
      System.out.print(Plan.USAGE);
      return 0;
    }
    try {
      Plan plan = Plan.parse(arguments);
      Needs.root();
      Needs.programs("nginx");
      if (plan.contenders().contains(Contender.KEEPALIVED)) {
        Needs.programs("keepalived");
      }
      String command = "bench/takeover " + String.join(" ", arguments);
      if (plan.idleMinutes() > 0) {
        System.out.print(Idle.report(command, plan));
        return 0;
      }
      List<Measured> measured = measured(plan);
      String report = report(command, plan, measured);
      System.out.print(report);
      if (plan.out().isPresent()) {
        Path file = plan.out().orElseThrow().toAbsolutePath();
        Files.createDirectories(file.getParent());
        Files.writeString(file, report);
      }
      return measured.stream().anyMatch(one -> one.failed() > 0) ? 1 : 0;
    } catch (Plan.Misused e) {
      System.err.println(e.getMessage() + "\n" + Plan.USAGE);
      return 2;
    } catch (TestAbortedException | IOException e) {
      System.err.println("bench/takeover: " + e.getMessage());
      return 1;
    }
  }

  /** Contenders take turns at each fault, every other round backwards. */
  private static List<Measured> measured(Plan plan) {
    List<Measured> measured = new ArrayList<>();
    String peerKey = EdgeOnLan.peerKey();
    Random random = new Random(plan.seed());
    for (Duration interval : plan.intervals()) {
      try (Contest contest = new Contest(plan, interval, peerKey, random)) {
        measured.addAll(contest.measured());
      }
    }
    return measured;
  }

  static String report(String command, Plan plan, List<Measured> measured) {
    String faults =
        plan.faults().stream()
            .map(fault -> "- " + fault.label() + ": " + fault.words())
            .collect(Collectors.joining("\n"));
    return """
    # What a client sees when an edge fails

    `%s`, seed %d

    %s

    A new connection every 10 ms; gap is the longest time from one answer to the next, lost the connections
    that were not answered within 0.9 s. The live connection was there before.

    %s
    %s
    """
        .formatted(
            command.strip(),
            plan.seed(),
            faults,
            new Table(Measured.HEADER, measured.stream().map(Measured::row).toList()).markdown(),
            machine());
  }

  static String machine() {
    return "\nLinux "
        + Command.run("uname", "-r").strip()
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " CPUs";
  }
}
