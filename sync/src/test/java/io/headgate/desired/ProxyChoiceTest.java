package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.model.BackendState;
import io.headgate.model.ClusterService;
import io.headgate.model.HealthPolicy;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProxyProtocol;
import io.headgate.model.ProxyProtocolMode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** {@code proxy-protocol = auto}: each backend is sent what it expects. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProxyChoiceTest {
  private final World world = World.ofThreeNodes();
  private final Set<String> readers = new HashSet<>();
  private final Set<String> silent = new HashSet<>();

  ProxyChoiceTest() {
    world.localPolicy(World.HEALTH_CHECK_NODE_PORT);
    world.proxyProtocol(ProxyProtocolMode.AUTO);
    world.answers = this::answer;
  }

  private Answer answer(ProbeTarget target) {
    if (!target.kind().asksForProxy()) {
      return Answer.GOOD;
    }
    String host = Addresses.text(target.address().getAddress());
    if (silent.contains(host)) {
      return Answer.UNDECIDED;
    }
    boolean reads = readers.contains(host);
    return reads == (target.proxyHeader() != ProxyProtocol.OFF) ? Answer.GOOD : Answer.BAD;
  }

  private List<ProxyProtocol> headers() {
    return Stream.of("n1", "n2", "n3").map(node -> world.backend(node).header()).toList();
  }

  private List<ProbeTarget> asked() {
    return world.state.probes().stream().filter(target -> target.kind().asksForProxy()).toList();
  }

  private List<String> notes() {
    return world.explanation().notes().stream()
        .filter(note -> note.startsWith("ProxyProtocolUnknown"))
        .toList();
  }

  @Test
  void each_backend_is_sent_what_it_expects() {
    readers.addAll(Set.of("10.0.0.1", "10.0.0.3"));
    world.settled();
    assertThat(headers()).containsExactly(ProxyProtocol.V2, ProxyProtocol.OFF, ProxyProtocol.V2);
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    assertThat(notes()).isEmpty();
    assertThat(world.verdicts("n2")).anyMatch(text -> text.startsWith("proxy-protocol: auto: no"));
    assertThat(world.verdicts("n1"))
        .anyMatch(text -> text.startsWith("proxy-protocol: auto: a v2 header: "));
  }

  @Test
  void nothing_is_sent_to_one_that_has_not_been_asked() {
    world.decide();
    world.probes.clear();
    for (ProbeTarget target : world.state.probes()) {
      if (!target.kind().asksForProxy()) {
        world.probes.put(target, World.status(Answer.GOOD));
      }
    }
    world.decide();
    assertThat(world.candidates()).isEmpty();
    assertThat(world.backend("n1").reason())
        .isEqualTo("not known yet whether it expects a PROXY header");
    assertThat(world.verdicts("n1").getLast()).startsWith("proxy-protocol: auto: no header, not");

    world.probe();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
  }

  @Test
  void a_new_answer_counts_at_once_and_is_asked_for_as_it_is_then() {
    world.settled();
    assertThat(asked()).allMatch(target -> target.proxyHeader() == ProxyProtocol.OFF);
    readers.add("10.0.0.2");
    world.probe();
    assertThat(headers()).containsExactly(ProxyProtocol.OFF, ProxyProtocol.V2, ProxyProtocol.OFF);
    assertThat(world.changeTexts()).contains("shop/n2 is sent a v2 header, no longer no header");
    assertThat(asked())
        .filteredOn(target -> target.proxyHeader() == ProxyProtocol.V2)
        .extracting(target -> target.address().getAddress())
        .containsExactly(TestNode.address("10.0.0.2"));
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");

    world.probe();
    assertThat(world.changeTexts()).isEmpty();
    assertThat(headers()).containsExactly(ProxyProtocol.OFF, ProxyProtocol.V2, ProxyProtocol.OFF);
  }

  @Test
  void one_that_says_nothing_any_more_is_sent_what_it_expected_last() {
    readers.add("10.0.0.1");
    world.settled();
    silent.add("10.0.0.1");
    world.probe();
    world.probe();
    world.probe();
    assertThat(world.backend("n1").header()).isEqualTo(ProxyProtocol.V2);
    assertThat(world.stateOf("n1")).isEqualTo(BackendState.UP);
    assertThat(notes()).isEmpty();
  }

  @Test
  void one_that_has_never_said_is_not_used_beside_others_that_have() {
    silent.add("10.0.0.2");
    world.settled();
    assertThat(world.candidates()).containsExactly("n1", "n3");
    assertThat(world.stateOf("n2")).isEqualTo(BackendState.PENDING);
    assertThat(notes())
        .containsExactly(
            "ProxyProtocolUnknown: proxy-protocol is auto, and some backends get no connections,"
                + " because they do not say whether they expect a PROXY header, as others do: n2");
    assertThat(world.state.undecidedHeaders()).hasSize(1).first().asString().startsWith("route sh");

    world.order("n1", Order.DRAIN);
    world.order("n3", Order.DRAIN);
    world.probe();
    assertThat(world.candidates()).as("better than none").containsExactly("n2");
    assertThat(world.backend("n2").header()).isEqualTo(ProxyProtocol.OFF);
  }

  @Test
  void where_none_says_anything_none_is_sent_and_that_is_told() {
    silent.addAll(Set.of("10.0.0.1", "10.0.0.2", "10.0.0.3"));
    world.settled();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    assertThat(headers()).containsOnly(ProxyProtocol.OFF);
    assertThat(notes())
        .containsExactly(
            "ProxyProtocolUnknown: proxy-protocol is auto, and some backends say neither that they"
                + " expect a PROXY header nor that they do not, and are sent what they expected"
                + " last, or none: n1, n2, n3");
  }

  @Test
  void where_nobody_can_be_asked_none_is_sent_and_that_is_told() {
    world.services.put(
        World.SHOP,
        World.shop(
            ClusterService.Type.LOAD_BALANCER,
            true,
            World.HEALTH_CHECK_NODE_PORT,
            new ClusterService.Port("http", "TCP", 80, World.NODE_PORT, "mysql.com/mysql")));
    world.settled();
    assertThat(asked()).isEmpty();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    assertThat(notes()).hasSize(1).first().asString().contains("neither HTTP nor TLS is known");
  }

  @Test
  void after_it_has_been_away_it_is_asked_before_it_is_used() {
    world.settled();
    world.order("n2", Order.DRAIN);
    world.decide();
    world.probe();
    assertThat(asked()).hasSize(2);
    readers.add("10.0.0.2"); // switched while it is drained
    world.order("n2", Order.READY);
    world.decide();
    assertThat(world.stateOf("n2")).isEqualTo(BackendState.PENDING);
    assertThat(world.candidates()).containsExactly("n1", "n3");
    world.probe();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    assertThat(world.backend("n2").header()).isEqualTo(ProxyProtocol.V2);
  }

  @Test
  void what_the_route_sent_before_is_sent_until_a_backend_says_otherwise() {
    world.proxyProtocol(ProxyProtocolMode.V2);
    readers.addAll(Set.of("10.0.0.1", "10.0.0.2"));
    world.settled();
    world.proxyProtocol(ProxyProtocolMode.AUTO);
    world.decide();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    assertThat(headers()).containsOnly(ProxyProtocol.V2);
    world.probe();
    assertThat(headers()).containsExactly(ProxyProtocol.V2, ProxyProtocol.V2, ProxyProtocol.OFF);
  }

  @Test
  void under_the_cluster_policy_a_few_nodes_speak_for_all() {
    for (int i = 4; i <= 9; i++) {
      world.nodes.put("n" + i, new TestNode("n" + i, "10.0.0." + i));
    }
    world.clusterPolicy();
    for (int i = 1; i <= 9; i++) {
      readers.add("10.0.0." + i);
    }
    world.settled();
    assertThat(asked()).hasSize(3);
    assertThat(world.route().backends())
        .hasSize(9)
        .allMatch(backend -> backend.header() == ProxyProtocol.V2)
        .allMatch(backend -> backend.state() == BackendState.UP);

    readers.remove("10.0.0.1");
    world.probe();
    assertThat(world.route().backends()).allMatch(one -> one.header() == ProxyProtocol.V2);
    assertThat(world.explanation().notes()).anyMatch(note -> note.startsWith("some pods behind"));
    List<ProbeTarget> mixed = asked();
    world.probe();
    assertThat(asked())
        .as("each at its interval, and not anew each time")
        .containsExactlyInAnyOrderElementsOf(mixed);
    readers.clear();
    world.probe();
    assertThat(world.route().backends()).allMatch(one -> one.header() == ProxyProtocol.OFF);
  }

  @Test
  void a_check_of_the_backend_itself_begins_with_what_it_expects() {
    world.health(policy -> World.ofType(policy, HealthPolicy.Type.HTTP, 0));
    readers.add("10.0.0.2");
    world.answers =
        target -> {
          boolean reads = readers.contains(Addresses.text(target.address().getAddress()));
          return reads == (target.proxyHeader() != ProxyProtocol.OFF) ? Answer.GOOD : Answer.BAD;
        };
    world.settled();
    world.probe();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    assertThat(headers()).containsExactly(ProxyProtocol.OFF, ProxyProtocol.V2, ProxyProtocol.OFF);
    assertThat(world.verdicts("n2")).anyMatch(text -> text.startsWith("probe: http"));
  }

  @Test
  void the_more_backends_there_are_the_less_often_each_is_asked() {
    world.settled();
    assertThat(asked()).allMatch(target -> target.interval().toSeconds() == 2);
    for (int i = 4; i <= 130; i++) {
      world.nodes.put("n" + i, new TestNode("n" + i, "10.0.1." + i));
      world.endpoint("n" + i);
    }
    world.settled();
    assertThat(asked()).hasSize(130).allMatch(target -> target.interval().toSeconds() == 6);
  }
}
