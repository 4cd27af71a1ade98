package io.headgate.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AnnouncementScheduleTest {
  private static final long BEGIN_NS = Long.MAX_VALUE - 5; // a monotonic clock may pass the end

  @Test
  void five_within_a_second_then_each_second_for_ten_then_each_half_minute() {
    AnnouncementSchedule schedule = AnnouncementSchedule.begin(BEGIN_NS);
    List<Long> atMs = new ArrayList<>();
    for (int i = 0; i < 18; i++) {
      atMs.add(Duration.ofNanos(schedule.dueNs() - BEGIN_NS).toMillis());
      schedule = schedule.sentAt(schedule.dueNs());
    }
    assertThat(atMs)
        .containsExactly(
            0L, 200L, 400L, 600L, 800L, 1_000L, 2_000L, 3_000L, 4_000L, 5_000L, 6_000L, 7_000L,
            8_000L, 9_000L, 10_000L, 40_000L, 70_000L, 100_000L);
  }

  @Test
  void what_a_late_thread_has_missed_is_not_sent_all_at_once() {
    AnnouncementSchedule late =
        AnnouncementSchedule.begin(0).sentAt(Duration.ofMillis(2_500).toNanos());
    assertThat(late.dueNs()).isEqualTo(Duration.ofSeconds(3).toNanos());
  }
}
