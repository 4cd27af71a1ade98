package io.headgate.testing;

import static io.headgate.testing.ProbeRecord.Outcome.ANSWERED;
import static io.headgate.testing.ProbeRecord.Outcome.REFUSED;
import static io.headgate.testing.ProbeRecord.Outcome.TIMED_OUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.ProbeRecord.Attempt;
import io.headgate.testing.ProbeRecord.Outcome;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
final class ProbeRecordTest {
  private static final ProbeRecord MOVED =
      new ProbeRecord(
          List.of(
              attempt(0, 1, ANSWERED, "a"),
              attempt(40, 45, ANSWERED, "b"),
              attempt(10, 910, TIMED_OUT, ""),
              attempt(20, 21, REFUSED, ""),
              attempt(30, 61, ANSWERED, "b")));

  private static Attempt attempt(long startMs, long endMs, Outcome outcome, String by) {
    InetAddress to = InetAddress.ofLiteral("192.0.2.100");
    return new Attempt(to, startMs * 1_000_000, endMs * 1_000_000, outcome, by);
  }

  @Test
  void a_gap_is_from_answer_to_answer_in_the_order_of_the_answers() {
    assertThat(MOVED.longestGap()).isEqualTo(Duration.ofMillis(44));
    assertThat(new ProbeRecord(List.of()).longestGap()).isZero();
  }

  @Test
  void what_was_not_answered_is_lost() {
    assertThat(MOVED.failures()).isEqualTo(2);
    assertThat(MOVED.outcomes()).isEqualTo(Map.of(ANSWERED, 3L, REFUSED, 1L, TIMED_OUT, 1L));
    assertThat(MOVED.answeredBy()).isEqualTo(Map.of("a", 1L, "b", 2L));
    assertThat(MOVED.moves()).isEqualTo(1);
  }

  @Test
  void the_last_attempts_tell_who_serves() {
    assertThat(MOVED.endsServedBy("b", 2)).isTrue();
    assertThat(MOVED.endsServedBy("b", 3)).isFalse();
    assertThat(MOVED.endsServedBy("a", 1)).isFalse();
    assertThat(MOVED.endsServedBy("b", 6)).isFalse();
  }

  @Test
  void a_later_part_can_be_looked_at_alone() {
    assertThat(MOVED.since(30_000_000).attempts()).hasSize(2);
    assertThat(MOVED.since(30_000_000).failures()).isZero();
  }
}
