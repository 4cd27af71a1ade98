package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import io.headgate.model.RoutePolicy;
import io.headgate.model.ServiceRequest;
import io.headgate.model.SourceAddresses;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** {@code sessionAffinity: ClientIP} of a Service, as far as the table is concerned. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ServiceAffinityTest {
  private static final Duration THREE_HOURS = Duration.ofHours(3);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final World world = World.running();

  private static ClusterService shop(Duration affinity, boolean local) {
    return new ClusterService(
        World.SHOP,
        "uid-shop",
        ClusterService.Type.NODE_PORT,
        local,
        0,
        List.of(World.httpPort(World.NODE_PORT)),
        new ServiceRequest(
            "",
            "",
            List.of(),
            affinity,
            List.of(),
            List.of(),
            ServiceRequest.FamilyPolicy.SINGLE_STACK,
            Map.of(),
            Map.of(),
            Instant.EPOCH,
            false,
            List.of()));
  }

  private void decide(ClusterService service) {
    world.services.put(World.SHOP, service);
    world.decide();
  }

  @Test
  void a_service_with_client_ip_affinity_keeps_its_clients_as_long_as_it_says() {
    decide(shop(THREE_HOURS, true));
    assertThat(world.route().policy().clientAffinity()).isEqualTo(THREE_HOURS);
    assertThat(world.changeTexts()).contains("shop policy changed: client-affinity");
    decide(shop(Duration.ZERO, true));
    assertThat(world.route().policy()).isEqualTo(RoutePolicy.DEFAULTS);
  }

  @Test
  void a_services_own_affinity_goes_before_that_of_the_file() {
    world.policy = world.policy.withAffinityOf(shop(MINUTE, true));
    decide(shop(Duration.ZERO, true));
    assertThat(world.route().policy().clientAffinity()).isEqualTo(MINUTE);
    decide(shop(THREE_HOURS, true));
    assertThat(world.route().policy().clientAffinity()).isEqualTo(THREE_HOURS);
  }

  @Test
  void affinity_under_the_cluster_policy_is_warned_of_because_kube_proxy_sees_only_the_edge() {
    decide(shop(THREE_HOURS, false));
    assertThat(world.explanation().notes())
        .anySatisfy(note -> assertThat(note).contains("kube-proxy sees only this edge's address"));
    decide(shop(THREE_HOURS, true));
    assertThat(world.explanation().notes())
        .noneSatisfy(note -> assertThat(note).contains("kube-proxy sees only"));
    decide(shop(Duration.ZERO, false));
    assertThat(world.explanation().notes()).isEmpty();
  }

  @Test
  void with_several_source_addresses_it_says_how_far_they_spread() {
    world.policy = withSources("10.0.0.21-10.0.0.28", "fd00::1");
    decide(shop(THREE_HOURS, false));
    assertThat(sourceNotes())
        .singleElement()
        .asString()
        .contains("8 source addresses, one for each client", "at most 8 pods behind a node");
    decide(shop(THREE_HOURS, true));
    assertThat(sourceNotes()).isEmpty();
    decide(shop(Duration.ZERO, false));
    assertThat(sourceNotes()).isEmpty();
  }

  @Test
  void one_source_address_or_some_of_the_other_family_spread_nothing() {
    for (String[] sources : new String[][] {{"10.0.0.21"}, {"fd00::1-fd00::8"}}) {
      world.policy = withSources(sources);
      decide(shop(THREE_HOURS, false));
      assertThat(sourceNotes())
          .singleElement()
          .asString()
          .contains("all clients may meet in one pod", "several source-addresses");
    }
  }

  @Test
  void probes_come_from_the_first_source_address_of_the_backends_family() {
    world.policy = withSources("fd00::1", "10.0.0.21-10.0.0.28");
    world.decide();
    assertThat(world.state.probes())
        .isNotEmpty()
        .allSatisfy(probe ->
            assertThat(probe.source()).contains(Addresses.parse("10.0.0.21").orElseThrow()));
  }

  private RoutePolicy withSources(String... sources) {
    var all = Stream.of(sources).map(text -> SourceAddresses.parse(text).orElseThrow()).toList();
    return world.policy.from(new SourceAddresses(all));
  }

  private List<String> sourceNotes() {
    return world.explanation().notes().stream()
        .filter(note -> note.contains("kube-proxy sees only"))
        .toList();
  }
}
