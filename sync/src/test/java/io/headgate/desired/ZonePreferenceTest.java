package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.Backend;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.Route;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code zone = east}: the edge stands there, and so do nodes e1, e2 …; w1, w2 … are elsewhere. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ZonePreferenceTest {
  private World world = cluster(10, 10);

  @Test
  void new_connections_stay_in_the_zone_of_the_edge() {
    assertThat(shareOfEast()).isEqualTo(1);
    assertThat(world.candidates()).startsWith("e0", "e1").contains("w0", "w9").hasSize(20);
    assertThat(world.backend("e0").weightPercent()).isEqualTo(100);
    assertThat(world.backend("w0").weight()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "3, 1",
    "4, 0.857",
    "5, 0.714",
    "6, 0.571",
    "7, 0.429",
    "8, 0.286",
    "9, 0.143",
    "10, 0"
  })
  void with_fewer_than_seventy_percent_of_it_the_others_take_over_in_proportion(
      int out, double stays) {
    maint("e", out);
    assertThat(shareOfEast()).isCloseTo(stays, within(0.002));
    assertThat(world.route().mode()).isEqualTo(Route.Mode.NORMAL);
  }

  @Test
  void one_node_that_fails_here_is_not_worth_much_to_sixty_elsewhere() {
    world = cluster(3, 60);
    maint("e", 1);
    assertThat(shareOfEast()).isCloseTo(0.952, within(0.005));
  }

  @Test
  void a_zone_of_one_node_that_is_out_is_served_by_the_others_and_gets_all_back() {
    world = cluster(1, 2);
    maint("e", 1);
    assertThat(world.candidates()).containsExactly("w0", "w1");
    assertThat(world.backend("w0").weightPercent()).isEqualTo(100);
    world.order("e0", Order.READY);
    world.decide();
    world.probe();
    world.probe();
    assertThat(shareOfEast()).isEqualTo(1);
  }

  @Test
  void a_zone_without_a_node_changes_nothing_and_explain_says_so() {
    world.zone = "easst";
    world.decide();
    assertThat(world.route().candidates())
        .hasSize(20)
        .allSatisfy(backend -> assertThat(backend.weightPercent()).isEqualTo(100));
    assertThat(world.explanation().notes())
        .contains("zone easst is preferred, but no backend is in it");
  }

  @Test
  void a_cluster_of_one_zone_is_not_changed_by_it() {
    world = cluster(3, 0);
    maint("e", 2);
    assertThat(world.backend("e2").weightPercent()).isEqualTo(100);
  }

  @Test
  void under_the_local_policy_only_nodes_with_endpoints_are_the_zone_s() {
    world.localPolicy(World.HEALTH_CHECK_NODE_PORT);
    world.endpoints.clear();
    List.of("e0", "e1", "w0", "w0").forEach(world::endpoint);
    world.settled();
    assertThat(shareOfEast()).isEqualTo(1);
    world.terminatingEndpoint("e5");
    world.decide();
    assertThat(shareOfEast()).as("one that ends is replaced elsewhere").isEqualTo(1);
    maint("e", 1);
    assertThat(shareOfEast()).isCloseTo(0.714, within(0.002));
  }

  @Test
  void a_reload_with_another_zone_moves_the_preference() {
    world.zone = "west";
    world.decide();
    assertThat(shareOfEast()).isZero();
    world.zone = "";
    world.decide();
    assertThat(shareOfEast()).isEqualTo(0.5);
  }

  @Test
  void a_reload_reaches_a_route_of_fixed_backends_too() {
    world.route("fixed", 81, new Source.Fixed(List.of(new InetSocketAddress("10.9.0.1", 80))));
    world.settled();
    world.zone = "west";
    world.decide();
    assertThat(world.explain("fixed").getFirst().notes())
        .contains("zone west is preferred, but no backend is in it")
        .noneMatch(note -> note.contains("east"));
  }

  @Test
  void a_node_that_gets_another_zone_s_label_counts_there_at_once() {
    world.node("w0").labels.put(Zones.LABEL, "east");
    world.decide();
    assertThat(world.backend("w0").weightPercent()).isEqualTo(100);
  }

  @Test
  void when_only_draining_nodes_are_left_the_zone_plays_no_part() {
    world.nodes.keySet().forEach(node -> world.order(node, Order.DRAIN));
    world.decide();
    assertThat(world.route().mode()).isEqualTo(Route.Mode.DRAINING_ONLY);
    assertThat(world.candidates()).hasSize(20);
  }

  @Test
  void explain_says_what_is_preferred_and_what_each_node_s_zone_is() {
    assertThat(world.explanation().notes())
        .contains("zone east is preferred, 100 % of it is usable: other zones are in reserve");
    assertThat(world.verdicts("e0")).contains("zone: east, as this edge");
    assertThat(world.verdicts("w0")).contains("zone: west, in reserve for east");
    maint("e", 5);
    assertThat(world.explanation().notes())
        .contains(
            "zone east is preferred, 50 % of it is usable: with less than 70 % other zones take"
                + " about 29 % of new connections");
    assertThat(world.verdicts("w0")).contains("zone: west, not east");
    world.node("w1").labels.clear();
    world.decide();
    assertThat(world.verdicts("w1")).contains("zone: not known, not east");
  }

  @Test
  void of_a_large_cluster_half_of_a_service_s_nodes_are_of_the_zone() {
    world = cluster(100, 400);
    assertThat(world.backendNodes()).hasSize(64).filteredOn(ZonePreferenceTest::isEast).hasSize(32);
    world = cluster(5, 400);
    assertThat(world.backendNodes()).hasSize(64).filteredOn(ZonePreferenceTest::isEast).hasSize(5);
    world = cluster(100, 10);
    assertThat(world.backendNodes()).hasSize(64).filteredOn(ZonePreferenceTest::isEast).hasSize(54);
  }

  private static boolean isEast(String node) {
    return node.startsWith("e");
  }

  private void maint(String zone, int many) {
    for (int i = 0; i < many; i++) {
      world.order(zone + i, Order.MAINT);
    }
    world.decide();
  }

  private double shareOfEast() {
    List<Backend> candidates = world.route().candidates();
    double east = candidates.stream().filter(b -> isEast(b.node())).mapToInt(Backend::weight).sum();
    return east / candidates.stream().mapToInt(Backend::weight).sum();
  }

  private static World cluster(int east, int west) {
    var world = World.ofThreeNodes();
    world.nodes.clear();
    IntStream.range(0, east).forEach(i -> node(world, "e" + i, "east", "10.1." + i + ".1"));
    IntStream.range(0, west)
        .forEach(i -> node(world, "w" + i, "west", "10.2.%d.%d".formatted(i / 200, i % 200)));
    world.zone = "east";
    return world.settled();
  }

  private static void node(World world, String name, String zone, String address) {
    var node = new TestNode(name, address);
    node.labels.put(Zones.LABEL, zone);
    world.nodes.put(name, node);
  }
}
