package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.desired.ServiceWorld.Asking;
import io.headgate.model.ClusterService.Port;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The annotation {@code headgate.io/ports}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PortMappingTest {
  private static final Port HTTP = World.httpPort(30080);
  private static final Port HTTPS = new Port("https", "TCP", 443, 30443);

  private final ServiceWorld services = new ServiceWorld();
  private final World world = services.world;

  private void decide(Asking asking) {
    services.service(asking.ports(HTTP, HTTPS));
    services.assign("203.0.113.10");
    world.settled();
  }

  @Test
  void ports_of_the_edge_serve_ports_of_the_service_by_name_or_number() {
    decide(new Asking().with("ports", "8443=https, 8080=80"));
    assertThat(services.listeners()).containsExactly("203.0.113.10:8080", "203.0.113.10:8443");
    assertThat(services.backends("web/shop:https")).first().isEqualTo("10.0.0.1:30443");
    assertThat(services.backends("web/shop:http")).first().isEqualTo("10.0.0.1:30080");
    assertThat(services.reasons()).containsExactly("EnsuredLoadBalancer");
    assertThat(services.message("EnsuredLoadBalancer"))
        .isEqualTo("serving on 203.0.113.10:8080, 203.0.113.10:8443");
    assertThat(world.explain("web/shop:https").getFirst().notes())
        .contains(
            "203.0.113.10:8443 -> port https (443) -> NodePort 30443",
            "ports = 8443=https, 8080=80, by annotation of the Service");
  }

  @Test
  void only_those_that_are_named_are_served_and_the_others_are_no_problem() {
    decide(new Asking().with("ports", "443=https"));
    assertThat(services.listeners()).containsExactly("203.0.113.10:443");
    assertThat(services.portProblems()).isEmpty();
    assertThat(services.reasons()).containsExactly("EnsuredLoadBalancer");
  }

  @Test
  void external_IPs_are_served_on_them_too() {
    var asking = new Asking().with("ports", "8443=https");
    asking.loadBalancerClass = "metallb";
    asking.externalIps = List.of("203.0.113.77");
    decide(asking);
    assertThat(services.listeners()).containsExactly("203.0.113.77:8443");
  }

  @Test
  void a_change_moves_only_the_port_that_it_is_about() {
    decide(new Asking().with("ports", "443=https,80=http"));
    var http = world.route("web/shop:http");
    services.service(new Asking().ports(HTTP, HTTPS).with("ports", "8443=https,80=http"));
    world.decide();
    assertThat(world.route("web/shop:http")).isEqualTo(http);
    assertThat(world.changeTexts())
        .contains(
            "web/shop:https listens on 203.0.113.10:8443",
            "web/shop:https no longer listens on 203.0.113.10:443");
  }

  @Test
  void of_two_services_that_want_a_port_of_the_edge_the_younger_is_told_by_its_own() {
    var younger = new Asking().named("web", "blog").with("ports", "80=https").ports(HTTP, HTTPS);
    younger.createdAt = Instant.parse("2026-02-01T00:00:00Z");
    services.service(younger);
    services.assign(younger.key, "203.0.113.10");
    decide(new Asking());
    assertThat(services.report(younger.key).portProblems())
        .extracting(problem -> problem.port() + " " + problem.error())
        .containsExactly("443 headgate.io/PortInUse");
  }

  @Test
  void a_port_that_the_service_does_not_have_is_named() {
    decide(new Asking().with("ports", "443=https,25=smtp"));
    assertThat(services.listeners()).containsExactly("203.0.113.10:443");
    assertThat(services.message("InvalidAnnotation"))
        .isEqualTo("annotation headgate.io/ports names ports that are not there: smtp");

    decide(new Asking().with("ports", "25=smtp"));
    assertThat(services.listeners()).isEmpty();
    assertThat(services.report().addresses()).as("kept").hasSize(1);
    assertThat(world.explain("web/shop").getFirst().notes())
        .containsExactly("annotation headgate.io/ports names ports that are not there: smtp");
  }

  @Test
  void a_port_that_is_named_by_name_and_by_number_counts_once() {
    decide(new Asking().with("ports", "8443=https,9443=443"));
    assertThat(services.listeners()).containsExactly("203.0.113.10:8443");
    assertThat(services.message("InvalidAnnotation"))
        .isEqualTo("annotation headgate.io/ports names port https (443) twice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "https; 'https' is not valid (allowed: EDGE-PORT=SERVICE-PORT",
        "\"\"; '' is not valid",
        "0=https; '0=https' is not valid",
        "70000=https; '70000=https' is not valid",
        "https=443; 'https=443' is not valid",
        "443=; '443=' is not valid",
        "443=https,; '443=https,' is not valid",
        "443=https,0443=http; port '443' is named twice",
        "443=https,8443=https; port 'https' is named twice"
      })
  void an_invalid_value_changes_nothing_and_says_what_is_wrong(String text, String problem) {
    decide(new Asking().with("ports", "8443=https"));
    decide(new Asking().with("ports", text));
    assertThat(services.listeners()).containsExactly("203.0.113.10:8443");
    assertThat(services.message("InvalidAnnotation"))
        .startsWith("annotation headgate.io/ports: " + problem)
        .endsWith("; '8443=https' stays in force");
  }

  @Test
  void a_misspelt_name_is_told_with_what_was_meant() {
    decide(new Asking().with("port", "8443=https"));
    assertThat(services.message("UnknownAnnotation"))
        .isEqualTo("annotation headgate.io/port is unknown (did you mean headgate.io/ports?)");
  }

  @Test
  void a_port_that_is_not_tcp_is_reported_only_where_it_is_asked_for() {
    var quic = new Port("quic", "UDP", 443, 31443);
    services.service(new Asking().ports(HTTP, HTTPS, quic).with("ports", "443=https"));
    services.assign("203.0.113.10");
    world.decide();
    assertThat(services.portProblems()).isEmpty();

    services.service(new Asking().ports(HTTP, HTTPS, quic).with("ports", "443=quic"));
    world.decide();
    assertThat(services.portProblems())
        .containsExactly("UDP 443 LoadBalancerMixedProtocolNotSupported");
  }
}
