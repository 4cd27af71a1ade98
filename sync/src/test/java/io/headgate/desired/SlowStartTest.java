package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.ProbeStatus.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SlowStartTest {
  private final World world = World.ofThreeNodes();

  SlowStartTest() {
    world.slowStart(Duration.ofSeconds(30));
  }

  @Test
  void at_the_start_of_the_process_nobody_starts_slowly() {
    world.settled();
    assertThat(world.backend("n1").weightPercent()).isEqualTo(100);
    assertThat(world.state.wakeAtNs()).isEmpty();
  }

  @Test
  void a_backend_that_was_down_grows_from_a_tenth_to_all_in_steps_of_a_second() {
    world.settled();
    comeBack();
    List<Integer> weights = new ArrayList<>();
    while (world.state.wakeAtNs().isPresent()) {
      weights.add(world.backend("n1").weightPercent());
      long stepNs = world.state.wakeAtNs().getAsLong() - world.nowNs;
      assertThat(stepNs).isEqualTo(1_000_000_000L);
      world.later(Duration.ofNanos(stepNs));
    }
    assertThat(weights).hasSize(30).isSorted().startsWith(10, 13, 16).endsWith(94, 97);
    assertThat(world.backend("n1").weightPercent()).isEqualTo(100);
    assertThat(world.backend("n2").weightPercent()).isEqualTo(100);
  }

  @Test
  void within_a_step_nothing_changes() {
    world.settled();
    comeBack();
    var table = world.state.table();
    world.later(Duration.ofMillis(999));
    assertThat(world.state.table()).isSameAs(table);
    world.later(Duration.ofMillis(1));
    assertThat(world.state.table().generation()).isEqualTo(table.generation() + 1);
    assertThat(world.state.changes()).isEmpty();
  }

  @Test
  void a_new_node_beside_others_that_serve_starts_slowly() {
    world.settled();
    world.nodes.put("n4", new TestNode("n4", "10.0.0.4"));
    world.decide();
    world.probe();
    assertThat(world.backend("n4").weightPercent()).isEqualTo(10);
  }

  @Test
  void a_backend_that_leaves_maintenance_starts_slowly() {
    world.settled();
    world.order("n1", Order.MAINT);
    world.decide();
    world.order("n1", Order.READY);
    world.decide();
    world.probe();
    assertThat(world.backend("n1").weightPercent()).isEqualTo(10);
  }

  @Test
  void a_backend_that_only_drained_is_at_full_weight_again_at_once() {
    world.settled();
    world.order("n1", Order.DRAIN);
    world.decide();
    world.order("n1", Order.READY);
    world.decide();
    assertThat(world.backend("n1").weightPercent()).isEqualTo(100);
  }

  @Test
  void a_service_whose_endpoints_all_return_does_not_start_slowly() {
    world.settled();
    var endpoints = List.copyOf(world.endpoints);
    world.endpoints.clear();
    world.decide();
    world.endpoints.addAll(endpoints);
    world.decide();
    assertThat(world.backend("n1").weightPercent()).isEqualTo(100);
  }

  @Test
  void suspicion_divides_what_the_slow_start_gives() {
    world.settled();
    comeBack();
    world.later(Duration.ofSeconds(15));
    assertThat(world.backend("n1").weightPercent()).isEqualTo(55);
    answers(Answer.REFUSED, 1);
    assertThat(world.backend("n1").weightPercent()).isEqualTo(13);
  }

  @Test
  void a_slow_start_switched_off_by_a_reload_ends_at_once() {
    world.settled();
    comeBack();
    world.slowStart(Duration.ZERO);
    world.decide();
    assertThat(world.backend("n1").weightPercent()).isEqualTo(100);
    assertThat(world.state.wakeAtNs()).isEmpty();
  }

  @Test
  void a_very_short_slow_start_is_one_step() {
    var slowStart = new SlowStart(0, Duration.ofMillis(300));
    assertThat(slowStart.percent(0)).isEqualTo(10);
    assertThat(slowStart.nextStepNs(0)).hasValue(300_000_000L);
    assertThat(slowStart.percent(300_000_000L)).isEqualTo(100);
    assertThat(slowStart.nextStepNs(300_000_000L)).isEmpty();
  }

  private void comeBack() {
    answers(Answer.TIMED_OUT, 2);
    answers(Answer.GOOD, 2);
  }

  private void answers(Answer answer, int times) {
    world.answers = target -> World.isAt(target, "10.0.0.1") ? answer : Answer.GOOD;
    for (int i = 0; i < times; i++) {
      world.probe();
    }
  }
}
