package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.OperatorOrders.Order;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DrainingNodesTest {
  private static final Map<String, Consumer<World>> SIGNS =
      Map.of(
          "cordon", world -> world.node("n2").cordoned = true,
          "deletion", world -> world.node("n2").deleting = true,
          "shutdown", world -> world.node("n2").shuttingDown = true,
          "autoscaler", world -> world.node("n2").taints.add("ToBeDeletedByClusterAutoscaler"),
          "off", world -> world.node("n2").taints.add("node.kubernetes.io/out-of-service"),
          "annotation", world -> world.node("n2").annotations.put("headgate.io/drain", "true"),
          "drain", world -> world.order("n2", Order.DRAIN),
          "maint", world -> world.order("n2", Order.MAINT));

  @Test
  void each_sign_that_a_node_is_to_be_switched_off_counts() {
    SIGNS.forEach((sign, given) -> {
      World world = World.ofThreeNodes();
      assertThat(DrainingNodes.of(world.inputs())).isEmpty();
      given.accept(world);
      assertThat(DrainingNodes.of(world.inputs())).as(sign).containsExactly("n2");
    });
  }

  @Test
  void a_node_that_is_drained_on_one_route_stays() {
    World world = World.ofThreeNodes();
    world.order("shop/n2", Order.DRAIN);
    assertThat(DrainingNodes.of(world.inputs())).isEmpty();
  }
}
