package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.PortReference;
import io.headgate.model.Route;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As large as Kubernetes supports: 5,000 nodes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DesiredScaleTest {
  private static final int NODES = 5_000;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void the_largest_cluster_and_a_few_routes_are_decided_on(boolean local) {
    World world = large();
    if (local) {
      world.localPolicy(World.HEALTH_CHECK_NODE_PORT);
    }
    world.settled();
    assertThat(world.state.table().routes()).hasSize(4);
    assertThat(world.state.table().routes().values())
        .allSatisfy(route -> assertThat(route.candidates()).hasSize(NODES))
        .allSatisfy(route -> assertThat(route.mode()).isEqualTo(Route.Mode.NORMAL));
    assertThat(world.state.probes()).hasSize(NODES);
  }

  @Test
  void going_to_zero_endpoints_is_a_few_lines_and_not_one_for_every_node() {
    World world = large();
    world.settled();
    world.endpoints.clear();
    world.decide();
    assertThat(world.state.changes()).hasSizeLessThan(20);
  }

  private static World large() {
    var world = new World();
    for (int i = 0; i < NODES; i++) {
      String name = "node-" + i;
      world.nodes.put(name, new TestNode(name, "10.0.%d.%d".formatted(i / 256, i % 256)));
      world.endpoint(name);
    }
    world.clusterPolicy();
    for (int port = 80; port < 84; port++) {
      world.route(
          "r" + port, port, new Source.Service(World.SHOP, new PortReference.Named("http")));
    }
    return world;
  }
}
