package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProbeTarget.Kind;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProbeQueueTest {
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final ProbeTarget TARGET =
      Targets.tcp(new InetSocketAddress("192.0.2.1", 80), INTERVAL, TIMEOUT);

  private final LagGuard lag = new LagGuard();
  private final Map<ProbeTarget, ProbeStatus> statuses = new HashMap<>();
  private final Deque<Probe> launched = new ArrayDeque<>();
  private final List<ProbeTarget> asked = new ArrayList<>();
  private final ProbeQueue queue = new ProbeQueue(100, lag, new Random(11), this::launch, statuses);
  private long nowNs = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();

  @Test
  void the_first_probe_is_at_once_and_the_next_only_after_its_answer() {
    follow(TARGET);
    assertThat(asked).hasSize(1);

    after(Duration.ofMillis(900));
    assertThat(asked).hasSize(1);
    answers(Answer.GOOD);
    advance();
    assertThat(asked).as("the fast interval has passed meanwhile").hasSize(2);
  }

  @Test
  void a_good_target_is_asked_twice_fast_and_then_once_per_interval() {
    follow(TARGET);
    answers(Answer.GOOD);
    after(Duration.ofMillis(600));
    answers(Answer.GOOD);
    assertThat(asked).hasSize(2);

    after(Duration.ofMillis(1_599));
    assertThat(asked).hasSize(2);
    after(Duration.ofMillis(801));
    assertThat(asked).hasSize(3);
  }

  @Test
  void a_probe_without_an_answer_is_ended_at_its_timeout_and_counts_as_a_failure() {
    follow(TARGET);
    after(TIMEOUT.minusNanos(1));
    assertThat(status().last()).isEqualTo(Answer.NONE);

    after(Duration.ofNanos(1));
    assertThat(status().last()).isEqualTo(Answer.TIMED_OUT);
    assertThat(status().failures()).isEqualTo(1);
    assertThat(status().detail()).isEqualTo("no answer in 1000 ms");
  }

  @Test
  void an_answer_after_the_timeout_is_not_listened_to() {
    follow(TARGET);
    Probe late = launched.getFirst();
    after(TIMEOUT);
    queue.ended(late, answer(Answer.GOOD), nowNs);
    assertThat(status().last()).isEqualTo(Answer.TIMED_OUT);
  }

  @Test
  void a_timeout_while_we_were_slow_ourselves_does_not_count_and_is_repeated() {
    follow(TARGET);
    answers(Answer.GOOD);
    after(Duration.ofMillis(600));
    after(Duration.ofMillis(500));
    lag.woke(nowNs - Duration.ofMillis(300).toNanos(), nowNs);
    after(Duration.ofMillis(500));

    assertThat(status().failures()).isZero();
    assertThat(status().successes()).isEqualTo(1);
    assertThat(asked).hasSize(3);

    after(TIMEOUT);
    assertThat(status().failures()).as("the repetition counts again").isEqualTo(1);
  }

  @Test
  void a_probe_that_this_host_could_not_carry_out_does_not_count_and_is_repeated() {
    follow(TARGET);
    queue.ended(launched.remove(), new ProbeOutcome.NotAsked("too many open files"), nowNs);
    assertThat(status()).isEqualTo(ProbeStatus.NONE);
    after(Duration.ofMillis(600));
    assertThat(asked).hasSize(2);
  }

  @Test
  void a_target_that_stays_keeps_its_status_and_one_that_goes_is_forgotten() {
    ProbeTarget other = Targets.tcp(new InetSocketAddress("192.0.2.2", 80), INTERVAL, TIMEOUT);
    follow(TARGET, other);
    launched.forEach(probe -> queue.ended(probe, answer(Answer.GOOD), nowNs));
    follow(TARGET);
    assertThat(statuses).containsOnlyKeys(TARGET);
    assertThat(status().successes()).isEqualTo(1);

    follow(TARGET, other);
    assertThat(statuses.get(other)).isEqualTo(ProbeStatus.NONE);
  }

  @Test
  void that_a_question_for_the_PROXY_header_is_forgotten_is_told() {
    ProbeTarget question = Targets.ofKind(Kind.SPEAKS_PROXY_HTTP, TARGET);
    follow(TARGET, question);
    launched.forEach(probe -> queue.ended(probe, answer(Answer.GOOD), nowNs));
    assertThat(queue.takeChanged()).isTrue();
    follow(question);
    assertThat(queue.takeChanged()).isFalse();
    follow();
    assertThat(queue.takeChanged()).isTrue();
  }

  @Test
  void a_forgotten_targets_probe_answers_in_vain() {
    follow(TARGET);
    Probe probe = launched.remove();
    follow();
    queue.ended(probe, answer(Answer.GOOD), nowNs);
    assertThat(statuses).isEmpty();
    assertThat(queue.nextNs()).isEmpty();
    assertThat(queue.busy()).isFalse();
  }

  @Test
  void no_more_probes_run_at_once_than_allowed_and_all_get_their_turn() {
    Set<ProbeTarget> many = Targets.many(350, INTERVAL, TIMEOUT);
    queue.follow(many, nowNs);
    after(INTERVAL);
    assertThat(launched).hasSize(100);

    for (int i = 0; i < 250; i++) {
      answers(Answer.REFUSED);
      advance();
      assertThat(launched).hasSize(100);
    }
    assertThat(new HashSet<>(asked)).isEqualTo(many);
  }

  @Test
  void while_this_host_is_overstrained_fewer_run_at_once_and_more_again_with_every_answer() {
    queue.follow(Targets.many(350, INTERVAL, TIMEOUT), nowNs);
    after(INTERVAL);
    launched.clear();
    lag.woke(nowNs - Duration.ofMillis(300).toNanos(), nowNs);
    after(TIMEOUT);
    assertThat(launched).as("half of a hundred").hasSize(50);

    answers(Answer.GOOD);
    advance();
    assertThat(launched).as("one has ended, and two may start").hasSize(51);

    for (int i = 0; i < 10; i++) {
      launched.clear();
      lag.woke(nowNs - Duration.ofMillis(300).toNanos(), nowNs);
      after(TIMEOUT);
    }
    assertThat(launched).hasSize(ProbeQueue.LEAST_AT_ONCE);
  }

  @Test
  void only_a_change_that_decides_is_a_change() {
    follow(TARGET);
    assertThat(queue.takeChanged()).as("nothing is known yet").isFalse();
    for (int i = 1; i <= HealthMonitor.COUNTED_ANSWERS; i++) {
      answers(Answer.GOOD);
      assertThat(queue.takeChanged()).isTrue();
      after(Duration.ofMillis(2_400));
    }
    answers(Answer.GOOD);
    assertThat(queue.takeChanged()).isFalse();
    assertThat(status().successes()).isEqualTo(HealthMonitor.COUNTED_ANSWERS + 1);
  }

  @Test
  void over_an_hour_a_good_target_is_asked_as_often_as_its_interval_says() {
    follow(TARGET);
    long endNs = nowNs + Duration.ofHours(1).toNanos();
    while (nowNs - endNs < 0) {
      answers(Answer.GOOD);
      nowNs = queue.nextNs().orElseThrow();
      advance();
    }
    assertThat(asked.size()).isBetween(1_780, 1_820);
  }

  private Probe launch(ProbeTarget target) {
    var probe = new Probe(target, (_, _) -> {});
    launched.add(probe);
    asked.add(target);
    return probe;
  }

  private void follow(ProbeTarget... targets) {
    queue.follow(Set.of(targets), nowNs);
    advance();
  }

  private void after(Duration duration) {
    nowNs += duration.toNanos();
    advance();
  }

  private void advance() {
    queue.advance(nowNs);
  }

  /** The probe that was started first gets its answer. */
  private void answers(Answer kind) {
    queue.ended(launched.remove(), answer(kind), nowNs);
  }

  private static ProbeOutcome answer(Answer kind) {
    return new ProbeOutcome.Answered(new ProbeAnswer(kind, kind.name(), Duration.ofMillis(1)));
  }

  private ProbeStatus status() {
    return statuses.getOrDefault(TARGET, ProbeStatus.NONE);
  }
}
