package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.addressing.Assignment;
import io.headgate.config.RouteConfig.Source;
import io.headgate.desired.ServiceWorld.Asking;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.Explanation;
import io.headgate.model.Listener;
import io.headgate.model.PortReference;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.Route.Mode;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.PortProblem;
import io.headgate.model.ServiceReport.Remark;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** {@code type: LoadBalancer} Services become routes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LoadBalancerServicesTest {
  private static final ServiceKey BLOG = new ServiceKey("web", "blog");
  private static final Port HTTPS = new Port("https", "TCP", 443, 30443);

  private final ServiceWorld services = new ServiceWorld();
  private final World world = services.world;

  @Test
  void a_service_of_our_class_is_served_at_its_address_and_port() {
    services.service(new Asking().ports(World.httpPort(30080), HTTPS));
    services.assign("203.0.113.10");
    world.settled();
    assertThat(services.listeners()).containsExactly("203.0.113.10:80", "203.0.113.10:443");
    assertThat(services.routes()).containsExactly("web/shop:http", "web/shop:https");
    assertThat(services.backends("web/shop:https"))
        .containsExactly("10.0.0.1:30443", "10.0.0.2:30443", "10.0.0.3:30443");
    assertThat(world.route("web/shop:http").mode()).isEqualTo(Mode.NORMAL);
    assertThat(services.report().addresses())
        .extracting(Addresses::text)
        .containsExactly("203.0.113.10");
    assertThat(services.report().portProblems()).isEmpty();
    assertThat(services.report().remarks())
        .containsExactly(
            new Remark(
                Level.NORMAL,
                "EnsuredLoadBalancer",
                "serving on 203.0.113.10:80, 203.0.113.10:443"));
  }

  @Test
  void a_single_port_needs_no_name() {
    services.service(new Asking().ports(new Port("", "TCP", 80, 30080)));
    services.assign("203.0.113.10");
    world.decide();
    assertThat(services.routes()).containsExactly("web/shop:80");
  }

  @Test
  void a_service_of_another_class_or_none_is_left_alone() {
    var other = new Asking();
    other.loadBalancerClass = "headgate.io/edge2";
    services.service(other);
    services.assign("203.0.113.10");
    world.decide();
    assertNothingServed();

    var none = new Asking();
    none.loadBalancerClass = "";
    services.service(none);
    world.decide();
    assertNothingServed();

    services.claim(ServiceWorld.EDGE, true);
    world.decide();
    assertThat(services.routes()).as("default-class").containsExactly("web/shop:http");
  }

  @Test
  void with_load_balancing_off_a_service_without_a_class_is_not_ours_either() {
    var none = new Asking();
    none.loadBalancerClass = "";
    services.service(none);
    world.loadBalancing = LoadBalancing.OFF;
    world.decide();
    assertNothingServed();
  }

  @Test
  void a_node_port_service_is_not_ours_even_with_our_class() {
    var asking = new Asking();
    asking.type = ClusterService.Type.NODE_PORT;
    services.service(asking);
    services.assign("203.0.113.10");
    world.decide();
    assertNothingServed();
  }

  @Test
  void a_service_that_says_ignore_is_left_alone() {
    services.service(new Asking().with("ignore", "true"));
    services.assign("203.0.113.10");
    world.decide();
    assertNothingServed();
    services.service(new Asking().with("ignore", "false"));
    world.decide();
    assertThat(services.routes()).hasSize(1);
  }

  @Test
  void a_deleting_service_gives_its_listener_back() {
    ServiceWorld serving = ServiceWorld.serving();
    var deleting = new Asking();
    deleting.deleting = true;
    serving.service(deleting);
    serving.world.decide();
    assertThat(serving.listeners()).isEmpty();
    assertThat(serving.world.state.reports()).isEmpty();
    assertThat(serving.world.changeTexts()).containsExactly("web/shop:http route removed");
  }

  @Test
  void a_service_made_anew_by_the_same_name_inherits_nothing() {
    ServiceWorld serving = ServiceWorld.serving();
    assertThat(serving.world.state.assignments()).containsKey(World.SHOP);
    serving.world.answers = _ -> Answer.TIMED_OUT;
    serving.world.probes.clear();
    var anew = new Asking();
    anew.uid = "uid-2";
    serving.service(anew);
    serving.world.decide();
    assertThat(serving.toldBefore).as("its address").isEmpty();
    assertThat(serving.world.route("web/shop:http").backends())
        .allSatisfy(backend ->
            assertThat(backend.state()).isEqualTo(io.headgate.model.BackendState.PENDING));
    assertThat(serving.report().uid()).isEqualTo("uid-2");
  }

  @Test
  void a_service_without_an_address_is_not_served_and_explain_says_why() {
    services.service(new Asking());
    services.assignments.put(
        World.SHOP,
        new Assignment(
            "uid",
            List.of(),
            "",
            List.of(),
            List.of(new Remark(Level.WARNING, "AllocationFailed", "no pool has an address left"))));
    world.decide();
    assertThat(services.routes()).isEmpty();
    assertThat(services.report().addresses()).isEmpty();
    assertThat(services.reasons()).containsExactly("AllocationFailed");
    assertThat(world.explain("web/shop"))
        .singleElement()
        .extracting(Explanation::notes)
        .isEqualTo(List.of("the Service has no address yet", "no pool has an address left"));
    assertThat(world.changeTexts()).contains("web/shop no pool has an address left");
    world.decide();
    assertThat(world.changeTexts()).as("once").isEmpty();
  }

  @Test
  void explain_knows_a_service_by_its_name_and_by_its_routes() {
    services.service(new Asking().ports(World.httpPort(30080), HTTPS));
    services.assign("203.0.113.10");
    world.decide();
    assertThat(world.explain("web/shop")).hasSize(2);
    assertThat(world.explain("web/shop:https"))
        .singleElement()
        .extracting(Explanation::source)
        .isEqualTo("service web/shop:https");
    assertThat(world.explain("web/nothing")).isEmpty();
  }

  @Test
  void udp_is_not_served_and_says_so() {
    services.service(new Asking().ports(World.httpPort(30080), new Port("quic", "UDP", 80, 30081)));
    services.assign("203.0.113.10");
    world.decide();
    assertThat(services.routes()).containsExactly("web/shop:http");
    assertThat(services.portProblems())
        .containsExactly("UDP 80 LoadBalancerMixedProtocolNotSupported");
    assertThat(services.message("LoadBalancerMixedProtocolNotSupported"))
        .isEqualTo("port 80/UDP is not served: only TCP is");
  }

  @Test
  void a_configured_route_keeps_its_address_and_port() {
    configuredRoute("203.0.113.10", 80);
    services.service(new Asking().ports(World.httpPort(30080), HTTPS));
    services.assign("203.0.113.10");
    world.decide();
    assertThat(services.routes()).containsExactly("file", "web/shop:https");
    assertThat(services.portProblems()).containsExactly("TCP 80 headgate.io/PortInUse");
    assertThat(services.message("PortInUse")).isEqualTo("203.0.113.10:80 belongs to route file");
  }

  @Test
  void a_configured_route_on_every_address_keeps_its_port() {
    configuredRoute("::", 80);
    services.service(new Asking());
    services.assign("203.0.113.10", "2001:db8::10");
    world.decide();
    assertThat(services.routes()).containsExactly("file");
    assertThat(services.portProblems()).containsExactly("TCP 80 headgate.io/PortInUse");
  }

  @Test
  void a_configured_route_on_every_ipv4_address_leaves_ipv6_to_the_service() {
    configuredRoute("0.0.0.0", 80);
    services.service(new Asking());
    services.assign("203.0.113.10", "2001:db8::10");
    world.decide();
    assertThat(services.listeners())
        .contains("[2001:db8::10]:80")
        .doesNotContain("203.0.113.10:80");
    assertThat(services.portProblems()).as("it is served, in part").isEmpty();
    assertThat(services.reasons()).contains("PortInUse", "EnsuredLoadBalancer");
  }

  @Test
  void a_port_that_an_older_service_has_on_the_shared_address_is_not_served() {
    services.service(new Asking());
    services.service(new Asking().named("web", "blog").ports(World.httpPort(31000), HTTPS));
    services.assign("203.0.113.10");
    services.assignments.put(
        BLOG,
        new Assignment(
            "uid",
            ServiceWorld.addresses("203.0.113.10"),
            "public",
            List.of(new PortProblem("TCP", 80, "headgate.io/PortInUse")),
            List.of()));
    world.decide();
    assertThat(services.routes()).containsExactly("web/blog:https", "web/shop:http");
    assertThat(services.report(BLOG).portProblems()).hasSize(1);
  }

  @Test
  void whatever_is_assigned_the_older_service_keeps_the_port() {
    var younger = new Asking().named("web", "blog");
    younger.createdAt = Instant.parse("2026-02-01T00:00:00Z");
    services.service(younger);
    services.service(new Asking());
    services.assign("203.0.113.10");
    services.assign(BLOG, "203.0.113.10");
    world.decide();
    assertThat(services.routes()).containsExactly("web/shop:http");
    assertThat(services.report(BLOG).portProblems()).hasSize(1);
  }

  @Test
  void an_edit_of_one_port_leaves_the_others_alone() {
    services.service(new Asking().ports(World.httpPort(30080), HTTPS));
    services.assign("203.0.113.10");
    world.settled();
    var http = world.route("web/shop:http");
    services.service(
        new Asking().ports(World.httpPort(30080), new Port("https", "TCP", 8443, 31443)));
    world.decide();
    assertThat(world.route("web/shop:http")).isEqualTo(http);
    assertThat(services.listeners()).containsExactly("203.0.113.10:80", "203.0.113.10:8443");
    assertThat(services.backends("web/shop:https")).first().isEqualTo("10.0.0.1:31443");
    assertThat(world.changeTexts()).noneMatch(text -> text.startsWith("web/shop:http "));
  }

  @Test
  void scaled_to_zero_keeps_its_address_and_says_so() {
    ServiceWorld serving = ServiceWorld.serving();
    serving.world.endpoints.clear();
    serving.world.decide();
    assertThat(serving.listeners()).containsExactly("203.0.113.10:80");
    assertThat(serving.report().addresses()).hasSize(1);
    assertThat(serving.reasons()).containsExactly("NoEndpoints");
    assertThat(serving.message("NoEndpoints")).startsWith("no endpoint of ");
  }

  @Test
  void without_a_usable_node_the_status_keeps_its_address() {
    ServiceWorld serving = ServiceWorld.serving();
    serving.world.nodes.clear();
    serving.world.decide();
    assertThat(serving.report().addresses()).hasSize(1);
    assertThat(serving.reasons()).containsExactly("UnAvailableLoadBalancer");
  }

  @Test
  void a_service_that_kube_proxy_leaves_alone_is_warned_of() {
    var asking = new Asking();
    asking.labels = java.util.Map.of("service.kubernetes.io/service-proxy-name", "other");
    services.service(asking);
    services.assign("203.0.113.10");
    world.decide();
    assertThat(services.reasons()).containsExactly("ServiceProxyName", "EnsuredLoadBalancer");
  }

  @Test
  void a_probe_that_fails_is_nothing_to_tell_the_cluster() {
    ServiceWorld serving = ServiceWorld.serving();
    var before = serving.report();
    serving.world.answers = _ -> Answer.REFUSED;
    serving.world.probe();
    serving.world.probe();
    serving.world.probe();
    assertThat(serving.world.route("web/shop:http").mode()).isEqualTo(Mode.FAIL_OPEN);
    assertThat(serving.report()).isEqualTo(before);
  }

  @Test
  void that_every_backend_fails_for_half_a_minute_is_told_until_one_works() {
    ServiceWorld serving = ServiceWorld.serving();
    var well = serving.report();
    serving.world.answers = _ -> Answer.REFUSED;
    serving.world.probe();
    serving.world.later(Duration.ofSeconds(2));
    serving.world.probe();
    assertThat(serving.world.state.wakeAtNs())
        .hasValue(serving.world.nowNs + Duration.ofSeconds(30).toNanos());
    serving.world.later(Duration.ofSeconds(29));
    assertThat(serving.report()).isEqualTo(well);

    serving.world.later(Duration.ofSeconds(1));
    assertThat(serving.reasons()).containsExactly("NoHealthyBackend", "EnsuredLoadBalancer");
    assertThat(serving.message("NoHealthyBackend"))
        .startsWith("every backend fails, such as 10.0.0.1:30080 of n1 (probe: ");
    assertThat(serving.world.state.wakeAtNs()).isEmpty();

    serving.world.answers = _ -> Answer.GOOD;
    serving.world.probe();
    serving.world.probe();
    assertThat(serving.report()).isEqualTo(well);
  }

  @Test
  void what_was_read_from_disk_is_served_and_not_told_to_the_cluster() {
    services.service(new Asking().with("colour", "red"));
    services.assign("203.0.113.10");
    world.freshness = Freshness.STALE;
    world.settled();
    assertThat(services.routes()).hasSize(1);
    assertThat(world.state.reports()).isEmpty();
    world.decide();
    assertThat(world.changeTexts()).isEmpty();
  }

  @Test
  void external_ips_of_our_pools_are_served_at_the_service_port_whatever_the_type() {
    var asking = new Asking().ports(new Port("http", "TCP", 8080, 0));
    asking.type = ClusterService.Type.CLUSTER_IP;
    asking.loadBalancerClass = "";
    asking.externalIps = List.of("203.0.113.77", "198.51.100.1");
    services.service(asking);
    world.settled();
    assertThat(services.listeners()).containsExactly("203.0.113.77:8080");
    assertThat(services.backends("web/shop:http")).first().isEqualTo("10.244.0.0:8080");
    assertThat(services.report().ours()).as("its status is not ours to write").isFalse();
    assertThat(services.reasons()).containsExactly("ExternalIPRefused");
    asking.externalIps = List.of("203.0.113.77");
    services.service(asking);
    world.decide();
    assertThat(world.state.reports()).as("nothing to say").isEmpty();
  }

  @Test
  void external_ips_outside_our_pools_of_a_service_that_the_file_names_are_refused_too() {
    var named = new Asking();
    named.type = ClusterService.Type.NODE_PORT;
    named.loadBalancerClass = "";
    named.externalIps = List.of("198.51.100.1");
    services.service(named);
    world.decide();
    assertThat(world.state.reports()).as("none of our business").isEmpty();
    world.route("web", 80, new Source.Service(ServiceWorld.SHOP, new PortReference.Named("http")));
    world.decide();
    assertThat(services.report().ours()).isFalse();
    assertThat(services.reasons()).containsExactly("ExternalIPRefused");
    assertThat(services.routes()).containsExactly("web");
    assertThat(services.listeners()).containsExactly("*:80");
  }

  @Test
  void external_ips_outside_our_pools_are_no_matter_of_services_that_we_do_not_serve() {
    var ours = new Asking();
    ours.externalIps = List.of("198.51.100.1");
    services.service(ours);
    services.assign("203.0.113.10");
    var foreign = new Asking().named("web", "blog");
    foreign.type = ClusterService.Type.CLUSTER_IP;
    foreign.loadBalancerClass = "";
    foreign.externalIps = List.of("198.51.100.2");
    services.service(foreign);
    world.decide();
    assertThat(services.listeners()).containsExactly("203.0.113.10:80");
    assertThat(services.message("ExternalIPRefused"))
        .isEqualTo("external IP 198.51.100.1 is not served: it is in no pool of this edge");
    assertThat(world.changeTexts()).noneMatch(text -> text.contains("198.51.100.2"));
  }

  @Test
  void nobody_takes_an_assigned_address_by_naming_it_as_an_external_ip() {
    var thief = new Asking().named("web", "blog");
    thief.type = ClusterService.Type.CLUSTER_IP;
    thief.loadBalancerClass = "";
    thief.createdAt = Instant.parse("2020-01-01T00:00:00Z");
    thief.externalIps = List.of("203.0.113.10");
    services.service(thief);
    services.service(new Asking());
    services.assign("203.0.113.10");
    world.decide();
    assertThat(services.routes()).containsExactly("web/shop:http");
  }

  @Test
  void a_service_that_appears_is_told_of_with_its_listeners() {
    services.service(new Asking());
    services.assign("203.0.113.10");
    world.decide();
    assertThat(world.changeTexts())
        .contains("web/shop:http serving web/shop on 203.0.113.10:80: 3 backend(s)");
  }

  @Test
  void hundreds_of_services_that_appear_fail_and_go_at_once_are_a_few_lines() {
    for (int i = 0; i < 200; i++) {
      var key = new ServiceKey("web", "s" + i);
      services.service(new Asking().named("web", "s" + i));
      services.assign(key, "203.0.113." + i);
      world.otherEndpoints.put(key, List.of(ServiceWorld.pod("10.244.1.1", "n1", true, false)));
    }
    world.decide();
    assertThat(world.state.table().routes()).hasSize(200);
    assertThat(world.changeTexts()).hasSizeLessThan(8);
    assertThat(world.changeTexts()).anyMatch(text -> text.contains("200 routes"));
    world.probe();
    world.probe();
    world.node("n1").deleting = true;
    world.decide();
    assertThat(world.changeTexts())
        .singleElement()
        .asString()
        .startsWith("n1 200 routes, web/s0:http among them: UP -> DRAIN");
    world.otherEndpoints.clear();
    world.decide();
    assertThat(world.changeTexts()).hasSizeLessThan(12);
    world.services.clear();
    world.decide();
    assertThat(world.changeTexts()).hasSize(1);
  }

  private void configuredRoute(String address, int port) {
    var backend = new InetSocketAddress(TestNode.address("10.9.0.1"), 80);
    world.route(
        "file", new Listener(TestNode.address(address), port), new Source.Fixed(List.of(backend)));
  }

  private void assertNothingServed() {
    assertThat(services.routes()).isEmpty();
    assertThat(world.state.reports()).isEmpty();
  }
}
