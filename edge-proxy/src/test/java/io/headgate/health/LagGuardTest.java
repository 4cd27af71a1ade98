package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LagGuardTest {
  private static final long MS = 1_000_000;

  private final LagGuard guard = new LagGuard();

  @Test
  void a_process_that_is_on_time_was_never_slow() {
    guard.woke(1_000 * MS, 1_199 * MS);
    guard.beatSent(1_200 * MS);
    guard.beatReturned(1_400 * MS);
    assertThat(guard.slowWithin(0, 1_400 * MS)).isFalse();
  }

  @Test
  void waking_much_too_late_is_slow() {
    guard.woke(1_000 * MS, 1_201 * MS);
    assertThat(guard.slowWithin(500 * MS, 1_500 * MS)).isTrue();
  }

  @Test
  void what_began_after_the_slowness_is_not_excused_by_it() {
    guard.woke(1_000 * MS, 1_201 * MS);
    assertThat(guard.slowWithin(1_202 * MS, 2_202 * MS)).isFalse();
  }

  @Test
  void a_beat_that_returns_late_is_slow() {
    guard.beatSent(1_000 * MS);
    guard.beatReturned(1_300 * MS);
    assertThat(guard.slowWithin(1_100 * MS, 2_100 * MS)).isTrue();
  }

  @Test
  void a_beat_that_does_not_return_is_slow() {
    guard.beatSent(1_000 * MS);
    assertThat(guard.slowWithin(500 * MS, 1_200 * MS)).isFalse();
    assertThat(guard.slowWithin(500 * MS, 1_201 * MS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MIN_VALUE, -1, Long.MAX_VALUE - 50 * MS})
  void beats_follow_each_other_at_a_distance_and_never_overtake(long startNs) {
    assertThat(guard.nextBeatNs(startNs)).as("the first at once").isEqualTo(startNs);
    guard.beatSent(startNs);
    assertThat(guard.nextBeatNs(startNs + MS) - startNs)
        .as("none while one is under way")
        .isGreaterThan(1_000_000 * MS);
    guard.beatReturned(startNs + 2 * MS);
    assertThat(guard.nextBeatNs(startNs + 3 * MS) - startNs).isEqualTo(100 * MS);
    assertThat(guard.nextBeatNs(startNs + 400 * MS) - startNs).isEqualTo(400 * MS);
  }
}
