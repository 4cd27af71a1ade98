package io.headgate.bench;

import static io.headgate.bench.Subject.Kind.HAPROXY_COPY;
import static io.headgate.bench.Subject.Kind.HEADGATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReportTest {
  private static final Setting SETTING = new Setting(Network.Kind.LOOPBACK, 1);

  @Test
  void the_ratio_and_both_absolute_figures_stand_in_one_row() {
    String report = report(0, List.of()).markdown();

    assertThat(report)
        .contains(
            "`bench/compare`", "- 6 passes", "## loopback, 1 thread", "- 2 CPUs", "Errors: 0.")
        .containsPattern(
            "conn +\\| CPU per connection \\| +30\\.0 µs +\\| +40\\.0 µs +\\| haproxy-copy +\\| \\*\\*0\\.75\\*\\* \\| 0\\.75 – 0\\.75")
        .contains("1,conn,headgate,0.30,10000.000,0,0.0100,0.0300,,,,,")
        .contains(
            "other processes had 3.0 % of the machine", "above 2 % of either in 2 of 2 slots");
  }

  @Test
  void an_error_is_flagged_with_where_it_was_and_what() {
    Report report = report(7, List.of("headgate, rps: refused"));

    assertThat(report.errors()).isEqualTo(8);
    assertThat(report.markdown())
        .contains("ERRORS: 8")
        .contains("- warm-up: headgate, rps: refused")
        .contains("- headgate, conn, pass 1: 7, first: wrk: read 7")
        .doesNotContain("Errors: 0");
  }

  @Test
  void memory_alone_makes_a_report_too() {
    var memory = new IdleMemory(HAPROXY_COPY, 10 << 20, 30 << 20, 10_240);

    var stalled = new StalledMemory(HAPROXY_COPY, 1 << 20, 5 << 20, 128, 9);
    var outcome =
        new Outcome(
            SETTING, List.of(), List.of(), List.of(memory), List.of(stalled), List.of(), List.of());

    assertThat(new Report("x", HEADGATE, List.of(), List.of(outcome)).markdown())
        .contains(
            "| haproxy-copy    | 10.0 MiB | 30.0 MiB              | 10240       | 2048 bytes |")
        .contains(
            "| haproxy-copy    | 1.0 MiB    | 5.0 MiB       | 128         | 32768 bytes | 9     |")
        .doesNotContain("ratio", "Errors");
  }

  @Test
  void of_several_cold_starts_the_medians_are_shown_and_every_error_counts() {
    var outcome =
        new Outcome(
            SETTING,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(start(0.5, 0.9, 3.0, 0), start(0.4, 0.7, 1.0, 0), start(0.6, 0.8, 2.0, 2)),
            List.of());
    var report = new Report("x", HEADGATE, List.of(), List.of(outcome));

    assertThat(report.errors()).isEqualTo(2);
    assertThat(report.markdown())
        .containsPattern(
            "headgate +\\| 0\\.50 s +\\| 0\\.80 s +\\| 200\\.0 µs +\\| 100\\.0 µs – 300\\.0 µs")
        .contains("headgate, start: 2, first: refused");
  }

  private static ColdStart start(double wall, double startCpu, double loadCpu, long errors) {
    var load = new Load(10_000, errors, errors == 0 ? "" : "refused");
    return new ColdStart(HEADGATE, wall, startCpu, loadCpu, load);
  }

  private static Report report(long errors, List<String> warmUpErrors) {
    return new Report(
        "bench/compare",
        HEADGATE,
        List.of("6 passes"),
        List.of(
            new Outcome(
                SETTING,
                List.of("2 CPUs"),
                slots(errors),
                List.of(),
                List.of(),
                List.of(),
                warmUpErrors)));
  }

  private static List<Slot> slots(long errors) {
    var load = new Load(10_000, errors, errors == 0 ? "" : "wrk: read " + errors);
    return List.of(
        new Slot(0, Workload.CONNECTIONS, HEADGATE, 0.3, load, 0.01, 0.03),
        new Slot(0, Workload.CONNECTIONS, HAPROXY_COPY, 0.4, new Load(10_000, 0, ""), 0.01, 0.03));
  }
}
