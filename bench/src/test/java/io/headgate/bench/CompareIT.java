package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
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
  void between_network_namespaces_the_same_is_measured_and_none_is_left() throws Exception {
    assumeTrue(programsAreThere(), "SKIPPED: wrk, haproxy, nginx or its stream module is missing");
    assumeTrue(System.getProperty("user.name").equals("root"), "SKIPPED: needs root");
    Report report =
        measured(
            "--over",
            "veth",
            "--subject",
            "nginx",
            "--beside",
            "haproxy-splice",
            "--rounds",
            "1",
            "--seconds",
            "1",
            "--warm-up",
            "0",
            "--only",
            "rps,up,idle",
            "--idle-connections",
            "50");

    assertThat(report.errors()).isZero();
    assertThat(report.markdown()).contains("## veth, 1 thread", "MTU 1500");
    Outcome outcome = report.outcomes().getFirst();
    assertThat(outcome.slots()).hasSize(4);
    assertThat(outcome.slots()).allSatisfy(slot -> assertThat(slot.load().units()).isPositive());
    assertThat(outcome.slots()).allSatisfy(slot -> assertThat(slot.cpuSeconds()).isPositive());
    assertThat(outcome.idle()).hasSize(2);
    String prefix = Veth.ofThisProcess().prefix();
    assertThat(new File("/run/netns").list((_, name) -> name.startsWith(prefix))).isNullOrEmpty();
  }

  @Test
  void a_short_run_measures_every_load_without_an_error_and_leaves_no_process_behind()
      throws Exception {
    assumeTrue(programsAreThere(), "SKIPPED: wrk, haproxy, nginx or its stream module is missing");
    Set<Long> before = children();
    Report report =
        measured(
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
            "100",
            "--stalled-connections",
            "20",
            "--starts",
            "1");
    Outcome outcome = report.outcomes().getFirst();

    assertThat(report.markdown()).contains("Errors: 0.");
    assertThat(outcome.slots()).hasSize(2 * Workload.values().length);
    assertThat(outcome.slots()).allSatisfy(slot -> assertThat(slot.load().units()).isPositive());
    assertThat(outcome.slots()).allSatisfy(slot -> assertThat(slot.cpuSeconds()).isPositive());
    assertThat(outcome.idle()).hasSize(2);
    assertThat(outcome.idle()).allSatisfy(m -> assertThat(m.freshBytes()).isPositive());
    assertThat(outcome.slots())
        .filteredOn(slot -> slot.workload() == Workload.LATENCY)
        .allSatisfy(slot -> assertThat(slot.load().latency()).isPresent());
    assertThat(outcome.starts()).hasSize(2);
    assertThat(outcome.starts())
        .allSatisfy(start -> assertThat(start.load().units()).isEqualTo(ColdStart.CONNECTIONS));
    assertThat(outcome.stalled()).hasSize(2);
    assertThat(outcome.stalled()).allSatisfy(m -> assertThat(m.stalledBytes()).isPositive());
    assertThat(children()).isSubsetOf(before);
  }

  private static Report measured(String... arguments) throws Exception {
    return Compare.measured(
        Options.parse(arguments),
        Path.of(""),
        "bench/compare",
        new PrintStream(OutputStream.nullOutputStream()));
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
