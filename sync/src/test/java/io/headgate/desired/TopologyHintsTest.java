package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.Hints;
import io.headgate.model.OperatorOrders.Order;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Cluster policy; nodes a1, a2, a3 in zone a, b1 in zone b, c1 in zone c. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TopologyHintsTest {
  private final World world = World.ofThreeNodes();

  private void cluster() {
    world.nodes.clear();
    world.endpoints.clear();
    for (String name : List.of("a1", "a2", "a3", "b1", "c1")) {
      var node = new TestNode(name, "10.0.0." + (world.nodes.size() + 1));
      node.labels.put(Zones.LABEL, name.substring(0, 1));
      world.nodes.put(name, node);
    }
  }

  @Test
  void a_node_has_the_endpoints_of_its_zone_divided_by_the_zone_s_nodes() {
    cluster();
    hinted("a1", List.of("a"));
    hinted("a1", List.of("a"));
    hinted("b1", List.of("b"));
    hinted("c1", List.of("c"));
    world.settled();
    assertThat(percent("a1")).isEqualTo(66);
    assertThat(percent("a3")).isEqualTo(66);
    assertThat(percent("b1")).isEqualTo(100);
    assertThat(world.verdicts("a3"))
        .contains("endpoints: reaches those hinted for its zone: weight 0.67 by topology hints");
    assertThat(world.explanation().notes())
        .anySatisfy(note -> assertThat(note).contains("hinted for their zone"));
  }

  @Test
  void every_endpoint_gets_as_many_connections_as_any_other() {
    cluster();
    for (int i = 0; i < 7; i++) {
      hinted("a1", List.of(i < 4 ? "a" : i < 6 ? "b" : "c"));
    }
    world.settled();
    double inA = weight("a1") + weight("a2") + weight("a3");
    assertThat(inA / 4).isCloseTo(weight("b1") / 2, within(2.0));
    assertThat(weight("b1") / 2).isCloseTo(weight("c1"), within(2.0));
  }

  @Test
  void an_endpoint_that_is_hinted_for_two_zones_counts_half_in_each() {
    cluster();
    hinted("a1", List.of("b", "c"));
    hinted("a1", List.of("a"));
    world.settled();
    assertThat(percent("b1")).isEqualTo(50);
    assertThat(percent("c1")).isEqualTo(50);
  }

  @Test
  void a_node_whose_zone_has_none_reaches_all_and_has_an_equal_share() {
    cluster();
    hinted("a1", List.of("a"));
    hinted("b1", List.of("b"));
    world.settled();
    assertThat(percent("c1")).isEqualTo(40);
    assertThat(world.verdicts("c1"))
        .anySatisfy(verdict -> assertThat(verdict).contains("all, none is hinted for its zone"));
  }

  @Test
  void one_ready_endpoint_without_a_hint_and_no_node_keeps_to_them() {
    cluster();
    hinted("a1", List.of("a"));
    world.endpoint("b1");
    world.settled();
    assertThat(world.route().backends())
        .allSatisfy(backend -> assertThat(backend.weightPercent()).isEqualTo(100));
  }

  @Test
  void one_that_is_not_ready_has_no_say() {
    cluster();
    hinted("a1", List.of("a"));
    hinted("b1", List.of("b"));
    world.terminatingEndpoint("c1");
    world.settled();
    assertThat(percent("a1")).isEqualTo(33);
  }

  @Test
  void hints_for_zones_that_no_node_is_in_change_nothing() {
    cluster();
    hinted("a1", List.of("x"));
    world.settled();
    assertThat(percent("a1")).isEqualTo(100);
  }

  @Test
  void under_the_local_policy_they_do_not_apply() {
    cluster();
    world.localPolicy(World.HEALTH_CHECK_NODE_PORT);
    hinted("a1", List.of("b"));
    world.settled();
    assertThat(percent("a1")).isEqualTo(100);
    assertThat(world.stateOf("b1")).isEqualTo(BackendState.DOWN);
  }

  @Test
  void with_PreferSameNode_those_that_have_one_go_first_and_the_others_are_in_reserve() {
    cluster();
    hinted("a1", List.of("a"), List.of("a1"));
    hinted("a1", List.of("a"), List.of("a1"));
    hinted("b1", List.of("b"), List.of("b1"));
    world.settled();
    assertThat(percent("a1")).isEqualTo(200);
    assertThat(percent("b1")).isEqualTo(100);
    assertThat(weight("a2")).as("its zone's endpoints have their own node").isZero();
    assertThat(world.candidates()).contains("a2", "c1").startsWith("a1", "b1");
  }

  @Test
  void one_in_reserve_that_drains_is_still_used_when_nothing_else_is_left() {
    cluster();
    hinted("a1", List.of("a"), List.of("a1"));
    world.settled();
    for (String node : List.of("a1", "a3", "b1", "c1")) {
      world.order(node, Order.MAINT);
    }
    world.order("a2", Order.DRAIN);
    world.decide();
    assertThat(world.candidates()).containsExactly("a2");
  }

  @Test
  void with_PreferSameNode_an_endpoint_whose_node_is_not_used_is_the_zone_s() {
    cluster();
    world.node("a1").labels.put(NodeSelection.EXCLUSION_LABEL, "");
    hinted("a1", List.of("a"), List.of("a1"));
    hinted("b1", List.of("b"), List.of("b1"));
    world.settled();
    assertThat(percent("a2")).isEqualTo(50);
    assertThat(percent("b1")).isEqualTo(100);
  }

  @Test
  void endpoints_that_no_node_of_ours_reaches_are_named() {
    cluster();
    world.nodes.remove("c1");
    hinted("a1", List.of("a"));
    hinted("b1", List.of("b"));
    hinted("c1", List.of("c"));
    world.settled();
    assertThat(world.explanation().notes())
        .contains(
            "1 of 3 endpoint(s) are hinted for zones of which no node is used: they get no"
                + " connection");
  }

  @Test
  void when_hints_change_weights_do() {
    cluster();
    hinted("a1", List.of("a"));
    hinted("b1", List.of("b"));
    world.settled();
    ClusterEndpoint moved = world.endpoints.removeLast();
    world.endpoints.add(with(moved, new Hints(List.of("a"), List.of())));
    world.decide();
    assertThat(percent("a1")).isEqualTo(66);
    assertThat(percent("b1")).as("an equal share of two among five").isEqualTo(40);
  }

  private void hinted(String node, List<String> zones) {
    hinted(node, zones, List.of());
  }

  private void hinted(String node, List<String> zones, List<String> nodes) {
    ClusterEndpoint plain = world.endpoint(Optional.of(node), true, true, false);
    world.endpoints.add(with(plain, Hints.of(zones, nodes)));
  }

  static ClusterEndpoint with(ClusterEndpoint plain, Hints hints) {
    return new ClusterEndpoint(
        plain.address(),
        plain.node(),
        plain.ready(),
        plain.serving(),
        plain.terminating(),
        plain.ports(),
        hints);
  }

  private int percent(String node) {
    return world.backend(node).weightPercent();
  }

  private double weight(String node) {
    Backend backend = world.backend(node);
    return backend.weight();
  }
}
