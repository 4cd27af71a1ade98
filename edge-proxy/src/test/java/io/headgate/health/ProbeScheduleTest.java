package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProbeScheduleTest {
  private static final ProbeTarget TARGET = every(Duration.ofSeconds(2));

  @ParameterizedTest(name = "{0} good, {1} bad in a row: every {2} ms")
  @CsvSource({
    "1, 0,  500",
    "2, 0,  2000",
    "9, 0,  2000",
    "0, 1,  500",
    "0, 9,  500",
    "0, 10, 2000",
  })
  void asks_fast_until_it_is_clear_how_the_target_is(int good, int bad, long expectedMs) {
    Duration delay = ProbeSchedule.afterAnswer(status(good, bad), TARGET, 0.5);
    assertThat(delay).isEqualTo(Duration.ofMillis(expectedMs));
  }

  @Test
  void is_never_slower_than_the_interval_of_the_target() {
    ProbeTarget quick = every(Duration.ofMillis(100));
    assertThat(ProbeSchedule.afterAnswer(status(0, 1), quick, 0.5)).isEqualTo(quick.interval());
    assertThat(ProbeSchedule.again(quick, 0.5)).isEqualTo(quick.interval());
  }

  @Test
  void a_probe_that_did_not_count_is_repeated_fast() {
    assertThat(ProbeSchedule.again(TARGET, 0.5)).isEqualTo(ProbeSchedule.FAST);
  }

  @Test
  void jitter_is_a_fifth_either_way_and_uses_all_of_it() {
    var random = new Random(7);
    var delays =
        LongStream.range(0, 10_000)
            .map(_ ->
                ProbeSchedule.afterAnswer(status(2, 0), TARGET, random.nextDouble()).toMillis())
            .summaryStatistics();
    assertThat(delays.getMin()).isBetween(1600L, 1610L);
    assertThat(delays.getMax()).isBetween(2390L, 2400L);
    assertThat(delays.getAverage()).isBetween(1990.0, 2010.0);
  }

  @Test
  void few_new_targets_are_asked_at_once() {
    assertThat(ProbeSchedule.first(50, TARGET, 0.99)).isZero();
  }

  @Test
  void many_new_targets_are_spread_but_within_one_interval() {
    assertThat(ProbeSchedule.first(1_000, TARGET, 0.5)).isEqualTo(Duration.ofMillis(100));
    assertThat(ProbeSchedule.first(100_000, TARGET, 0.5)).isEqualTo(Duration.ofSeconds(1));
  }

  private static ProbeStatus status(int good, int bad) {
    Answer last = good > 0 ? Answer.GOOD : Answer.BAD;
    return new ProbeStatus(good, bad, last, true, "", Duration.ZERO);
  }

  private static ProbeTarget every(Duration interval) {
    return Targets.tcp(new InetSocketAddress("192.0.2.1", 80), interval, Duration.ofSeconds(1));
  }
}
