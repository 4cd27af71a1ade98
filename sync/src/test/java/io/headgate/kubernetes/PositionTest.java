package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PositionTest {
  private static final WatchSettings SETTINGS = WatchSettings.DEFAULT;
  private static final Failure REFUSED = Failure.of("connection refused");
  private static final Failure EXPIRED = new Failure(410, "Expired", Duration.ZERO);
  private static final Position LISTED = Position.START.listed("100", 0, OptionalLong.empty());

  @Test
  void it_begins_with_a_list_at_once() {
    assertThat(Position.START.listNext(0, SETTINGS.relistAfter())).isTrue();
    assertThat(Position.START.pause(SETTINGS, 1)).isZero();
  }

  @Test
  void after_a_list_it_watches_from_there_at_once() {
    assertThat(LISTED.version()).hasValue("100");
    assertThat(LISTED.listNext(1, SETTINGS.relistAfter())).isFalse();
    assertThat(LISTED.pause(SETTINGS, 1)).isZero();
  }

  @Test
  void a_watch_that_worked_goes_on_from_where_it_ended_without_a_pause() {
    for (Position next :
        new Position[] {LISTED.watchEnded("120", true), LISTED.watchFailed("120", true, REFUSED)}) {
      assertThat(next.version()).hasValue("120");
      assertThat(next.pause(SETTINGS, 1)).isZero();
    }
  }

  @Test
  void the_pause_doubles_from_a_fifth_of_a_second_to_ten_seconds() {
    Position position = Position.START;
    for (int millis : new int[] {200, 400, 800, 1600, 3200, 6400, 10_000, 10_000}) {
      position = position.listFailed(REFUSED);
      assertThat(position.pause(SETTINGS, 1)).isEqualTo(Duration.ofMillis(millis));
      assertThat(position.pause(SETTINGS, 0)).isEqualTo(Duration.ofMillis(millis / 2));
    }
    for (int i = 0; i < 10_000; i++) {
      position = position.listFailed(REFUSED);
    }
    assertThat(position.pause(SETTINGS, 1)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void the_servers_wish_for_rest_is_granted_within_reason() {
    Position wish = Position.START.listFailed(new Failure(429, "", Duration.ofSeconds(7)));
    assertThat(wish.pause(SETTINGS, 0)).isEqualTo(Duration.ofSeconds(7));
    assertThat(wish.pause(SETTINGS, 1)).isEqualTo(Duration.ofMillis(7700));
    Position absurd = Position.START.listFailed(new Failure(429, "", Duration.ofDays(7)));
    assertThat(absurd.pause(SETTINGS, 0)).isEqualTo(SETTINGS.longestRetryAfter());
    assertThat(wish.listFailed(REFUSED).pause(SETTINGS, 0)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void an_expired_or_future_version_leads_to_a_list() {
    Failure future = new Failure(504, "ResourceVersionTooLarge", Duration.ofSeconds(1));
    assertThat(LISTED.watchFailed("120", true, EXPIRED).listNext(1, SETTINGS.relistAfter()))
        .isTrue();
    assertThat(LISTED.watchFailed("100", false, future).listNext(1, SETTINGS.relistAfter()))
        .isTrue();
  }

  @Test
  void a_watch_that_fails_again_and_again_leads_to_a_list_that_does_not_end_the_row() {
    Position position = LISTED;
    for (int i = 0; i < 3; i++) {
      assertThat(position.listNext(1, SETTINGS.relistAfter())).isFalse();
      position = position.watchFailed("100", false, REFUSED);
    }
    assertThat(position.listNext(1, SETTINGS.relistAfter())).isTrue();
    Position relisted = position.listed("130", 2, OptionalLong.empty());
    assertThat(relisted.failures()).isEqualTo(3);
    assertThat(relisted.pause(SETTINGS, 1)).isZero();
    assertThat(relisted.watchEnded("130", false).pause(SETTINGS, 1))
        .isEqualTo(Duration.ofMillis(1600));
    assertThat(relisted.watchEnded("131", true).failures()).isZero();
  }

  @Test
  void a_list_is_due_when_its_time_has_come_or_when_one_was_doubted() {
    long half = SETTINGS.relistAfter().toNanos() / 2;
    assertThat(LISTED.listNext(2 * half, SETTINGS.relistAfter())).isTrue();
    assertThat(LISTED.untilRelist(half, SETTINGS.relistAfter()).toNanos()).isEqualTo(half);
    Position doubted = Position.START.listed("100", 0, OptionalLong.of(1_000));
    assertThat(doubted.untilRelist(0, SETTINGS.relistAfter()).toNanos()).isEqualTo(1_000);
    assertThat(doubted.listNext(999, SETTINGS.relistAfter())).isFalse();
    assertThat(doubted.listNext(1_000, SETTINGS.relistAfter())).isTrue();
  }
}
