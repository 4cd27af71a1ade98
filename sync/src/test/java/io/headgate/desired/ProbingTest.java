package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.Addresses;
import io.headgate.model.BackendState;
import io.headgate.model.HealthPolicy;
import io.headgate.model.LabelSelector;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.PortReference;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProxyProtocol;
import io.headgate.model.ProxyProtocolMode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What is probed, and whose answer counts. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProbingTest {
  private final World world = World.ofThreeNodes();

  @Test
  void under_cluster_kube_proxy_is_asked_and_the_node_port_as_long_as_no_kube_proxy_answers() {
    world.decide();
    assertThat(world.probeTexts())
        .contains("http://10.0.0.1:10256/healthz", "tcp 10.0.0.1:30080")
        .hasSize(6);
    world.probe();
    assertThat(world.probeTexts())
        .containsExactly(
            "http://10.0.0.1:10256/healthz",
            "http://10.0.0.2:10256/healthz",
            "http://10.0.0.3:10256/healthz");
  }

  @Test
  void where_no_kube_proxy_answers_the_node_port_decides() {
    world.answers = target -> isKubeProxy(target) ? Answer.REFUSED : Answer.GOOD;
    world.settled();
    assertThat(world.probeTexts()).hasSize(6);
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");

    world.answers = target -> isKubeProxy(target) || n1(target) ? Answer.REFUSED : Answer.GOOD;
    world.probe();
    world.probe();
    assertThat(world.stateOf("n1")).isEqualTo(BackendState.DOWN);
  }

  @Test
  void backends_proven_by_their_node_port_stay_up_when_the_first_kube_proxy_answers() {
    world.answers = target -> isKubeProxy(target) ? Answer.NONE : Answer.GOOD;
    world.settled();
    world.answers = target -> isKubeProxy(target) && !n1(target) ? Answer.NONE : Answer.GOOD;
    world.probe();
    assertThat(world.probeTexts()).hasSize(3);
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");

    world.answers = target -> n1(target) ? Answer.GOOD : Answer.TIMED_OUT;
    world.probe();
    world.probe();
    assertThat(world.candidates()).containsExactly("n1");
  }

  @Test
  void under_local_the_health_check_node_port_is_asked_where_there_are_endpoints() {
    world.localPolicy(World.HEALTH_CHECK_NODE_PORT);
    world.endpoints.removeIf(endpoint -> endpoint.node().orElseThrow().equals("n2"));
    world.decide();
    assertThat(world.probeTexts())
        .containsExactly("http://10.0.0.1:32000/healthz", "http://10.0.0.3:32000/healthz");
  }

  @Test
  void a_node_port_service_under_local_is_connected_to_where_there_are_endpoints() {
    world.localPolicy(0);
    world.endpoints.removeIf(endpoint -> endpoint.node().orElseThrow().equals("n2"));
    world.decide();
    assertThat(world.probeTexts()).containsExactly("tcp 10.0.0.1:30080", "tcp 10.0.0.3:30080");
  }

  @Test
  void nodes_and_fixed_backends_are_connected_to() {
    world.route("shop", 80, new Source.Nodes(LabelSelector.parse("!none").orElseThrow(), 8080));
    world.route(
        "fixed",
        81,
        new Source.Fixed(List.of(Addresses.parseWithPort("10.1.0.1:9000").orElseThrow())));
    world.decide();
    assertThat(world.probeTexts()).hasSize(4).contains("tcp 10.0.0.1:8080", "tcp 10.1.0.1:9000");
  }

  @Test
  void routes_that_ask_the_same_share_the_probe() {
    world.route("again", 8080, new Source.Service(World.SHOP, new PortReference.Numbered(80)));
    world.decide();
    assertThat(world.probeTexts()).hasSize(6);
  }

  @Test
  void an_own_check_goes_to_the_backend_or_to_its_own_port() {
    own(HealthPolicy.Type.TCP, 0);
    assertThat(world.probeTexts()).hasSize(3).contains("tcp 10.0.0.1:30080");
    own(HealthPolicy.Type.HTTP, 10254);
    assertThat(world.probeTexts()).hasSize(3).contains("http://10.0.0.1:10254/healthz");
    own(HealthPolicy.Type.HTTPS, 0);
    assertThat(world.probeTexts()).hasSize(3).contains("https://10.0.0.1:30080/healthz");
    own(HealthPolicy.Type.TLS, 0);
    assertThat(world.probeTexts()).hasSize(3).contains("tls 10.0.0.1:30080");
  }

  @Test
  void an_own_http_check_that_says_503_has_failed() {
    own(HealthPolicy.Type.HTTP, 0);
    world.probe();
    world.answers = target -> n1(target) ? Answer.UNAVAILABLE : Answer.GOOD;
    world.probe();
    assertThat(world.stateOf("n1")).isEqualTo(BackendState.SUSPECT);
    world.probe();
    assertThat(world.stateOf("n1")).isEqualTo(BackendState.DOWN);
  }

  @Test
  void without_health_checks_backends_are_up_at_once() {
    own(HealthPolicy.Type.OFF, 0);
    assertThat(world.probeTexts()).isEmpty();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
  }

  @Test
  void probes_of_the_backend_itself_carry_its_proxy_header() {
    world.proxyProtocol(ProxyProtocolMode.V2);
    world.decide();
    assertThat(world.state.probes())
        .allSatisfy(target ->
            assertThat(target.proxyHeader())
                .isEqualTo(isKubeProxy(target) ? ProxyProtocol.OFF : ProxyProtocol.V2));
    own(HealthPolicy.Type.HTTP, 0);
    assertThat(world.state.probes())
        .allSatisfy(target -> assertThat(target.proxyHeader()).isEqualTo(ProxyProtocol.V2));
    own(HealthPolicy.Type.HTTP, 10254);
    assertThat(world.state.probes())
        .allSatisfy(target -> assertThat(target.proxyHeader()).isEqualTo(ProxyProtocol.OFF));
  }

  @Test
  void nothing_is_asked_of_nodes_in_maintenance_or_out_of_service() {
    world.settled();
    world.order("n1", Order.MAINT);
    world.node("n2").taints.add("node.kubernetes.io/out-of-service");
    world.decide();
    assertThat(world.probeTexts()).containsExactly("http://10.0.0.3:10256/healthz");
  }

  @Test
  void draining_nodes_are_still_probed() {
    world.settled();
    world.order("n1", Order.DRAIN);
    world.decide();
    assertThat(world.probeTexts()).hasSize(3);
  }

  @Test
  void
      a_node_port_without_endpoints_is_not_connected_to_and_its_refusals_are_not_held_against_it() {
    own(HealthPolicy.Type.TCP, 0);
    world.settled();
    world.endpoints.clear();
    world.answers = _ -> Answer.REFUSED;
    world.probe();
    world.probe();
    assertThat(world.probeTexts()).isEmpty();

    world.endpoint("n1");
    world.decide();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
  }

  @Test
  void a_reload_that_changes_the_probe_keeps_what_was_known_until_the_new_one_answers() {
    world.settled();
    world.health(old ->
        new HealthPolicy(
            HealthPolicy.Type.HTTP, 0, "/ready", Duration.ofSeconds(9), old.timeout(), 2, 2));
    world.decide();
    assertThat(world.probeTexts()).contains("http://10.0.0.1:30080/ready");
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    assertThat(world.changeTexts()).containsExactly("shop policy changed: health");
  }

  private void own(HealthPolicy.Type type, int port) {
    world.health(old -> World.ofType(old, type, port));
    world.decide();
  }

  private static boolean isKubeProxy(ProbeTarget target) {
    return target.address().getPort() == Probing.KUBE_PROXY_PORT;
  }

  private static boolean n1(ProbeTarget target) {
    return World.isAt(target, "10.0.0.1");
  }
}
