package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.BackendState;
import io.headgate.model.OperatorOrders.Order;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Annotation {@code headgate.io/weight} of a Node. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NodeWeightTest {
  private World world = World.running();

  @Test
  void a_small_node_gets_half_and_a_large_one_more() {
    annotate("n1", "50");
    annotate("n2", "256");
    world.decide();
    assertThat(world.backend("n1").weightPercent()).isEqualTo(50);
    assertThat(world.backend("n2").weightPercent()).isEqualTo(256);
    assertThat(world.backend("n3").weightPercent()).isEqualTo(100);
    assertThat(world.verdicts("n1")).contains("weight: 50 % by annotation headgate.io/weight");
  }

  @Test
  void under_the_local_policy_it_goes_on_top_of_the_endpoints() {
    world = World.runningLocal();
    world.endpoint("n1");
    annotate("n1", "50");
    world.decide();
    assertThat(world.backend("n1").weightPercent()).isEqualTo(100);
  }

  @Test
  void a_node_of_weight_0_is_there_for_when_no_other_can_be_reached() {
    annotate("n1", "0");
    world.decide();
    assertThat(world.stateOf("n1")).isEqualTo(BackendState.UP);
    assertThat(world.backend("n1").weight()).isZero();
    assertThat(world.candidates()).containsExactly("n2", "n3", "n1");
    world.order("n2", Order.MAINT);
    world.order("n3", Order.MAINT);
    world.order("n1", Order.DRAIN);
    world.decide();
    assertThat(world.candidates()).containsExactly("n1");
  }

  @Test
  void a_node_of_weight_0_without_an_endpoint_of_its_own_is_still_not_used() {
    world = World.runningLocal();
    world.endpoints.removeIf(endpoint -> endpoint.node().orElse("").equals("n1"));
    annotate("n1", "0");
    world.decide();
    assertThat(world.candidates()).doesNotContain("n1");
  }

  @Test
  void what_makes_no_sense_is_ignored_and_said() {
    annotate("n1", "heavy");
    annotate("n2", "257");
    annotate("n3", "-1");
    world.decide();
    assertThat(world.route().backends())
        .allSatisfy(backend -> assertThat(backend.weightPercent()).isEqualTo(100));
    assertThat(world.changeTexts())
        .anySatisfy(text -> assertThat(text).contains("'heavy' and not 0 to 256: ignored"));
  }

  @Test
  void a_misspelt_annotation_of_a_node_is_said_with_what_was_meant() {
    world.node("n1").annotations.put("headgate.io/wieght", "50");
    world.decide();
    assertThat(world.changeTexts())
        .anySatisfy(text ->
            assertThat(text)
                .contains("headgate.io/wieght is unknown (did you mean headgate.io/weight?)"));
  }

  private void annotate(String node, String weight) {
    world.node(node).annotations.put(NodeWeight.ANNOTATION, weight);
  }
}
