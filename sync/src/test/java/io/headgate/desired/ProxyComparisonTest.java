package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.Addresses;
import io.headgate.model.BackendState;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterService;
import io.headgate.model.Explanation.OfNode;
import io.headgate.model.Explanation.Verdict;
import io.headgate.model.HealthPolicy;
import io.headgate.model.PortReference;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProbeTarget.Kind;
import io.headgate.model.ProxyProtocol;
import io.headgate.model.ProxyProtocolMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** A backend that does not expect the PROXY header that it is sent, or expects one. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProxyComparisonTest {
  private final World world = World.runningLocal();

  private List<ProbeTarget> asked() {
    return world.state.probes().stream().filter(target -> target.kind().asksForProxy()).toList();
  }

  private Set<Kind> kinds() {
    return asked().stream().map(ProbeTarget::kind).collect(Collectors.toSet());
  }

  /** These nodes answer the other way, the rest as they are spoken to. */
  private void mismatchOf(String... addresses) {
    world.answers =
        target ->
            target.kind().asksForProxy()
                    && List.of(addresses).contains(Addresses.text(target.address().getAddress()))
                ? Answer.BAD
                : Answer.GOOD;
  }

  private List<String> mismatches() {
    return world.explanation().notes().stream()
        .filter(note -> note.contains("ProxyProtocolMismatch"))
        .toList();
  }

  private String verdict(String node) {
    OfNode of =
        world.explanation().nodes().stream()
            .filter(one -> one.node().equals(node))
            .findFirst()
            .orElseThrow();
    List<Verdict> verdicts = of.verdicts();
    assertThat(verdicts.getLast().decides()).isTrue();
    return verdicts.stream()
        .filter(verdict -> verdict.question().equals("proxy-protocol"))
        .map(Verdict::answer)
        .findFirst()
        .orElse("");
  }

  @Test
  void every_node_is_asked_with_the_header_that_the_route_sends_once_it_is_up() {
    World fresh = World.ofThreeNodes();
    fresh.localPolicy(World.HEALTH_CHECK_NODE_PORT);
    fresh.proxyProtocol(ProxyProtocolMode.V2);
    fresh.decide();
    assertThat(fresh.state.probes()).noneMatch(target -> target.kind().asksForProxy());
    fresh.settled();
    assertThat(fresh.state.probes().stream().filter(target -> target.kind().asksForProxy()))
        .hasSize(3)
        .allSatisfy(target -> {
          assertThat(target.kind()).isEqualTo(Kind.SPEAKS_PROXY_HTTP);
          assertThat(target.proxyHeader()).isEqualTo(ProxyProtocol.V2);
          assertThat(target.address().getPort()).isEqualTo(World.NODE_PORT);
          assertThat(target.interval()).hasMinutes(1);
        });
  }

  @Test
  void a_match_is_said_for_each_node_and_is_nobodys_trouble() {
    world.proxyProtocol(ProxyProtocolMode.V2);
    world.settled();
    assertThat(verdict("n1")).startsWith("as the backend expects");
    assertThat(mismatches()).isEmpty();
  }

  @Test
  void a_mismatch_is_told_once_it_is_sure_and_takes_no_node_out() {
    world.proxyProtocol(ProxyProtocolMode.V2);
    world.settled();
    mismatchOf("10.0.0.2");
    world.probe();
    assertThat(verdict("n2")).startsWith("perhaps a mismatch");
    assertThat(mismatches()).isEmpty();
    world.probe();
    assertThat(verdict("n2")).startsWith("mismatch");
    assertThat(mismatches())
        .containsExactly(
            "ProxyProtocolMismatch: proxy-protocol is v2, and of its backends n2 answer only"
                + " without the header: switch proxy-protocol off, or on there");
    assertThat(world.changeTexts()).anyMatch(text -> text.contains("ProxyProtocolMismatch"));
    assertThat(world.stateOf("n2")).isEqualTo(BackendState.UP);
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");

    world.probe();
    assertThat(world.changeTexts()).as("told once").isEmpty();
    mismatchOf();
    world.probe();
    assertThat(mismatches()).isEmpty();
  }

  @Test
  void backends_that_all_expect_a_header_that_none_sends_are_told_of_as_one() {
    mismatchOf("10.0.0.1", "10.0.0.2", "10.0.0.3");
    world.settled();
    assertThat(mismatches())
        .containsExactly(
            "ProxyProtocolMismatch: proxy-protocol is off, and its backends answer only behind a"
                + " PROXY header: set proxy-protocol, or switch it off there");
    assertThat(asked()).allSatisfy(target -> assertThat(target.interval()).hasMinutes(5));
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
  }

  @Test
  void what_answers_neither_way_is_undecided_and_no_trouble() {
    world.answers = target -> target.kind().asksForProxy() ? Answer.UNDECIDED : Answer.GOOD;
    world.settled();
    assertThat(verdict("n1")).startsWith("undecided");
    assertThat(mismatches()).isEmpty();
  }

  @Test
  void under_the_cluster_policy_a_few_nodes_speak_for_all() {
    for (int i = 4; i <= 9; i++) {
      world.nodes.put("n" + i, new TestNode("n" + i, "10.0.0." + i));
    }
    world.clusterPolicy();
    world.settled();
    assertThat(asked()).hasSize(1);
    world.proxyProtocol(ProxyProtocolMode.V1);
    world.settled();
    assertThat(asked()).hasSize(3);
  }

  @Test
  void only_where_http_or_tls_is_spoken_anything_is_asked() {
    assertThat(kinds("", 443, "https")).containsOnly(Kind.SPEAKS_PROXY_TLS);
    assertThat(kinds("", 443, "web")).containsOnly(Kind.SPEAKS_PROXY_HTTP);
    assertThat(kinds("", 8443, "")).containsOnly(Kind.SPEAKS_PROXY_TLS);
    assertThat(kinds("kubernetes.io/wss", 80, "http")).containsOnly(Kind.SPEAKS_PROXY_TLS);
    assertThat(kinds("kubernetes.io/h2c", 80, "http")).isEmpty();
    assertThat(kinds("mysql.com/mysql", 80, "http")).isEmpty();
    assertThat(kinds("", 3306, "mysql"))
        .as("on port 80 of ours")
        .containsOnly(Kind.SPEAKS_PROXY_HTTP);
    world.route("shop", 3306, world.routes.getFirst().source());
    assertThat(kinds("", 3306, "mysql")).isEmpty();
    world.health(policy -> World.ofType(policy, HealthPolicy.Type.TLS, 0));
    assertThat(kinds("", 3306, "mysql")).containsOnly(Kind.SPEAKS_PROXY_TLS);
    world.health(policy -> World.ofType(policy, HealthPolicy.Type.OFF, 0));
    assertThat(kinds("", 80, "http")).isEmpty();
  }

  private Set<Kind> kinds(String appProtocol, int port, String name) {
    world.services.put(
        World.SHOP,
        World.shop(
            ClusterService.Type.LOAD_BALANCER,
            true,
            World.HEALTH_CHECK_NODE_PORT,
            new ClusterService.Port(name, "TCP", port, World.NODE_PORT, appProtocol)));
    int listener = world.routes.getFirst().listeners().getFirst().port();
    world.route("shop", listener, new Source.Service(World.SHOP, new PortReference.Numbered(port)));
    world.endpoints.clear();
    for (String node : List.of("n1", "n2", "n3")) {
      world.endpoints.add(
          new ClusterEndpoint(
              "10.244.1." + node.substring(1),
              Optional.of(node),
              true,
              true,
              false,
              Map.of(name, 8080)));
    }
    world.settled();
    return kinds();
  }

  @Test
  void it_can_be_switched_off() {
    assertThat(asked()).isNotEmpty();
    world.health(policy ->
        new HealthPolicy(
            policy.type(),
            policy.port(),
            policy.path(),
            policy.interval(),
            policy.timeout(),
            policy.rise(),
            policy.fall(),
            false));
    world.settled();
    assertThat(asked()).isEmpty();
    assertThat(Stream.of("n1", "n2", "n3").map(this::verdict)).containsOnly("");
  }
}
