package io.headgate.takeover.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.takeover.peer.WatchEvent.DialFailure;
import io.headgate.takeover.peer.WatchEvent.Ending;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Time is in milliseconds here, from a start near the wrap of the clock. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LifelineWatchTest {
  private final LifelineWatch watch = new LifelineWatch(PeerTimings.DEFAULT);

  @Test
  void nothing_is_dialled_before_it_is_offered() {
    assertThat(watch.dials(at(0))).isFalse();
    assertThat(watch.wakeAtNs()).isEmpty();
  }

  @Test
  void what_is_offered_is_dialled_once_and_held() {
    watch.offered(at(0));
    assertThat(watch.wakeAtNs()).hasValue(at(0));
    assertThat(watch.dials(at(0))).isTrue();
    assertThat(watch.dials(at(1))).isFalse();
    assertThat(watch.held()).isFalse();
    watch.connected(at(2));
    assertThat(watch.held()).isTrue();
    assertThat(watch.wakeAtNs()).isEmpty();
  }

  @Test
  void a_close_and_a_refusal_at_once_mean_death() {
    closed(0, 500);
    assertThat(watch.held()).isFalse();
    assertThat(watch.failed(at(501), DialFailure.REFUSED)).isTrue();
    assertThat(watch.wakeAtNs()).as("it may turn out to live").hasValue(at(501 + 5000));
  }

  @ParameterizedTest
  @EnumSource(
      value = DialFailure.class,
      mode = Mode.EXCLUDE,
      names = {"REFUSED", "CUT_SHORT"})
  void a_close_and_anything_else_mean_nothing(DialFailure why) {
    closed(0, 500);
    assertThat(watch.failed(at(501), why)).isFalse();
    assertThat(watch.wakeAtNs()).hasValue(at(501 + 5000));
    assertThat(watch.dials(at(501 + 5000))).isTrue();
    assertThat(watch.failed(at(501 + 5000), DialFailure.REFUSED)).as("too late").isFalse();
  }

  @Test
  void a_listener_that_is_closed_after_its_connections_is_asked_again() {
    closed(0, 500);
    long beforeMs = 500;
    for (long ms : new long[] {502, 506, 514}) {
      assertThat(watch.failed(at(beforeMs), DialFailure.CUT_SHORT)).isFalse();
      beforeMs = ms;
      assertThat(watch.dials(at(ms - 1))).isFalse();
      assertThat(watch.dials(at(ms))).isTrue();
    }
    assertThat(watch.failed(at(514), DialFailure.REFUSED)).isTrue();
  }

  @Test
  void it_is_asked_four_times() {
    closed(0, 500);
    for (int i = 0; i < 3; i++) {
      assertThat(watch.failed(at(500), DialFailure.CUT_SHORT)).isFalse();
      assertThat(watch.dials(at(600))).isTrue();
    }
    assertThat(watch.failed(at(600), DialFailure.CUT_SHORT)).isFalse();
    assertThat(watch.wakeAtNs()).hasValue(at(600 + 5000));
  }

  @Test
  void a_close_and_an_answer_mean_life() {
    closed(0, 500);
    watch.connected(at(501));
    assertThat(watch.held()).isTrue();
  }

  @Test
  void an_error_of_the_network_asks_nothing() {
    held(0);
    watch.ended(at(10_000), Ending.CUT);
    assertThat(watch.dials(at(14_999))).isFalse();
    assertThat(watch.dials(at(15_000))).isTrue();
    assertThat(watch.failed(at(15_001), DialFailure.REFUSED)).isFalse();
  }

  @Test
  void a_lifeline_that_is_taken_from_us_is_not_dialled_again_and_again() {
    held(0);
    watch.ended(at(499), Ending.CLOSED);
    assertThat(watch.wakeAtNs()).hasValue(at(499 + 5000));
  }

  @Test
  void what_was_held_long_is_soon_dialled_again_however_often_it_was_dialled_in_vain() {
    watch.offered(at(0));
    for (int i = 0; i < 5; i++) {
      watch.failed(at(0), DialFailure.TIMED_OUT);
    }
    watch.connected(at(0));
    watch.ended(at(1000), Ending.CUT);
    assertThat(watch.wakeAtNs()).hasValue(at(1000 + 5000));
  }

  @Test
  void what_is_refused_from_the_first_is_dialled_ever_more_seldom() {
    watch.offered(at(0));
    long ms = 0;
    for (int pauseMs : new int[] {5_000, 10_000, 20_000, 40_000, 40_000}) {
      assertThat(watch.dials(at(ms))).isTrue();
      assertThat(watch.failed(at(ms), DialFailure.REFUSED)).isFalse();
      ms += pauseMs;
      assertThat(watch.wakeAtNs()).hasValue(at(ms));
    }
  }

  @Test
  void another_process_begins_anew() {
    held(0);
    watch.offered(at(10));
    assertThat(watch.held()).isFalse();
    assertThat(watch.dials(at(10))).isTrue();
    watch.absent();
    assertThat(watch.wakeAtNs()).isEmpty();
  }

  /** Held, closed, and dialled again at once. */
  private void closed(long heldMs, long closedMs) {
    held(heldMs);
    watch.ended(at(closedMs), Ending.CLOSED);
    assertThat(watch.dials(at(closedMs))).isTrue();
  }

  private void held(long sinceMs) {
    watch.offered(at(sinceMs));
    assertThat(watch.dials(at(sinceMs))).isTrue();
    watch.connected(at(sinceMs));
  }

  private static long at(long ms) {
    return Long.MAX_VALUE - 2_000_000_000L + ms * 1_000_000;
  }
}
