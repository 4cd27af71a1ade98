package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.PassiveStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PassiveObservationTest {
  /** Near the end of the clock, so that every deadline is on the far side of its wrap. */
  private static final long START_NS = Long.MAX_VALUE - 1_000;

  private long nowNs = START_NS;
  private PassiveObservation seen = PassiveObservation.firstFailure(START_NS);

  @Test
  void two_failures_are_counted_and_eject_nothing() {
    fails();
    assertThat(status().connectFailures()).isEqualTo(2);
    assertThat(status().ejected(nowNs)).isFalse();
  }

  @Test
  void the_third_failure_in_a_row_ejects_for_five_seconds() {
    fails();
    fails();
    assertThat(status().ejected(nowNs)).isTrue();
    assertThat(status().ejected(nowNs + Duration.ofMillis(4_999).toNanos())).isTrue();
    assertThat(status().ejected(nowNs + Duration.ofSeconds(5).toNanos())).isFalse();
  }

  @Test
  void failures_during_an_ejection_do_not_prolong_it() {
    fails();
    fails();
    PassiveStatus ejected = status();
    after(Duration.ofSeconds(1));
    fails();
    assertThat(status().ejections()).isEqualTo(1);
    assertThat(status().ejectedUntilNs()).isEqualTo(ejected.ejectedUntilNs());
    assertThat(status().connectFailures()).isEqualTo(4);
  }

  @Test
  void one_more_failure_after_each_ejection_doubles_the_next_up_to_a_minute() {
    fails();
    fails();
    List<Long> seconds = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      seconds.add(Duration.ofNanos(status().ejectedUntilNs() - nowNs).toSeconds());
      nowNs = status().ejectedUntilNs();
      fails();
    }
    assertThat(seconds).containsExactly(5L, 10L, 20L, 40L, 60L, 60L, 60L);
    assertThat(status().ejections()).isEqualTo(8);
  }

  @Test
  void five_quiet_minutes_after_the_ejection_the_past_is_forgotten() {
    fails();
    fails();
    nowNs = status().ejectedUntilNs();
    after(Duration.ofMinutes(5).minusNanos(1));
    assertThat(seen.forgotten(nowNs)).isFalse();
    after(Duration.ofNanos(1));
    assertThat(seen.forgotten(nowNs)).isTrue();

    fails();
    assertThat(seen).isEqualTo(PassiveObservation.firstFailure(nowNs));
  }

  @Test
  void an_ejection_of_a_minute_is_not_forgotten_while_it_lasts() {
    fails();
    fails();
    assertThat(seen.forgotten(nowNs)).isFalse();
    assertThat(seen.forgotten(nowNs + Duration.ofSeconds(3).toNanos())).isFalse();
  }

  @Test
  void single_failures_minutes_apart_never_add_up() {
    for (int i = 0; i < 10; i++) {
      after(Duration.ofMinutes(5));
      fails();
    }
    assertThat(status()).isEqualTo(new PassiveStatus(1, 0, 0));
  }

  @Test
  void what_decides_does_not_change_with_every_further_failure() {
    fails();
    fails();
    PassiveStatus decisive = seen.decisive();
    fails();
    assertThat(seen.decisive()).isEqualTo(decisive);
    assertThat(status()).isNotEqualTo(decisive);
  }

  private void fails() {
    seen = seen.failed(nowNs);
  }

  private void after(Duration duration) {
    nowNs += duration.toNanos();
  }

  private PassiveStatus status() {
    return seen.status();
  }
}
