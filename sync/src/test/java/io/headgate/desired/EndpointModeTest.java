package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.RouteConfig.Source;
import io.headgate.desired.ServiceWorld.Asking;
import io.headgate.model.BackendState;
import io.headgate.model.IpFamily;
import io.headgate.model.Listener;
import io.headgate.model.PortReference;
import io.headgate.model.Route.Mode;
import io.headgate.model.ServiceRequest.Given;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Where the connections of a Service go: NodePorts, its endpoints, another load balancer. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EndpointModeTest {
  private static final String ROUTE = "web/shop:http";

  private final ServiceWorld services = new ServiceWorld();
  private final World world = services.world;

  private void decide(Asking asking) {
    services.assign("203.0.113.10");
    services.service(asking);
    world.settled();
  }

  private static Asking withoutNodePort() {
    return new Asking().ports(World.httpPort(0));
  }

  private BackendState state(String address) {
    return world.route(ROUTE).backends().stream()
        .filter(backend -> io.headgate.model.Addresses.text(backend.address()).equals(address))
        .findFirst()
        .orElseThrow()
        .state();
  }

  @Test
  void a_host_network_daemon_set_is_reached_at_its_nodes_with_no_word_of_warning() {
    world.endpoints.clear();
    world.endpoints.add(ServiceWorld.pod("10.0.0.1", "n1", true, false));
    world.endpoints.add(ServiceWorld.pod("10.0.0.2", "n2", true, false));
    world.node("n1").labels.put(NodeSelection.EXCLUSION_LABEL, "");
    decide(withoutNodePort());
    assertThat(services.backends(ROUTE)).containsExactly("10.0.0.1:8080", "10.0.0.2:8080");
    assertThat(world.route(ROUTE).candidates()).hasSize(2);
    assertThat(services.reasons()).containsExactly("EnsuredLoadBalancer");
    assertThat(world.probeTexts()).containsExactly("tcp 10.0.0.1:8080", "tcp 10.0.0.2:8080");
  }

  @Test
  void pods_without_a_node_port_are_reached_and_the_user_is_told_what_that_takes() {
    decide(withoutNodePort());
    assertThat(services.backends(ROUTE)).hasSize(3).first().isEqualTo("10.244.0.0:8080");
    assertThat(services.reasons()).containsExactly("NodePortMissing", "EnsuredLoadBalancer");
    assertThat(services.message("NodePortMissing")).startsWith("port ");
  }

  @Test
  void who_asks_for_endpoints_is_not_warned_of_them() {
    decide(new Asking().with("backend", "endpoint"));
    assertThat(services.backends(ROUTE)).first().isEqualTo("10.244.0.0:8080");
    assertThat(services.reasons()).containsExactly("EnsuredLoadBalancer");
  }

  @Test
  void who_asks_for_node_ports_does_not_get_endpoints() {
    decide(withoutNodePort().with("backend", "node"));
    assertThat(services.backends(ROUTE)).isEmpty();
    assertThat(world.explain(ROUTE).getFirst().notes())
        .anyMatch(note -> note.contains("has no NodePort"));
  }

  @Test
  void an_endpoint_that_terminates_drains_and_one_that_is_not_ready_is_down() {
    world.endpoints.clear();
    world.endpoints.add(ServiceWorld.pod("10.0.0.1", "n1", true, false));
    world.endpoints.add(ServiceWorld.pod("10.0.0.2", "n2", true, false));
    world.endpoints.add(ServiceWorld.pod("10.0.0.3", "n3", false, false));
    decide(withoutNodePort());
    world.endpoints.set(0, ServiceWorld.pod("10.0.0.1", "n1", false, true));
    world.decide();
    assertThat(state("10.0.0.1:8080")).isEqualTo(BackendState.DRAIN);
    assertThat(state("10.0.0.2:8080")).isEqualTo(BackendState.UP);
    assertThat(state("10.0.0.3:8080")).isEqualTo(BackendState.DOWN);

    world.endpoints.remove(1);
    world.decide();
    assertThat(world.route(ROUTE).mode()).isEqualTo(Mode.DRAINING_ONLY);

    world.endpoints.remove(0);
    world.decide();
    assertThat(world.route(ROUTE).mode()).isEqualTo(Mode.EMPTY);
    assertThat(services.reasons()).containsExactly("NoEndpoints");
  }

  @Test
  void an_endpoint_drains_with_its_node() {
    decide(withoutNodePort());
    world.node("n1").deleting = true;
    world.decide();
    assertThat(state("10.244.0.0:8080")).isEqualTo(BackendState.DRAIN);
    world.node("n2").taints.add("node.kubernetes.io/out-of-service");
    world.decide();
    assertThat(state("10.244.0.1:8080")).isEqualTo(BackendState.DOWN);
  }

  @Test
  void a_node_selector_holds_for_endpoints_too() {
    world.node("n3").labels.put("edge", "yes");
    decide(withoutNodePort().with("node-selector", "edge"));
    assertThat(services.backends(ROUTE)).containsExactly("10.244.0.2:8080");
  }

  @Test
  void a_dual_stack_service_counts_each_pod_once() {
    world.endpoints.add(ServiceWorld.pod("fd00::1", "n1", true, false));
    world.endpoints.add(ServiceWorld.pod("fd00::2", "n2", true, false));
    var asking = withoutNodePort();
    asking.families = List.of(IpFamily.IPV6, IpFamily.IPV4);
    decide(asking);
    assertThat(services.backends(ROUTE)).containsExactly("[fd00::1]:8080", "[fd00::2]:8080");

    var local = new Asking();
    local.local = true;
    local.families = List.of(IpFamily.IPV4, IpFamily.IPV6);
    decide(local);
    assertThat(world.route(ROUTE).backends())
        .allSatisfy(backend -> assertThat(backend.weightPercent()).isEqualTo(100));
  }

  @Test
  void a_node_port_is_asked_for_in_the_family_of_the_service() {
    world.node("n1").internal.add(TestNode.address("fd00:1::1"));
    var asking = new Asking();
    asking.families = List.of(IpFamily.IPV6);
    decide(asking);
    assertThat(services.backends(ROUTE)).containsExactly("[fd00:1::1]:30080");
  }

  @Test
  void in_front_of_metallb_its_address_is_the_backend() {
    world.route(
        "file",
        Listener.everyAddress(8080),
        new Source.Service(World.SHOP, new PortReference.Named("http")));
    var asking = new Asking().with("backend", "lbIP");
    asking.loadBalancerClass = "metallb";
    services.service(asking);
    world.settled();
    assertThat(services.backends("file")).isEmpty();
    assertThat(world.explain("file").getFirst().notes())
        .contains("Service web/shop has no address by another load balancer yet");
    asking.given = List.of(new Given("10.20.0.9", "", "VIP"));
    services.service(asking);
    world.settled();
    assertThat(services.backends("file")).containsExactly("10.20.0.9:80");
    assertThat(world.route("file").mode()).isEqualTo(Mode.NORMAL);
  }
}
