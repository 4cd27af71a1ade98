package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.Addresses;
import io.headgate.model.BackendState;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.PortReference;
import io.headgate.model.Route.Mode;
import io.headgate.model.ServiceKey;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a route forwards to, and what it says when that is not there. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SelectionTest {
  private final World world = World.ofThreeNodes();

  @Test
  void fixed_backends_are_all_taken_once() {
    world.route("shop", 80, fixed("10.1.0.2:80", "10.1.0.1:80", "10.1.0.2:80", "10.1.0.2:81"));
    world.freshness = Freshness.NONE;
    world.settled();
    assertThat(world.backendNodes()).containsExactly("10.1.0.1:80", "10.1.0.2:80", "10.1.0.2:81");
    assertThat(world.candidates()).hasSize(3);
    assertThat(world.explanation().source()).isEqualTo("4 fixed backends");
  }

  @Test
  void a_fixed_backend_can_be_drained_alone_or_with_its_host() {
    world.route("shop", 80, fixed("10.1.0.1:80", "10.1.0.2:80", "10.1.0.2:81"));
    world.settled();
    world.order("10.1.0.2:80", Order.DRAIN);
    world.decide();
    assertThat(world.candidates()).containsExactly("10.1.0.1:80", "10.1.0.2:81");

    world.order("shop/10.1.0.2", Order.MAINT);
    world.order("10.1.0.2:80", Order.READY);
    world.decide();
    assertThat(world.candidates()).containsExactly("10.1.0.1:80");
    assertThat(world.stateOf("10.1.0.2:80")).isEqualTo(BackendState.MAINT);
  }

  @Test
  void a_service_is_reached_at_its_node_port_on_every_node() {
    world.decide();
    assertThat(world.route().backends())
        .extracting(backend -> Addresses.text(backend.address()))
        .containsExactly("10.0.0.1:30080", "10.0.0.2:30080", "10.0.0.3:30080");
  }

  @Test
  void a_service_that_is_created_again_with_another_node_port_is_followed() {
    world.settled();
    world.services.put(
        World.SHOP, World.shop(ClusterService.Type.NODE_PORT, false, 0, World.httpPort(31111)));
    world.decide();
    assertThat(world.route().backends())
        .allSatisfy(backend -> assertThat(backend.address().getPort()).isEqualTo(31111));
    assertThat(world.changeTexts()).contains("shop/n1 removed: no longer at 10.0.0.1:30080");
    world.probe();
    assertThat(world.candidates()).hasSize(3);
  }

  @Test
  void a_missing_service_is_named_together_with_what_was_probably_meant() {
    service("web", "shpo", new PortReference.Named("http"));
    assertThat(onlyNote()).isEqualTo("there is no Service web/shpo (did you mean web/shop?)");
    service("prod", "shop", new PortReference.Named("http"));
    assertThat(onlyNote()).isEqualTo("there is no Service prod/shop (did you mean web/shop?)");
    service("web", "cart", new PortReference.Named("http"));
    assertThat(onlyNote()).isEqualTo("there is no Service web/cart");
    assertThat(world.state.changes())
        .anySatisfy(change -> assertThat(change.level()).isEqualTo(Change.Level.WARNING));
    assertThat(world.route().mode()).isEqualTo(Mode.EMPTY);
  }

  @Test
  void a_service_in_a_namespace_that_is_not_watched_is_told_so() {
    world.namespaces = List.of("prod", "test");
    service("web", "cart", new PortReference.Named("http"));
    assertThat(onlyNote())
        .isEqualTo(
            "there is no Service web/cart that we see: kubernetes.namespaces names only prod,"
                + " test");
  }

  @Test
  void a_missing_port_is_named_together_with_those_that_exist() {
    ports(
        new ClusterService.Port("http", "TCP", 80, 30080),
        new ClusterService.Port("https", "TCP", 443, 30443),
        new ClusterService.Port("quic", "UDP", 8443, 30843));
    service("web", "shop", new PortReference.Named("htpps"));
    assertThat(onlyNote())
        .isEqualTo(
            "Service web/shop has no TCP port htpps (did you mean https?); its ports: http 80/TCP,"
                + " https 443/TCP, quic 8443/UDP");
    service("web", "shop", new PortReference.Numbered(30443));
    assertThat(onlyNote())
        .startsWith(
            "Service web/shop has no TCP port 30443 (did you mean 443, whose NodePort it is?)");
    service("web", "shop", new PortReference.Named("quic"));
    assertThat(onlyNote()).startsWith("Service web/shop: port quic is UDP, not TCP; its ports:");
  }

  @Test
  void a_port_number_that_tcp_and_udp_share_means_tcp() {
    ports(
        new ClusterService.Port("quic", "UDP", 443, 30843),
        new ClusterService.Port("https", "TCP", 443, 30443));
    service("web", "shop", new PortReference.Numbered(443));
    assertThat(world.route().backends())
        .allSatisfy(backend -> assertThat(backend.address().getPort()).isEqualTo(30443));
  }

  @Test
  void a_service_without_a_node_port_is_reached_at_its_pods_and_says_what_that_takes() {
    world.services.put(
        World.SHOP, World.shop(ClusterService.Type.CLUSTER_IP, false, 0, World.httpPort(0)));
    world.settled();
    assertThat(world.route().candidates())
        .extracting(backend -> Addresses.text(backend.address()))
        .containsExactly("10.244.0.0:8080", "10.244.0.1:8080", "10.244.0.2:8080");
    assertThat(onlyNote())
        .isEqualTo(
            "NodePortMissing: port http of Service web/shop has no NodePort, so connections go"
                + " straight to its endpoints: this edge must have a route to the pods");
  }

  @Test
  void an_external_name_has_neither_node_port_nor_pods() {
    world.services.put(
        World.SHOP, World.shop(ClusterService.Type.EXTERNAL_NAME, false, 0, World.httpPort(0)));
    world.decide();
    assertThat(onlyNote())
        .isEqualTo(
            "port http of Service web/shop has no NodePort: its type is ExternalName, not NodePort"
                + " or LoadBalancer");
    assertThat(world.backendNodes()).isEmpty();
  }

  @Test
  void a_service_scaled_to_zero_refuses_and_no_node_is_to_blame() {
    world.settled();
    world.endpoints.clear();
    world.decide();
    assertThat(world.route().mode()).isEqualTo(Mode.EMPTY);
    assertThat(world.route().backends())
        .allSatisfy(backend -> {
          assertThat(backend.state()).isEqualTo(BackendState.DOWN);
          assertThat(backend.lastResort()).isFalse();
          assertThat(backend.reason()).isEqualTo("Service has no endpoints");
        });
    assertThat(world.explanation().notes()).first().asString().startsWith("NO_ENDPOINTS");

    world.order("n1", Order.DRAIN);
    world.decide();
    assertThat(world.route().mode()).as("a draining node has none either").isEqualTo(Mode.EMPTY);
    world.order("n1", Order.READY);

    world.endpoint("n1");
    world.decide();
    assertThat(world.candidates()).as("scaled to one: all at once").hasSize(3);
  }

  @Test
  void endpoint_slices_never_seen_are_no_endpoints() {
    world.endpoints.clear();
    world.settled();
    assertThat(world.explanation().notes()).first().asString().startsWith("NO_ENDPOINTS");
  }

  @Test
  void endpoints_of_another_port_do_not_count() {
    world.endpoints.replaceAll(e ->
        new ClusterEndpoint(e.address(), e.node(), true, true, false, Map.of("metrics", 9100)));
    world.decide();
    assertThat(world.explanation().notes()).first().asString().startsWith("NO_ENDPOINTS");
  }

  @Test
  void the_last_terminating_endpoints_are_kept_in_use() {
    world.settled();
    world.endpoints.clear();
    world.terminatingEndpoint("n1");
    world.decide();
    assertThat(world.candidates()).hasSize(3);
    assertThat(world.explanation().notes())
        .containsExactly("only terminating endpoints are left; they are kept in use");
  }

  @Test
  void under_local_the_last_terminating_endpoints_are_kept_in_use() {
    world.localPolicy(World.HEALTH_CHECK_NODE_PORT);
    world.settled();
    world.endpoints.clear();
    world.terminatingEndpoint("n2");
    world.decide();
    assertThat(world.route().mode()).isEqualTo(Mode.DRAINING_ONLY);
    assertThat(world.candidates()).containsExactly("n2");
  }

  @Test
  void an_endpoint_that_is_ready_although_it_terminates_is_ready() {
    world.localPolicy(World.HEALTH_CHECK_NODE_PORT);
    world.endpoints.clear();
    world.endpoints.add(world.endpoint(Optional.of("n1"), true, true, true));
    world.settled();
    assertThat(world.stateOf("n1")).isEqualTo(BackendState.UP);
  }

  @Test
  void an_endpoint_that_neither_is_ready_nor_serves_does_not_count() {
    world.localPolicy(World.HEALTH_CHECK_NODE_PORT);
    world.settled();
    world.endpoints.clear();
    world.endpoints.add(world.endpoint(Optional.of("n1"), false, false, true));
    world.endpoints.add(world.endpoint(Optional.of("n2"), false, true, false));
    world.endpoint("n3");
    world.decide();
    assertThat(world.stateOf("n1")).isEqualTo(BackendState.DOWN);
    assertThat(world.stateOf("n2")).isEqualTo(BackendState.DOWN);
    assertThat(world.stateOf("n3")).isEqualTo(BackendState.UP);
  }

  @Test
  void under_local_an_endpoint_that_names_no_node_or_an_unused_one_is_told_of() {
    world.localPolicy(World.HEALTH_CHECK_NODE_PORT);
    world.node("n3").networkUnavailable = true;
    world.endpoints.add(world.endpoint(Optional.empty(), true, true, false));
    world.decide();
    assertThat(world.explanation().notes())
        .contains(
            "externalTrafficPolicy is Local and 1 endpoint(s) are on nodes that are not used",
            "externalTrafficPolicy is Local and 1 endpoint(s) name no node: they count for none");
  }

  @Test
  void a_cluster_that_is_not_known_yet_gives_no_backends() {
    world.freshness = Freshness.NONE;
    world.decide();
    assertThat(world.backendNodes()).isEmpty();
    assertThat(onlyNote()).isEqualTo("cluster not known yet");
  }

  @Test
  void a_stale_cluster_is_served_like_a_live_one() {
    world.freshness = Freshness.STALE;
    world.settled();
    assertThat(world.candidates()).hasSize(3);
    assertThat(onlyNote()).isEqualTo("the cluster's state was read from disk and is stale");

    world.freshness = Freshness.LIVE;
    world.decide();
    assertThat(world.state.table()).isSameAs(world.before.table());
    assertThat(world.changeTexts()).containsExactly("cluster read from the API");
  }

  private void ports(ClusterService.Port... ports) {
    world.services.put(World.SHOP, World.shop(ClusterService.Type.NODE_PORT, false, 0, ports));
  }

  private void service(String namespace, String name, PortReference port) {
    world.route("shop", 80, new Source.Service(new ServiceKey(namespace, name), port));
    world.decide();
  }

  private String onlyNote() {
    assertThat(world.explanation().notes()).hasSizeBetween(1, 2);
    return world.explanation().notes().getFirst();
  }

  private static Source.Fixed fixed(String... backends) {
    List<InetSocketAddress> addresses =
        Arrays.stream(backends).map(text -> Addresses.parseWithPort(text).orElseThrow()).toList();
    return new Source.Fixed(addresses);
  }
}
