package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.RouteConfig.Source;
import io.headgate.desired.ServiceWorld.Asking;
import io.headgate.model.Balance;
import io.headgate.model.CidrSet;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.HealthPolicy;
import io.headgate.model.Listener;
import io.headgate.model.PortReference;
import io.headgate.model.ProxyProtocolMode;
import io.headgate.model.RoutePolicy;
import io.headgate.model.ServiceReport.StatusAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the annotations and source ranges of a Service do to its routes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ServiceSettingsTest {
  private static final String RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";

  private final ServiceWorld services = new ServiceWorld();
  private final World world = services.world;

  @BeforeEach
  void assigned() {
    services.assign("203.0.113.10");
  }

  @Test
  void every_setting_of_a_policy_can_be_annotated() {
    decide(
        new Asking()
            .with("proxy-protocol", "v2")
            .with("algorithm", "leastconn")
            .with("idle-timeout", "10m")
            .with("drain-timeout", "240s")
            .with("connect-timeout", "500ms")
            .with("max-conn", "1000")
            .with("max-conn-per-client", "10")
            .with("conn-rate-per-client", "5")
            .with("health-check", "http")
            .with("health-check-port", "10254")
            .with("health-check-path", "/ready")
            .with("health-check-interval", "5s")
            .with("health-check-timeout", "2s")
            .with("health-check-rise", "3")
            .with("health-check-fall", "4"));
    RoutePolicy policy = policy();
    assertThat(policy.proxyProtocol()).isEqualTo(ProxyProtocolMode.V2);
    assertThat(policy.balance()).isEqualTo(Balance.LEAST_CONNECTIONS);
    assertThat(policy.idleTimeout()).isEqualTo(Duration.ofMinutes(10));
    assertThat(policy.drainTimeout()).isEqualTo(Duration.ofMinutes(4));
    assertThat(policy.connectTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(policy.maxConnections()).isEqualTo(1000);
    assertThat(policy.maxConnectionsPerClient()).isEqualTo(10);
    assertThat(policy.connectionRatePerClient()).isEqualTo(5);
    assertThat(policy.health())
        .isEqualTo(
            new HealthPolicy(
                HealthPolicy.Type.HTTP,
                10254,
                "/ready",
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                3,
                4));
    assertThat(services.reasons()).containsExactly("EnsuredLoadBalancer");
  }

  @ParameterizedTest
  @CsvSource({
    "leastconn, LEAST_CONNECTIONS",
    "least-connections, LEAST_CONNECTIONS",
    "roundrobin, ROUND_ROBIN",
    "round-robin, ROUND_ROBIN",
    "source, SOURCE_HASH",
    "source-hash, SOURCE_HASH",
    "random, RANDOM"
  })
  void an_algorithm_may_be_called_as_haproxy_or_the_file_calls_it(String word, Balance balance) {
    decide(new Asking().with("algorithm", word));
    assertThat(policy().balance()).isEqualTo(balance);
    decide(new Asking().with("balance", word));
    assertThat(policy().balance()).isEqualTo(balance);
  }

  @Test
  void the_proxy_protocol_may_differ_from_port_to_port() {
    decide(
        new Asking()
            .ports(World.httpPort(30080), new Port("https", "TCP", 443, 30443))
            .with("proxy-protocol", "80=off, https=v2"));
    assertThat(policy("web/shop:http").proxyProtocol()).isEqualTo(ProxyProtocolMode.OFF);
    assertThat(policy("web/shop:https").proxyProtocol()).isEqualTo(ProxyProtocolMode.V2);

    decide(new Asking().with("proxy-protocol", "http=v1,8443=v2"));
    assertThat(policy().proxyProtocol()).isEqualTo(ProxyProtocolMode.V1);
    assertThat(services.message("InvalidAnnotation"))
        .isEqualTo("annotation headgate.io/proxy-protocol names ports that are not there: 8443");
  }

  @Test
  void an_annotation_beats_the_configured_route_which_beats_the_defaults() {
    world.policy = RoutePolicy.DEFAULTS.allowing(CidrSet.NONE);
    world.health(old -> World.ofType(old, HealthPolicy.Type.TCP, 0));
    world.route(
        "file",
        Listener.everyAddress(8080),
        new Source.Service(World.SHOP, new PortReference.Named("http")));
    var foreign = new Asking().with("proxy-protocol", "v2").with("max-con", "5");
    foreign.loadBalancerClass = "metallb";
    decide(foreign);
    assertThat(policy("file").proxyProtocol()).isEqualTo(ProxyProtocolMode.V2);
    assertThat(policy("file").health().type()).isEqualTo(HealthPolicy.Type.TCP);
    assertThat(world.explain("file").getFirst().notes())
        .contains(
            "proxy-protocol = v2, by annotation of the Service",
            "annotation headgate.io/max-con is unknown (did you mean headgate.io/max-conn?)");
    assertThat(world.changeTexts()).anyMatch(text -> text.contains("max-con is unknown"));
  }

  @Test
  void a_misspelt_annotation_is_told_with_what_was_meant() {
    decide(new Asking().with("proxi-protocol", "v2").with("ips", "203.0.113.10"));
    assertThat(services.message("UnknownAnnotation"))
        .isEqualTo(
            "annotation headgate.io/proxi-protocol is unknown (did you mean"
                + " headgate.io/proxy-protocol?)");
    assertThat(services.reasons()).containsExactly("UnknownAnnotation", "EnsuredLoadBalancer");
  }

  @Test
  void what_is_written_by_us_or_for_the_pools_is_no_mistake() {
    decide(
        new Asking()
            .with("pool", "public")
            .with("share-key", "a")
            .with("announced-by", "edge-1")
            .with("allocated-from", "public"));
    assertThat(services.reasons()).containsExactly("EnsuredLoadBalancer");
  }

  @Test
  void an_invalid_value_keeps_what_was_in_force_and_says_so() {
    decide(new Asking().with("proxy-protocol", "v2"));
    decide(new Asking().with("proxy-protocol", "v3"));
    assertThat(policy().proxyProtocol()).isEqualTo(ProxyProtocolMode.V2);
    assertThat(services.message("InvalidAnnotation"))
        .startsWith("annotation headgate.io/proxy-protocol: 'v3' is not a choice (allowed: off |")
        .endsWith("; 'v2' stays in force");
    decide(new Asking().with("proxy-protocol", "v3").with("max-conn", "7"));
    assertThat(policy().proxyProtocol()).as("still").isEqualTo(ProxyProtocolMode.V2);

    decide(new Asking());
    assertThat(policy().proxyProtocol()).as("taken away").isEqualTo(ProxyProtocolMode.OFF);
    decide(new Asking().with("proxy-protocol", "v3"));
    assertThat(policy().proxyProtocol()).as("nothing before it").isEqualTo(ProxyProtocolMode.OFF);
    assertThat(services.message("InvalidAnnotation")).endsWith("; it has no effect");
  }

  @Test
  void what_was_in_force_is_not_inherited_by_a_service_made_anew() {
    decide(new Asking().with("proxy-protocol", "v2"));
    var anew = new Asking().with("proxy-protocol", "v3");
    anew.uid = "uid-2";
    decide(anew);
    assertThat(policy().proxyProtocol()).isEqualTo(ProxyProtocolMode.OFF);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ignore=perhaps",
        "backend=pods",
        "backend=lbIP",
        "node-selector=a=b=c",
        "status-address=hostname:",
        "status-address=203.0.113.10",
        "idle-timeout=soon",
        "max-conn=-1",
        "health-check-path=ready",
        "proxy-protocol=80",
        "proxy-protocol=80=v9",
        "algorithm=best"
      })
  void a_value_that_means_nothing_is_told_together_with_what_is_allowed(String annotation) {
    int sign = annotation.indexOf('=');
    decide(new Asking().with(annotation.substring(0, sign), annotation.substring(sign + 1)));
    assertThat(services.message("InvalidAnnotation")).contains("(allowed: ");
    assertThat(policy()).isEqualTo(RoutePolicy.DEFAULTS);
  }

  @Test
  void the_status_may_name_a_host_or_nothing() {
    decide(new Asking());
    assertThat(services.report().statusAddress()).isEqualTo(new StatusAddress.Ip());
    decide(new Asking().with("status-address", "hostname:lb.example.org"));
    assertThat(services.report().statusAddress())
        .isEqualTo(new StatusAddress.Hostname("lb.example.org"));
    decide(new Asking().with("status-address", "none"));
    assertThat(services.report().statusAddress()).isEqualTo(new StatusAddress.None());
  }

  @Test
  void a_node_selector_narrows_the_nodes_and_an_invalid_one_changes_nothing() {
    world.node("n2").labels.put("edge", "yes");
    decide(new Asking().with("node-selector", "edge=yes"));
    assertThat(services.backends("web/shop:http")).containsExactly("10.0.0.2:30080");
    decide(new Asking().with("node-selector", "=yes"));
    assertThat(services.backends("web/shop:http")).containsExactly("10.0.0.2:30080");
  }

  @Test
  void source_ranges_let_in_whom_they_name_and_nobody_of_the_other_family() {
    var asking = new Asking();
    asking.sourceRanges = List.of(" 10.0.0.0/8 ", "::ffff:192.0.2.0/120");
    decide(asking);
    CidrSet allow = policy().allow();
    assertThat(allow.isEmpty()).isFalse();
    assertThat(allow.contains(TestNode.address("10.1.2.3"))).isTrue();
    assertThat(allow.contains(TestNode.address("192.0.2.9"))).isTrue();
    assertThat(allow.contains(TestNode.address("192.0.3.9"))).isFalse();
    assertThat(allow.contains(TestNode.address("2001:db8::1"))).isFalse();
  }

  @Test
  void the_older_annotation_for_source_ranges_counts_where_the_field_is_empty() {
    var asking = new Asking();
    asking.annotations.put(RANGES, "10.0.0.0/8,2001:db8::/32");
    decide(asking);
    assertThat(policy().allow().contains(TestNode.address("2001:db8::1"))).isTrue();
    assertThat(policy().allow().contains(TestNode.address("192.0.2.1"))).isFalse();
    asking.sourceRanges = List.of("192.0.2.0/24");
    decide(asking);
    assertThat(policy().allow().contains(TestNode.address("192.0.2.1"))).isTrue();
    assertThat(policy().allow().contains(TestNode.address("2001:db8::1"))).isFalse();
  }

  @Test
  void a_source_range_that_cannot_be_read_keeps_those_before_it() {
    var asking = new Asking();
    asking.sourceRanges = List.of("10.0.0.0/8");
    decide(asking);
    CidrSet before = policy().allow();
    var broken = new Asking();
    broken.sourceRanges = List.of("10.0.0.0/8", "192.0.2.0/33");
    decide(broken);
    assertThat(policy().allow()).isEqualTo(before);
    assertThat(services.message("InvalidSourceRanges"))
        .endsWith("the ranges before it stay in force");
  }

  @Test
  void a_source_range_that_never_could_be_read_refuses_everybody() {
    var broken = new Asking();
    broken.sourceRanges = List.of("ten.0.0.0/8");
    decide(broken);
    assertThat(policy().allow()).isEqualTo(CidrSet.NOBODY);
    assertThat(services.message("InvalidSourceRanges")).endsWith("every client is refused");
    broken.annotations.put("headgate.io/max-conn", "3");
    decide(broken);
    assertThat(policy().allow()).as("still").isEqualTo(CidrSet.NOBODY);
  }

  @Test
  void a_service_lets_in_no_client_that_the_operator_does_not() {
    world.policy =
        RoutePolicy.DEFAULTS.allowing(
            CidrSet.of(List.of(io.headgate.model.Cidr.parse("10.1.0.0/16").orElseThrow())));
    var asking = new Asking();
    asking.sourceRanges = List.of("10.0.0.0/8", "192.0.2.0/24");
    decide(asking);
    assertThat(policy().allow().contains(TestNode.address("10.1.0.1"))).isTrue();
    assertThat(policy().allow().contains(TestNode.address("10.2.0.1"))).isFalse();
    assertThat(policy().allow().contains(TestNode.address("192.0.2.1"))).isFalse();
  }

  private void decide(Asking asking) {
    services.service(asking);
    world.decide();
  }

  private RoutePolicy policy() {
    return policy("web/shop:http");
  }

  private RoutePolicy policy(String route) {
    return world.route(route).policy();
  }
}
