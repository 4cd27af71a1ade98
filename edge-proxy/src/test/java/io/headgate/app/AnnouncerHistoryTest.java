package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.kubernetes.Announcers;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AnnouncerHistoryTest {
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.10");
  private static final int TURN_MS = 200;

  private long nowNs = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();
  private AnnouncerHistory history = AnnouncerHistory.of(nowNs);

  /** What was told, each time that it was something else. */
  private final List<Announcers> told = new ArrayList<>();

  @Test
  void who_has_an_address_for_two_seconds_is_told() {
    sees(1_800, "a");
    assertThat(told).containsExactly(Announcers.UNKNOWN);
    sees(400, "a");
    assertThat(told.getLast().edges()).containsOnly(Map.entry(ADDRESS, Set.of("a")));
  }

  @Test
  void a_takeover_is_told_once_however_long_it_takes() {
    sees(12_000, "a");
    told.clear();
    sees(4_000); // an edge is silent, and the other waits for three advertisements
    sees(3_400, "a", "b"); // what the first said last, and what the second does
    sees(8_000, "b");
    assertThat(told).containsExactly(names("a"), names("b"));
  }

  @Test
  void a_takeover_that_is_taken_back_at_once_is_not_told() {
    sees(12_000, "a");
    told.clear();
    sees(1_000, "b");
    sees(8_000, "a");
    assertThat(told).containsExactly(names("a"));
  }

  @Test
  void an_address_that_nobody_takes_has_nobody_after_ten_seconds() {
    sees(12_000, "a");
    sees(9_800);
    assertThat(told.getLast()).isEqualTo(names("a"));
    sees(600);
    assertThat(told.getLast()).isEqualTo(new Announcers(Map.of(), true));
    assertThat(history.rows()).isEmpty();
  }

  @Test
  void right_after_the_start_that_nobody_is_known_means_nothing() {
    sees(9_800);
    assertThat(told).containsExactly(Announcers.UNKNOWN);
    sees(400);
    assertThat(told.getLast()).isEqualTo(new Announcers(Map.of(), true));
  }

  @Test
  void several_edges_may_announce_an_address() {
    sees(12_000, "a", "b");
    assertThat(told.getLast()).isEqualTo(names("a", "b"));
    sees(9_800, "a", "b", "c");
    assertThat(told.getLast()).as("one more may be one less soon").isEqualTo(names("a", "b"));
    sees(600, "a", "b", "c");
    assertThat(told.getLast()).isEqualTo(names("a", "b", "c"));
    sees(2_400, "b", "c");
    assertThat(told.getLast()).isEqualTo(names("b", "c"));
  }

  private static Announcers names(String... edges) {
    return new Announcers(Map.of(ADDRESS, Set.of(edges)), true);
  }

  private void sees(int forMs, String... edges) {
    for (int ms = 0; ms < forMs; ms += TURN_MS) {
      history = history.after(edges.length == 0 ? Map.of() : Map.of(ADDRESS, Set.of(edges)), nowNs);
      Announcers now = history.announcers(nowNs);
      if (told.isEmpty() || !told.getLast().equals(now)) {
        told.add(now);
      }
      nowNs += Duration.ofMillis(TURN_MS).toNanos();
    }
  }
}
