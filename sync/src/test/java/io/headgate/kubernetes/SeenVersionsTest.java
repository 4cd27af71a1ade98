package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SeenVersionsTest {
  private final SeenVersions seen = new SeenVersions();

  @Test
  void only_what_is_newer_is_news() {
    seen.listed(Map.of("a", "9"), Set.of());
    assertThat(seen.put("a", "8")).isFalse();
    assertThat(seen.put("a", "9")).isFalse();
    assertThat(seen.put("a", "10")).isTrue();
    assertThat(seen.remove("a", "10")).isFalse();
    assertThat(seen.remove("a", "11")).isTrue();
    assertThat(seen.remove("a", "12")).isFalse();
  }

  @Test
  void a_late_change_does_not_revive_what_is_deleted_and_a_late_deletion_not_end_what_is_new() {
    seen.put("a", "5");
    seen.remove("a", "7");
    assertThat(seen.put("a", "6")).isFalse();
    assertThat(seen.put("a", "8")).isTrue();
    assertThat(seen.remove("a", "7")).isFalse();
    assertThat(seen.keys()).containsExactly("a");
  }

  @Test
  void a_list_counts_even_if_it_is_older() {
    seen.listed(Map.of("a", "90", "b", "91"), Set.of());
    seen.listed(Map.of("a", "5"), Set.of());
    assertThat(seen.keys()).containsExactly("a");
    assertThat(seen.put("a", "6")).isTrue();
    assertThat(seen.put("b", "7")).isTrue();
  }

  @Test
  void what_a_list_leaves_out_is_missing_unless_it_is_kept() {
    seen.listed(Map.of("a", "1", "b", "2"), Set.of());
    assertThat(seen.missingFrom(Set.of("b", "c"))).containsExactly("a");
    seen.listed(Map.of("b", "2"), Set.of("a"));
    assertThat(seen.keys()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void versions_that_are_no_numbers_are_always_news() {
    seen.put("a", "abc");
    assertThat(seen.put("a", "abc")).isTrue();
    assertThat(SeenVersions.later("5", "x")).isEqualTo("x");
    assertThat(SeenVersions.later("x", "5")).isEqualTo("5");
    assertThat(SeenVersions.later("10", "9")).isEqualTo("10");
    assertThat(SeenVersions.later("9", "10")).isEqualTo("10");
  }

  @Test
  void the_dead_are_not_remembered_without_end() {
    for (int i = 0; i < 5_000; i++) {
      seen.put("k" + i, "1");
      seen.remove("k" + i, "2");
    }
    assertThat(seen.put("k0", "1")).isTrue();
    assertThat(seen.put("k4999", "1")).isFalse();
  }
}
