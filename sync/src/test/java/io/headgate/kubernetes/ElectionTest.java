package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.kubernetes.Election.Turn;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ElectionTest {
  private static final Instant NOW = Instant.parse("2026-11-22T21:00:00.123456789Z");
  private static final long START = Long.MAX_VALUE - 7; // nanoTime may wrap at any moment

  private final Election fresh = Election.of("a_1", Election.Times.DEFAULT, START);

  @Test
  void where_there_is_no_Lease_it_is_made() {
    assertThat(fresh.next(START, NOW)).isEqualTo(new Turn.Read());
    Election absent = fresh.read(Optional.empty(), at(1));
    assertThat(absent.next(at(1), NOW))
        .isEqualTo(
            new Turn.Create(
                new LeaseRecord(
                    "",
                    "a_1",
                    15,
                    "2026-11-22T21:00:00.123456Z",
                    "2026-11-22T21:00:00.123456Z",
                    0)));
    assertThat(absent.mayWrite(at(1))).isFalse();
  }

  @Test
  void the_holder_writes_until_ten_seconds_after_it_sent_its_last_renewal() {
    Election holder = fresh.written(lease("2", "a_1"), at(1), at(4));
    assertThat(holder.mayWrite(at(10.9))).isTrue();
    assertThat(holder.mayWrite(at(11))).isFalse();
    assertThat(holder.next(at(5.9), NOW)).isEqualTo(new Turn.Wait(at(6)));
    assertThat(holder.next(at(6), NOW)).isInstanceOf(Turn.Update.class);
  }

  @Test
  void what_another_holds_is_let_alone_for_fifteen_seconds_after_it_was_last_seen_to_change() {
    Election other = fresh.read(Optional.of(lease("2", "b_1")), at(0));
    assertThat(other.next(at(1), NOW)).isEqualTo(new Turn.Wait(at(5)));
    other = other.read(Optional.of(lease("3", "b_1")), at(5));
    other = other.read(Optional.of(lease("3", "b_1")), at(10));
    other = other.read(Optional.of(lease("3", "b_1")), at(15));
    assertThat(other.next(at(19.9), NOW)).isEqualTo(new Turn.Wait(at(20)));
    assertThat(other.next(at(20), NOW))
        .isInstanceOfSatisfying(
            Turn.Update.class,
            update -> {
              assertThat(update.lease().holder()).isEqualTo("a_1");
              assertThat(update.lease().version()).isEqualTo("3");
              assertThat(update.lease().transitions()).isEqualTo(8);
            });
  }

  @Test
  void what_was_handed_back_is_taken_at_once() {
    Election free = fresh.read(Optional.of(lease("2", "")), at(0));
    assertThat(free.next(at(0), NOW)).isInstanceOf(Turn.Update.class);
  }

  @Test
  void who_reads_that_another_holds_it_stops_writing_at_once() {
    Election holder = fresh.written(lease("2", "a_1"), at(1), at(1));
    Election ousted = holder.read(Optional.of(lease("3", "b_1")), at(2));
    assertThat(ousted.mayWrite(at(2))).isFalse();
    assertThat(holder.read(Optional.empty(), at(2)).mayWrite(at(2))).isFalse();
  }

  @Test
  void after_a_renewal_without_an_answer_it_looks_before_it_renews_again() {
    Election holder = fresh.written(lease("2", "a_1"), at(1), at(1));
    Election unsure = holder.failed(Failure.of("timeout"), false, at(7));
    assertThat(unsure.next(at(8.9), NOW)).isEqualTo(new Turn.Wait(at(9)));
    assertThat(unsure.next(at(9), NOW)).isEqualTo(new Turn.Read());
    assertThat(unsure.mayWrite(at(10.9))).isTrue();
    Election found = unsure.read(Optional.of(lease("3", "a_1")), at(9));
    assertThat(found.next(at(9), NOW)).isInstanceOf(Turn.Update.class);
    assertThat(found.mayWrite(at(11))).as("a read renews nothing").isFalse();
  }

  @Test
  void a_missing_right_or_namespace_that_stays_missing_is_said_and_tried_again_slowly() {
    Failure forbidden = new Failure(403, "403 Forbidden: no", Duration.ZERO);
    Election refused = fresh.failed(forbidden, false, at(0));
    assertThat(refused.problem()).contains("Forbidden");
    assertThat(refused.next(at(0), NOW)).isEqualTo(new Turn.Wait(at(2)));
    for (int i = 0; i < 4; i++) {
      refused = refused.failed(forbidden, false, at(0));
    }
    assertThat(refused.next(at(19), NOW)).isEqualTo(new Turn.Wait(at(20)));
    Failure missing = new Failure(404, "404 NotFound: namespaces", Duration.ZERO);
    assertThat(refused.failed(missing, true, at(0)).next(at(19), NOW))
        .isEqualTo(new Turn.Wait(at(20)));
  }

  @Test
  void a_server_that_refuses_for_a_moment_after_its_start_is_asked_again_at_once() {
    Failure forbidden = new Failure(403, "403 Forbidden: no RBAC policy matched", Duration.ZERO);
    Election holder = fresh.written(lease("2", "a_1"), at(1), at(1));
    Election refused = holder.failed(forbidden, false, at(5));
    assertThat(refused.next(at(5), NOW)).isEqualTo(new Turn.Wait(at(7)));
    assertThat(refused.next(at(7), NOW)).isEqualTo(new Turn.Read());
    Election again = refused.read(Optional.of(lease("2", "a_1")), at(7));
    assertThat(again.failed(forbidden, false, at(8)).next(at(8), NOW))
        .as("it had been allowed meanwhile")
        .isEqualTo(new Turn.Wait(at(10)));
  }

  @Test
  void only_the_holder_hands_it_back() {
    assertThat(fresh.release(NOW)).isEmpty();
    assertThat(fresh.read(Optional.of(lease("2", "b_1")), at(0)).release(NOW)).isEmpty();
    Election holder = fresh.written(lease("2", "a_1"), at(1), at(1));
    assertThat(holder.release(NOW))
        .hasValueSatisfying(lease -> assertThat(lease.holder()).isEmpty());
  }

  private static LeaseRecord lease(String version, String holder) {
    return new LeaseRecord(version, holder, 15, "", "", 7);
  }

  private static long at(double seconds) {
    return START + (long) (seconds * 1e9);
  }
}
