package io.headgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.codahale.metrics.MetricRegistry;
import io.headgate.admin.MetricFamily.Sample;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MetricsTextTest {
  /** Every line of the text format as its specification has it. */
  private static final Pattern LINE =
      Pattern.compile(
          "# (HELP|TYPE) [a-z_]+ .+"
              + "|[a-z_]+(\\{[a-z_]+=\"([^\"\\\\\n]|\\\\[\\\\\"n])*\""
              + "(,[a-z_]+=\"([^\"\\\\\n]|\\\\[\\\\\"n])*\")*\\})? "
              + "(-?[0-9.]+(E-?[0-9]+)?|NaN|[+-]Inf)");

  static final List<MetricFamily> FAMILIES =
      List.of(
          new MetricFamily(
              "headgate_build_info",
              MetricFamily.Type.GAUGE,
              "What runs.",
              List.of(new Sample.Value(Map.of("version", "0.1.0"), 1))),
          new MetricFamily(
              "headgate_connections_total",
              MetricFamily.Type.COUNTER,
              "Connections accepted.",
              List.of(
                  new Sample.Value(Map.of("route", "http", "node", "node-1"), 12),
                  new Sample.Value(Map.of("route", "we\"ird\\\n", "node", "ä"), 3))),
          MetricFamily.gauge("headgate_connections", "Connections open now.", 4),
          new MetricFamily(
              "headgate_connect_seconds",
              MetricFamily.Type.HISTOGRAM,
              "Time to connect to a backend.",
              List.of(
                  new Sample.Histogram(
                      Map.of("route", "http"), List.of(0.001, 0.01), List.of(5L, 3L, 1L), 0.25))),
          new MetricFamily(
              "headgate_never_seen_total", MetricFamily.Type.COUNTER, "Nothing.", List.of()));

  @Test
  void families_are_written_in_the_order_of_their_names_with_cumulative_buckets() {
    assertThat(MetricsText.written(FAMILIES))
        .isEqualTo(
            """
            # HELP headgate_build_info What runs.
            # TYPE headgate_build_info gauge
            headgate_build_info{version="0.1.0"} 1
            # HELP headgate_connect_seconds Time to connect to a backend.
            # TYPE headgate_connect_seconds histogram
            headgate_connect_seconds_bucket{route="http",le="0.001"} 5
            headgate_connect_seconds_bucket{route="http",le="0.01"} 8
            headgate_connect_seconds_bucket{route="http",le="+Inf"} 9
            headgate_connect_seconds_count{route="http"} 9
            headgate_connect_seconds_sum{route="http"} 0.25
            # HELP headgate_connections Connections open now.
            # TYPE headgate_connections gauge
            headgate_connections 4.0
            # HELP headgate_connections_total Connections accepted.
            # TYPE headgate_connections_total counter
            headgate_connections_total{node="node-1",route="http"} 12.0
            headgate_connections_total{node="ä",route="we\\"ird\\\\\\n"} 3.0
            """);
  }

  @Test
  void every_line_is_of_the_format() {
    List<MetricFamily> jvm = JvmMetrics.in(new MetricRegistry()).families();
    assertThat((MetricsText.written(FAMILIES) + MetricsText.written(jvm)).lines())
        .allSatisfy(line -> assertThat(line).matches(LINE));
  }

  @Test
  void the_machine_tells_its_memory_collections_and_threads() {
    List<MetricFamily> jvm = JvmMetrics.in(new MetricRegistry()).families();
    assertThat(jvm).allSatisfy(family -> assertThat(family.samples()).isNotEmpty());
    assertThat(MetricsText.written(jvm))
        .containsPattern("headgate_jvm_memory_used_bytes\\{area=\"heap\"} [1-9]")
        .containsPattern("headgate_jvm_threads\\{state=\"runnable\"} [1-9]")
        .containsPattern("headgate_jvm_gc_collections_total\\{collector=\".+\"} [0-9]")
        .containsPattern("headgate_jvm_classes_loaded [1-9]");
  }

  @Test
  void two_families_of_one_name_are_a_bug() {
    MetricFamily family = MetricFamily.gauge("headgate_connections", "Twice.", 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricsText.written(List.of(family, family)))
        .withMessageContaining("headgate_connections is there twice");
  }

  @Test
  void a_name_that_breaks_the_rules_is_a_bug() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricFamily.counter("headgate_connections", "No _total.", 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricFamily.gauge("headgate_connections_total", "A gauge.", 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricFamily.gauge("headgate-connections", "A dash.", 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sample.Histogram(Map.of(), List.of(1.0), List.of(1L), 1));
  }
}
