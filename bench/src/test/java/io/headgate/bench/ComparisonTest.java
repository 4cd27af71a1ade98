package io.headgate.bench;

import static io.headgate.bench.Subject.Kind.HAPROXY_COPY;
import static io.headgate.bench.Subject.Kind.HAPROXY_SPLICE;
import static io.headgate.bench.Subject.Kind.HEADGATE;
import static io.headgate.bench.Subject.Kind.HEADGATE_EPOLL;
import static io.headgate.bench.Subject.Kind.HEADGATE_IO_URING;
import static io.headgate.bench.Subject.Kind.NGINX;
import static io.headgate.bench.Workload.CONNECTIONS;
import static io.headgate.bench.Workload.DOWNLOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ComparisonTest {
  private static final Offset<Double> EXACTLY = within(1e-9);
  private final List<Slot> slots = new ArrayList<>();

  @Test
  void a_ratio_is_of_the_cost_per_unit_within_one_pass() {
    slot(0, CONNECTIONS, HEADGATE, 2.0, 100);
    slot(0, CONNECTIONS, HAPROXY_COPY, 1.0, 100);
    slot(1, CONNECTIONS, HAPROXY_COPY, 10.0, 500); // the machine is twice as slow now
    slot(1, CONNECTIONS, HEADGATE, 10.0, 250);

    Comparison comparison = only();

    assertThat(comparison.ratios()).containsExactly(2.0, 2.0);
    assertThat(comparison.subjectCost()).isCloseTo(0.03, EXACTLY);
    assertThat(comparison.otherCost()).isCloseTo(0.015, EXACTLY);
  }

  @Test
  void beside_a_program_with_several_configurations_its_cheapest_over_all_passes_counts() {
    for (int pass = 0; pass < 3; pass++) {
      slot(pass, DOWNLOAD, HEADGATE, 1, 1);
      slot(pass, DOWNLOAD, HAPROXY_COPY, pass == 0 ? 0.1 : 4, 1); // lucky once
      slot(pass, DOWNLOAD, HAPROXY_SPLICE, 2, 1);
    }

    Comparison comparison = only();

    assertThat(comparison.other()).isEqualTo(HAPROXY_SPLICE);
    assertThat(comparison.ratio()).isCloseTo(0.5, EXACTLY);
  }

  @Test
  void the_cheapest_configuration_may_differ_from_workload_to_workload() {
    slot(0, CONNECTIONS, HEADGATE, 1, 1);
    slot(0, CONNECTIONS, HAPROXY_COPY, 1, 1);
    slot(0, CONNECTIONS, HAPROXY_SPLICE, 2, 1);
    slot(0, DOWNLOAD, HEADGATE, 1, 1);
    slot(0, DOWNLOAD, HAPROXY_COPY, 2, 1);
    slot(0, DOWNLOAD, HAPROXY_SPLICE, 1, 1);

    assertThat(Comparison.of(slots, HEADGATE))
        .extracting(Comparison::other)
        .containsExactly(HAPROXY_COPY, HAPROXY_SPLICE);
  }

  @Test
  void each_other_program_has_a_comparison_of_its_own() {
    slot(0, CONNECTIONS, HEADGATE, 1, 1);
    slot(0, CONNECTIONS, NGINX, 4, 1);
    slot(0, CONNECTIONS, HAPROXY_COPY, 2, 1);

    assertThat(Comparison.of(slots, HEADGATE))
        .extracting(Comparison::other)
        .containsExactly(HAPROXY_COPY, NGINX);
    assertThat(Comparison.of(slots, HEADGATE))
        .extracting(Comparison::ratio)
        .containsExactly(0.5, 0.25);
  }

  @Test
  void of_an_open_loop_every_percentile_is_compared_and_each_with_the_best_configuration() {
    latency(HEADGATE, new Latency(100, 200, 300, 400, 7));
    latency(HAPROXY_COPY, new Latency(50, 400, 300, 400, 7));
    latency(HAPROXY_SPLICE, new Latency(200, 100, 300, 400, 7));

    List<Comparison> comparisons = Comparison.of(slots, HEADGATE);

    assertThat(comparisons)
        .extracting(Comparison::measure)
        .containsExactly(Measure.CPU, Measure.P50, Measure.P99, Measure.P999, Measure.MAX);
    assertThat(comparisons).extracting(Comparison::ratio).containsExactly(1.0, 2.0, 2.0, 1.0, 1.0);
    assertThat(comparisons.get(1).other()).isEqualTo(HAPROXY_COPY);
    assertThat(comparisons.get(2).other()).isEqualTo(HAPROXY_SPLICE);
  }

  @Test
  void every_way_to_run_headgate_is_compared_by_itself() {
    slot(0, CONNECTIONS, HEADGATE, 1, 1);
    slot(0, CONNECTIONS, HEADGATE_EPOLL, 2, 1);
    slot(0, CONNECTIONS, HEADGATE_IO_URING, 4, 1);

    assertThat(Comparison.of(slots, HEADGATE))
        .extracting(Comparison::ratio)
        .containsExactly(0.5, 0.25);
  }

  @Test
  void the_median_of_an_even_number_lies_between_the_middle_two() {
    assertThat(Comparison.median(List.of(1.0, 2.0, 4.0, 90.0))).isEqualTo(3.0);
    assertThat(Comparison.median(List.of(1.0, 2.0, 90.0))).isEqualTo(2.0);
  }

  private Comparison only() {
    List<Comparison> comparisons = Comparison.of(slots, HEADGATE);
    assertThat(comparisons).hasSize(1);
    return comparisons.getFirst();
  }

  private void latency(Subject.Kind subject, Latency latency) {
    var load = new Load(1, 0, "", Optional.of(latency));
    slots.add(new Slot(0, Workload.LATENCY, subject, 1, load, 0, 0));
  }

  private void slot(
      int pass, Workload workload, Subject.Kind subject, double cpuSeconds, double units) {
    slots.add(new Slot(pass, workload, subject, cpuSeconds, new Load(units, 0, ""), 0, 0));
  }
}
