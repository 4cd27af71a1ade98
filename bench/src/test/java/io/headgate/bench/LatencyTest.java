package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LatencyTest {
  @Test
  void a_percentile_is_the_least_value_that_so_many_do_not_exceed() {
    long[] thousand = LongStream.rangeClosed(1, 1000).toArray();

    assertThat(Latency.percentile(thousand, 500)).isEqualTo(500);
    assertThat(Latency.percentile(thousand, 990)).isEqualTo(990);
    assertThat(Latency.percentile(thousand, 999)).isEqualTo(999);
    assertThat(Latency.percentile(thousand, 1000)).isEqualTo(1000);
  }

  @Test
  void of_few_values_the_high_percentiles_are_the_greatest() {
    assertThat(Latency.percentile(new long[] {7}, 500)).isEqualTo(7);
    assertThat(Latency.percentile(new long[] {1, 2, 9}, 990)).isEqualTo(9);
  }

  @Test
  void answers_and_lags_may_come_in_any_order() {
    Latency latency = Latency.of(new long[] {30, 10, 20}, new long[] {2, 9, 1});

    assertThat(latency).isEqualTo(new Latency(20, 30, 30, 30, 9));
    assertThat(Latency.parse(latency.word())).isEqualTo(latency);
  }
}
