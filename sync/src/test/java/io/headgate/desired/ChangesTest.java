package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.RouteConfig;
import io.headgate.config.RouteConfig.Source;
import io.headgate.model.Addresses;
import io.headgate.model.Listener;
import io.headgate.model.PortReference;
import io.headgate.model.ProbeStatus.Answer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChangesTest {
  private final World world = World.running();

  @Test
  void the_same_inputs_give_the_same_table_and_no_change() {
    DesiredState again = world.decide();
    assertThat(again.table()).isSameAs(world.before.table());
    assertThat(again.changes()).isEmpty();
    assertThat(again.probes()).isEqualTo(world.before.probes());
    assertThat(again.decisions()).isEqualTo(world.before.decisions());
  }

  @Test
  void a_good_probe_more_changes_nothing_but_the_explanation() {
    long generation = world.state.table().generation();
    world.probe();
    assertThat(world.state.table().generation()).isEqualTo(generation);
    assertThat(world.state.changes()).isEmpty();
  }

  @Test
  void a_transition_is_one_line_with_its_reason() {
    world.node("n1").deleting = true;
    world.decide();
    assertThat(world.state.changes())
        .containsExactly(
            new Change(Change.Level.INFO, "shop/n1", "UP -> DRAIN: node is being deleted"));
    assertThat(world.state.table().generation()).isEqualTo(world.before.table().generation() + 1);
  }

  @Test
  void a_backend_lost_to_its_probe_is_a_warning() {
    world.answers = t -> World.isAt(t, "10.0.0.1") ? Answer.TIMED_OUT : Answer.GOOD;
    world.probe();
    world.probe();
    assertThat(world.state.changes())
        .containsExactly(
            new Change(
                Change.Level.WARNING, "shop/n1", "SUSPECT -> DOWN: probe: no answer in time"));
  }

  @Test
  void a_reload_names_routes_and_listeners_that_come_and_go() {
    world.route("api", 6443, fixed("10.1.0.1:6443"));
    world.decide();
    assertThat(world.changeTexts())
        .containsExactly("api route added: *:6443 to 1 fixed backend, 1 backend(s)");

    world.route("api", 7443, fixed("10.1.0.1:6443"));
    world.decide();
    assertThat(world.changeTexts())
        .containsExactly("api listens on *:7443", "api no longer listens on *:6443");

    world.route("api", 7443, fixed("10.1.0.1:6443", "10.1.0.2:6443"));
    world.decide();
    assertThat(world.changeTexts())
        .containsExactly(
            "api forwards to 2 fixed backends and no longer to 1 fixed backend",
            "api/10.1.0.2:6443 added PENDING: no good probe yet");

    world.routes.removeIf(route -> route.name().equals("api"));
    world.decide();
    assertThat(world.changeTexts()).containsExactly("api route removed");
    assertThat(world.state.decisions()).containsOnlyKeys("shop");
  }

  @Test
  void a_reload_names_the_keys_of_a_policy_that_change() {
    world.slowStart(Duration.ofSeconds(3));
    world.decide();
    assertThat(world.changeTexts()).containsExactly("shop policy changed: slow-start");
  }

  @Test
  void what_befalls_very_many_backends_is_one_line() {
    for (int i = 10; i < 60; i++) {
      world.nodes.put("m" + i, new TestNode("m" + i, "10.0.1." + i));
    }
    world.decide();
    assertThat(world.changeTexts())
        .containsExactly("shop 50 backends added PENDING: no good probe yet");
    world.probe();
    assertThat(world.changeTexts())
        .containsExactly("shop 50 backends PENDING -> UP: probe is good");
  }

  @Test
  void a_missing_service_is_warned_of_once() {
    world.services.clear();
    world.decide();
    assertThat(world.changeTexts())
        .contains("shop there is no Service web/shop")
        .contains("shop/n1 removed: no longer there");
    assertThat(world.decide().changes()).isEmpty();
  }

  @Test
  void a_drain_annotation_that_means_nothing_is_warned_of_once_however_many_routes_there_are() {
    world.route("api", 81, new Source.Service(World.SHOP, new PortReference.Named("http")));
    world.settled();
    world.node("n1").annotations.put("headgate.io/drain", "yes");
    world.node("n2").annotations.put("headgate.io/drain", "True");
    world.node("n3").annotations.put("headgate.io/drain", "false");
    world.decide();
    assertThat(world.state.changes())
        .filteredOn(change -> change.level() == Change.Level.WARNING)
        .containsExactly(new Change(Change.Level.WARNING, "n1", NEITHER));
    assertThat(world.verdicts("n1")).contains("node: stays (" + NEITHER + ")");
    assertThat(world.decide().changes()).isEmpty();

    world.node("n1").annotations.clear();
    assertThat(world.decide().changes()).isEmpty();
    world.node("n1").annotations.put("headgate.io/drain", "");
    world.decide();
    assertThat(world.changeTexts()).containsExactly("n1 " + NEITHER);
  }

  @Test
  void the_same_mistake_on_very_many_nodes_is_one_line() {
    for (int i = 10; i < 60; i++) {
      world.nodes.put("m" + i, new TestNode("m" + i, "10.0.1." + i));
      world.node("m" + i).annotations.put("headgate.io/drain", "yes");
    }
    world.decide();
    assertThat(world.changeTexts()).contains("cluster 50 nodes: " + NEITHER);
  }

  private static final String NEITHER =
      "annotation headgate.io/drain is neither true nor false: ignored";

  @Test
  void a_route_with_two_listeners_is_one_route() {
    world.routes.clear();
    var listeners = List.of(Listener.everyAddress(80), Listener.everyAddress(8080));
    world.routes.add(
        new RouteConfig(
            "shop",
            listeners,
            new Source.Service(World.SHOP, new PortReference.Named("http")),
            world.policy));
    world.decide();
    assertThat(world.changeTexts()).containsExactly("shop listens on *:8080");
    assertThat(world.state.table().listeners()).hasSize(2);
  }

  private static Source.Fixed fixed(String... backends) {
    return new Source.Fixed(
        Arrays.stream(backends).map(text -> Addresses.parseWithPort(text).orElseThrow()).toList());
  }
}
