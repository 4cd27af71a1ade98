package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.PortReference;
import io.headgate.model.Route;
import java.util.List;
import java.util.stream.IntStream;
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
    world.nodesPerService = 0;
    if (local) {
      world.localPolicy(World.HEALTH_CHECK_NODE_PORT);
    }
    world.settled();
    assertThat(world.state.table().routes()).hasSize(4);
    assertThat(world.state.table().routes().values())
        .allSatisfy(route -> assertThat(route.candidates()).hasSize(NODES))
        .allSatisfy(route -> assertThat(route.mode()).isEqualTo(Route.Mode.NORMAL));
    assertThat(world.probeTexts()).hasSize(NODES);
    assertThat(world.state.probes())
        .as("some are asked for the PROXY header")
        .hasSizeLessThan(NODES + 10);
  }

  @Test
  void going_to_zero_endpoints_is_a_few_lines_and_not_one_for_every_node() {
    World world = large();
    world.settled();
    world.endpoints.clear();
    world.decide();
    assertThat(world.state.changes()).hasSizeLessThan(20);
  }

  @Test
  void a_service_is_served_by_some_of_many_nodes() {
    World world = large();
    world.settled();
    assertThat(world.route("r80").candidates()).hasSize(world.nodesPerService);
    assertThat(world.probeTexts()).hasSize(world.nodesPerService);
    assertThat(world.state.explain("r80", world.inputs()).getFirst().notes())
        .anySatisfy(note -> assertThat(note).contains("64 are used"));
  }

  @Test
  void under_the_local_policy_it_is_served_by_all_that_have_an_endpoint() {
    World world = large();
    world.localPolicy(World.HEALTH_CHECK_NODE_PORT);
    world.endpoints.clear();
    for (int i = 0; i < 200; i++) {
      world.endpoint("node-" + i * 7);
    }
    world.settled();
    assertThat(world.route("r80").candidates()).hasSize(200);
    assertThat(world.route("r80").backends()).hasSize(200);
  }

  /** Of 5,000 nodes and as many Services each node serves about 64, and another one takes over. */
  @Test
  void a_node_that_goes_is_replaced_for_the_services_that_it_served_and_for_no_other() {
    List<SelectedNode> nodes = selected(NODES);
    var ring = new NodeRing(nodes, "");
    SelectedNode gone = nodes.get(1234);
    var without = new NodeRing(nodes.stream().filter(node -> !node.equals(gone)).toList(), "");
    int served = 0;
    for (int service = 0; service < NODES; service++) {
      List<SelectedNode> before = ring.some("team/service-" + service, 64);
      List<SelectedNode> after = without.some("team/service-" + service, 64);
      assertThat(before).doesNotHaveDuplicates().hasSize(64);
      assertThat(after).doesNotHaveDuplicates().hasSize(64);
      if (before.contains(gone)) {
        served++;
        assertThat(after).containsAll(before.stream().filter(node -> !node.equals(gone)).toList());
      } else {
        assertThat(after).isEqualTo(before);
      }
    }
    assertThat(served).isBetween(20, 130);
  }

  private static List<SelectedNode> selected(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> {
          var node = new TestNode("node-" + i, "10.0.%d.%d".formatted(i / 256, i % 256)).build();
          return new SelectedNode(node, node.internalAddresses().getFirst(), List.of());
        })
        .toList();
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
