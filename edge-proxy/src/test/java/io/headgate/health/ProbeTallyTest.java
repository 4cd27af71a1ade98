package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeStatus.Answer;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProbeTallyTest {
  @Test
  void good_answers_count_up_and_end_the_failures() {
    assertThat(after(Answer.REFUSED, Answer.BAD, Answer.GOOD, Answer.GOOD))
        .isEqualTo(new ProbeStatus(2, 0, Answer.GOOD, true, "GOOD answer 4", Duration.ofMillis(4)));
  }

  @Test
  void whatever_is_not_good_counts_up_the_failures_and_ends_the_successes() {
    ProbeStatus status = after(Answer.GOOD, Answer.UNAVAILABLE, Answer.TIMED_OUT, Answer.BAD);
    assertThat(status.successes()).isZero();
    assertThat(status.failures()).isEqualTo(3);
    assertThat(status.last()).isEqualTo(Answer.BAD);
  }

  @ParameterizedTest
  @EnumSource(names = {"GOOD", "UNAVAILABLE", "BAD"})
  void once_somebody_has_spoken_there_it_is_remembered(Answer spoken) {
    assertThat(after(Answer.REFUSED, spoken, Answer.REFUSED).everAnswered()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"REFUSED", "TIMED_OUT", "UNREACHABLE"})
  void a_network_that_says_no_is_nobody_who_speaks(Answer answer) {
    assertThat(after(answer, answer).everAnswered()).isFalse();
  }

  @Test
  void only_what_may_decide_makes_a_difference() {
    ProbeStatus twice = after(Answer.GOOD, Answer.GOOD);
    ProbeStatus slower =
        new ProbeStatus(2, 0, Answer.GOOD, true, "GOOD but slower", Duration.ofMillis(900));
    assertThat(ProbeTally.differ(twice, slower)).isFalse();
    assertThat(ProbeTally.differ(twice, after(Answer.GOOD))).isTrue();
    assertThat(ProbeTally.differ(after(Answer.BAD), after(Answer.REFUSED))).isTrue();
    assertThat(ProbeTally.differ(after(Answer.BAD), after(Answer.BAD, Answer.BAD))).isTrue();
    assertThat(ProbeTally.differ(after(Answer.REFUSED), after(Answer.GOOD, Answer.REFUSED)))
        .isTrue();
  }

  @Test
  void a_run_longer_than_ten_makes_no_difference_any_more() {
    assertThat(ProbeTally.differ(good(9), good(10))).isTrue();
    assertThat(ProbeTally.differ(good(10), good(11))).isFalse();
  }

  private static ProbeStatus good(int times) {
    return new ProbeStatus(times, 0, Answer.GOOD, true, "", Duration.ZERO);
  }

  private static ProbeStatus after(Answer... answers) {
    ProbeStatus status = ProbeStatus.NONE;
    for (int i = 1; i <= answers.length; i++) {
      Answer kind = answers[i - 1];
      status =
          ProbeTally.after(
              status, new ProbeAnswer(kind, kind + " answer " + i, Duration.ofMillis(i)));
    }
    return status;
  }
}
