package io.headgate.desired;

import static io.headgate.model.BackendState.DOWN;
import static io.headgate.model.BackendState.SUSPECT;
import static io.headgate.model.BackendState.UP;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.PassiveStatus;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EjectionsTest {
  private final World world = World.running();

  @Test
  void a_backend_that_connections_cannot_reach_is_out_until_its_time_is_over() {
    eject("n1", 1, Duration.ofSeconds(5));
    world.decide();
    assertThat(world.candidates()).containsExactly("n2", "n3");
    assertThat(world.state.wakeAtNs().orElseThrow() - world.nowNs).isEqualTo(5_000_000_000L);

    world.later(Duration.ofSeconds(5));
    assertThat(world.stateOf("n1")).isEqualTo(SUSPECT);
    assertThat(world.state.wakeAtNs()).isEmpty();

    world.passive.clear(); // a connection was accepted
    world.decide();
    assertThat(world.stateOf("n1")).isEqualTo(UP);
  }

  @Test
  void of_three_only_one_may_be_out_at_once() {
    eject("n1", 1, Duration.ofSeconds(5));
    eject("n2", 3, Duration.ofSeconds(9));
    eject("n3", 1, Duration.ofSeconds(5));
    world.decide();
    assertThat(world.stateOf("n1")).isEqualTo(SUSPECT);
    assertThat(world.stateOf("n2")).as("it has failed most often").isEqualTo(DOWN);
    assertThat(world.stateOf("n3")).isEqualTo(SUSPECT);
  }

  @Test
  void the_only_backend_left_is_never_out() {
    world.order("n2", Order.MAINT);
    world.order("n3", Order.MAINT);
    eject("n1", 5, Duration.ofSeconds(60));
    world.decide();
    assertThat(world.stateOf("n1")).isEqualTo(SUSPECT);
  }

  @Test
  void backends_that_are_not_in_use_anyway_do_not_make_room_for_more() {
    world.node("n1").deleting = true;
    eject("n1", 1, Duration.ofSeconds(5));
    eject("n2", 1, Duration.ofSeconds(5));
    eject("n3", 1, Duration.ofSeconds(5));
    world.decide();
    assertThat(world.stateOf("n2")).isEqualTo(DOWN);
    assertThat(world.stateOf("n3")).isEqualTo(SUSPECT);
  }

  private void eject(String node, int ejections, Duration rest) {
    world.passive.put(
        world.nodePort(node), new PassiveStatus(3, ejections, world.nowNs + rest.toNanos()));
  }
}
