package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.kubernetes.RemovalBrake.Verdict;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RemovalBrakeTest {
  private static final Duration HOLD = Duration.ofSeconds(30);

  @Test
  void a_few_that_are_missing_are_gone() {
    assertThat(judge(Set.of(), 5)).isEqualTo(believed());
    assertThat(judge(Set.of("a", "b"), 4)).isEqualTo(believed());
    assertThat(judge(Set.of("a", "b"), 3)).isEqualTo(believed());
  }

  @Test
  void more_than_half_of_four_are_kept_for_a_while() {
    Set<String> missing = Set.of("a", "b", "c");
    assertThat(judge(missing, 4))
        .isEqualTo(new Verdict(missing, OptionalLong.of(100 + HOLD.toNanos())));
  }

  @Test
  void all_of_one_is_kept_for_a_while() {
    assertThat(judge(Set.of("a"), 1).kept()).containsExactly("a");
  }

  @Test
  void a_list_that_says_so_again_is_believed_only_after_the_while() {
    Set<String> missing = Set.of("a", "b", "c");
    OptionalLong until = judge(missing, 4).untilNs();
    assertThat(RemovalBrake.judge(missing, 4, until, until.getAsLong() - 1, HOLD))
        .isEqualTo(new Verdict(missing, until));
    assertThat(RemovalBrake.judge(missing, 4, until, until.getAsLong(), HOLD))
        .isEqualTo(believed());
  }

  @Test
  void a_list_that_is_whole_again_ends_the_doubt() {
    assertThat(RemovalBrake.judge(Set.of(), 4, OptionalLong.of(1_000), 200, HOLD))
        .isEqualTo(believed());
  }

  private static Verdict judge(Set<String> missing, int before) {
    return RemovalBrake.judge(missing, before, OptionalLong.empty(), 100, HOLD);
  }

  private static Verdict believed() {
    return new Verdict(Set.of(), OptionalLong.empty());
  }
}
