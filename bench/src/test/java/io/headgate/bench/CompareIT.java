package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Needs wrk, haproxy, nginx and nginx's stream module. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CompareIT {
  @Test
  void a_short_run_measures_every_load_without_an_error_and_leaves_no_process_behind()
      throws Exception {
    assumeTrue(programsAreThere(), "SKIPPED: wrk, haproxy, nginx or its stream module is missing");
    Set<Long> before = children();
    Options options =
        Options.parse(
            "--subject",
            "nginx",
            "--beside",
            "haproxy-splice",
            "--rounds",
            "1",
            "--seconds",
            "3",
            "--warm-up",
            "0",
            "--idle-connections",
            "100");

    Report report =
        Compare.measured(
            options,
            Path.of(""),
            "bench/compare",
            new PrintStream(OutputStream.nullOutputStream()));

    assertThat(report.markdown()).contains("Errors: 0.");
    assertThat(report.slots()).hasSize(2 * Workload.values().length);
    assertThat(report.slots()).allSatisfy(slot -> assertThat(slot.load().units()).isPositive());
    assertThat(report.slots()).allSatisfy(slot -> assertThat(slot.cpuSeconds()).isPositive());
    assertThat(report.memories()).hasSize(2);
    assertThat(report.memories()).allSatisfy(m -> assertThat(m.freshBytes()).isPositive());
    assertThat(children()).isSubsetOf(before);
  }

  private static boolean programsAreThere() {
    try {
      Program.require(List.of(Program.values()));
      return true;
    } catch (CannotCompare e) {
      return false;
    }
  }

  private static Set<Long> children() {
    return ProcessHandle.current()
        .descendants()
        .map(ProcessHandle::pid)
        .collect(Collectors.toSet());
  }
}
