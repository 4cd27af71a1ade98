package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.ClustersConfig;
import io.headgate.config.ClustersConfig.Further;
import io.headgate.config.ClustersConfig.Share;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.PassiveStatus;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.Route;
import io.headgate.model.ServiceKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Several clusters behind one route. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClustersTest {
  private final World world = World.ofThreeNodes();
  private final OtherCluster green = world.beside("green");

  @Test
  void the_nodes_of_green_are_backends_beside_those_of_blue_by_their_own_names() {
    green.of(2, "10.1.0");
    world.settled();
    assertThat(world.backendNodes()).containsExactly("green:n1", "green:n2", "n1", "n2", "n3");
    assertThat(world.candidates()).hasSize(5);
    assertThat(world.backend("green:n1").address().getPort()).isEqualTo(OtherCluster.NODE_PORT);
    assertThat(world.backend("n1").address().getPort()).isEqualTo(World.NODE_PORT);
  }

  @Test
  void the_shares_are_those_of_the_weights_however_many_nodes_each_cluster_has() {
    for (int blue : List.of(100, 99, 50, 10, 1)) {
      world.share = new Share(blue, 0);
      green.nodes.clear();
      green.endpoints.clear();
      green.of(40, "10.1.0").share(50, 0);
      world.settled();
      double wanted = blue / (blue + 50.0);
      assertThat(total("") / (total("") + total("green:")))
          .as("blue %d, green 50", blue)
          .isBetween(wanted - 0.005, wanted + 0.005);
      assertThat(world.route().backends()).allMatch(backend -> backend.weight() > 0);
    }
  }

  @Test
  void a_node_that_goes_leaves_its_part_to_the_others_of_its_cluster() {
    green.of(3, "10.1.0").share(100, 0);
    world.settled();
    assertThat(total("green:")).isEqualTo(total(""));
    world.nodes.remove("n1");
    world.decide();
    assertThat(total("green:")).isEqualTo(total(""));
    world.nodes.remove("n2");
    world.nodes.remove("n3");
    world.decide();
    assertThat(world.candidates()).containsExactly("green:n1", "green:n2", "green:n3");
  }

  @Test
  void with_weight_0_green_is_probed_and_explained_and_gets_nothing() {
    green.of(2, "10.1.0").share(0, 0);
    world.settled();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    Backend backend = world.backend("green:n1");
    assertThat(backend.state()).isEqualTo(BackendState.DRAIN);
    assertThat(backend.reason()).isEqualTo("cluster weight 0");
    assertThat(world.verdicts("green:n1"))
        .contains("probe: http://10.1.0.1:10256/healthz: good")
        .last()
        .isEqualTo("cluster: weight 0");
  }

  @Test
  void with_weight_0_green_gets_nothing_even_when_blue_is_gone() {
    green.of(2, "10.1.0").share(0, 0);
    world.settled();
    world.endpoints.clear();
    world.decide();
    assertThat(world.route().mode()).isEqualTo(Route.Mode.EMPTY);
    world.endpoint("n1");
    world.answers = _ -> Answer.REFUSED;
    world.settled();
    assertThat(world.route().mode()).isEqualTo(Route.Mode.FAIL_OPEN);
    assertThat(world.candidates()).noneMatch(node -> node.startsWith("green:"));
  }

  @Test
  void weight_moves_from_blue_to_green_and_no_backend_is_probed_anew() {
    green.of(3, "10.1.0").share(0, 0);
    world.settled();
    for (int weight : List.of(10, 50, 90, 100)) {
      green.share(weight, 0);
      world.share = new Share(100 - weight, 0);
      world.decide();
      assertThat(total("green:") / (total("") + total("green:"))).isEqualTo(weight / 100.0);
      assertThat(world.changeTexts()).anyMatch(text -> text.contains("now has weight " + weight));
    }
    assertThat(world.candidates()).containsExactly("green:n1", "green:n2", "green:n3");
    assertThat(world.stateOf("n1")).isEqualTo(BackendState.DRAIN);
  }

  @Test
  void green_stands_by_until_the_last_node_of_blue_fails_and_takes_over_at_once() {
    green.of(2, "10.1.0").share(100, 1);
    world.settled();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    assertThat(world.backend("green:n1").state()).isEqualTo(BackendState.UP);
    assertThat(world.backend("green:n1").weight()).isZero();
    assertThat(world.verdicts("green:n1"))
        .last()
        .isEqualTo("cluster: stands by: a cluster of priority 0 serves");

    Set<String> blue = Set.of("10.0.0.1", "10.0.0.2", "10.0.0.3");
    world.answers =
        target ->
            blue.contains(target.address().getAddress().getHostAddress())
                ? Answer.REFUSED
                : Answer.GOOD;
    List<String> before = world.candidates();
    while (before.contains("n1")) {
      assertThat(before).as("never nobody").isNotEmpty();
      world.probe();
      before = world.candidates();
    }
    assertThat(before).containsExactly("green:n1", "green:n2");
    assertThat(world.route().mode()).isEqualTo(Route.Mode.NORMAL);
    assertThat(world.changeTexts()).anyMatch(text -> text.contains("clusters of priority 1 serve"));

    world.answers = _ -> Answer.GOOD;
    world.settled();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
  }

  @Test
  void when_the_endpoints_of_blue_are_gone_green_serves_in_the_same_decision() {
    green.of(2, "10.1.0").share(100, 1);
    world.settled();
    world.endpoints.clear();
    world.decide();
    assertThat(world.candidates()).containsExactly("green:n1", "green:n2");
    assertThat(world.explanation().notes())
        .contains("no endpoint of the Service is ready in this cluster")
        .noneMatch(note -> note.contains("clients are refused"));
  }

  @Test
  void a_cluster_that_is_not_known_harms_nobody_and_explain_says_so() {
    green.of(2, "10.1.0").freshness = Freshness.NONE;
    world.settled();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    assertThat(world.explanation().notes()).contains("green: cluster not known yet");
    green.freshness = Freshness.STALE;
    world.settled();
    assertThat(world.candidates()).hasSize(5);
    assertThat(world.explanation().notes())
        .contains("green: the cluster's state was read from disk and is stale");
  }

  @Test
  void a_cluster_without_the_service_has_no_part_in_it_until_it_comes() {
    green.of(2, "10.1.0");
    ClusterService service = green.services.remove(World.SHOP);
    world.settled();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    assertThat(world.explanation().notes()).contains("green: there is no Service web/shop");
    if (service != null) {
      green.services.put(World.SHOP, service);
    }
    world.settled();
    assertThat(world.candidates()).hasSize(5);
  }

  @Test
  void green_serves_while_nothing_is_known_of_blue() {
    green.of(2, "10.1.0");
    world.freshness = Freshness.NONE;
    world.settled();
    assertThat(world.candidates()).containsExactly("green:n1", "green:n2");
  }

  @Test
  void the_zone_is_preferred_within_each_cluster_and_takes_nothing_from_another() {
    green.of(2, "10.1.0").share(25, 0);
    world.share = new Share(75, 0);
    world.zone = "east";
    world.node("n1").labels.put(Zones.LABEL, "east");
    world.settled();
    assertThat(world.candidates())
        .as("green, without a node in the zone, has all of its own in use")
        .containsExactly("green:n1", "green:n2", "n1", "n2", "n3");
    assertThat(world.backend("n2").weight()).isZero();
    assertThat(total("green:") / (total("") + total("green:"))).isEqualTo(0.25);
    assertThat(world.explanation().notes())
        .contains(
            "zone east is preferred, 100 % of it is usable: other zones are in reserve",
            "green: zone east is preferred, but no backend is in it");
    assertThat(world.verdicts("n2")).contains("zone: not known, in reserve for east");

    green.nodes.values().forEach(node -> node.labels.put(Zones.LABEL, "west"));
    green.nodes.values().iterator().next().labels.put(Zones.LABEL, "east");
    world.decide();
    assertThat(world.candidates()).startsWith("green:n1", "n1").hasSize(5);
    assertThat(total("green:") / (total("") + total("green:"))).isEqualTo(0.25);
  }

  @Test
  void another_zone_of_green_is_followed_in_the_next_decision() {
    green.of(2, "10.1.0");
    world.nodes.clear();
    world.endpoints.clear();
    green.nodes.values().forEach(node -> node.labels.put(Zones.LABEL, "west"));
    green.nodes.values().iterator().next().labels.put(Zones.LABEL, "east");
    world.settled();
    assertThat(world.route().backends()).allMatch(backend -> backend.weight() > 0);
    world.zone = "west";
    world.decide();
    assertThat(world.backend("green:n1").weight()).isZero();
    assertThat(world.backend("green:n2").weight()).isPositive();
  }

  @Test
  void a_cluster_that_stands_by_is_no_reserve_for_what_the_other_cannot_take() {
    green.of(2, "10.1.0").share(100, 1);
    world.zone = "east";
    world.node("n1").labels.put(Zones.LABEL, "east");
    green.nodes.values().iterator().next().labels.put(Zones.LABEL, "east");
    world.settled();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    assertThat(world.verdicts("green:n2"))
        .as("not in the zone")
        .last()
        .isEqualTo("cluster: stands by: a cluster of priority 0 serves");
  }

  @Test
  void a_node_that_no_longer_serves_the_service_is_told_from_one_that_is_gone() {
    green.of(2, "10.1.0");
    world.settled();
    world.nodesPerService = 2;
    world.decide();
    assertThat(world.changeTexts())
        .anyMatch(text -> text.endsWith("removed: no longer among the Service's nodes"));
    green.nodes.remove("n1");
    world.decide();
    assertThat(world.changeTexts()).contains("shop/green:n1 removed: no longer there");
  }

  @Test
  void drain_of_a_node_of_green_leaves_the_node_of_blue_with_the_same_name_alone() {
    green.of(2, "10.1.0");
    world.settled();
    world.order("green:n1", Order.DRAIN);
    world.order("shop/green:n2", Order.MAINT);
    world.decide();
    assertThat(world.stateOf("green:n1")).isEqualTo(BackendState.DRAIN);
    assertThat(world.stateOf("green:n2")).isEqualTo(BackendState.MAINT);
    assertThat(world.stateOf("n1")).isEqualTo(BackendState.UP);
    assertThat(world.stateOf("n2")).isEqualTo(BackendState.UP);
  }

  @Test
  void kube_proxy_that_answers_in_blue_says_nothing_of_green() {
    green.of(2, "10.1.0");
    world.answers =
        target ->
            target.address().getPort() == Probing.KUBE_PROXY_PORT
                    && target.address().getAddress().getHostAddress().startsWith("10.1.")
                ? Answer.REFUSED
                : Answer.GOOD;
    world.settled();
    assertThat(world.candidates()).hasSize(5);
    assertThat(world.verdicts("green:n1")).contains("probe: tcp 10.1.0.1:31080: good");
  }

  @Test
  void an_address_that_both_clusters_name_is_one_backend() {
    green.of(2, "10.0.0");
    green.services.putAll(world.services);
    world.settled();
    assertThat(world.backendNodes()).containsExactly("n1", "n2", "n3");
    assertThat(world.verdicts("green:n1"))
        .contains("cluster: 10.0.0.1:30080 is a backend in kubernetes");
  }

  @Test
  void nothing_is_decided_anew_where_only_another_service_of_green_moves() {
    green.of(2, "10.1.0");
    world.settled();
    RouteDecision before = world.state.decisions().get("shop");
    var other = new ServiceKey("web", "other");
    green.services.put(
        other,
        new ClusterService(
            other,
            "uid",
            ClusterService.Type.NODE_PORT,
            false,
            0,
            List.of(World.httpPort(31_081))));
    world.decide();
    assertThat(world.state.decisions().get("shop")).isSameAs(before);
    green.endpoints.removeLast();
    green.endpoints.removeLast();
    world.decide();
    assertThat(world.state.decisions().get("shop")).isNotSameAs(before);
  }

  @Test
  void nodes_of_a_cluster_without_weight_make_up_for_none_that_is_left_out() {
    green.of(10, "10.1.0").share(0, 0);
    world.settled();
    for (String node : List.of("n1", "n2", "n3")) {
      world.passive.put(world.nodePort(node), new PassiveStatus(3, 1, world.nowNs + 1_000_000));
    }
    world.decide();
    assertThat(world.route().mode()).isEqualTo(Route.Mode.NORMAL);
    assertThat(world.candidates()).as("at most half is left out").hasSize(2);
  }

  @Test
  void failing_open_a_small_share_stays_small_and_the_reserve_is_tried_too() {
    green.of(40, "10.1.0").share(1, 1);
    world.share = new Share(99, 0);
    world.settled();
    world.answers = _ -> Answer.REFUSED;
    world.settled();
    assertThat(world.route().mode()).isEqualTo(Route.Mode.FAIL_OPEN);
    assertThat(world.candidates()).hasSize(43);
    assertThat(total("green:") / (total("") + total("green:"))).isEqualTo(0.01);
  }

  @Test
  void when_only_draining_nodes_are_left_the_reserve_stands_by_as_ever() {
    green.of(2, "10.1.0").share(100, 1);
    world.settled();
    List.of("n1", "n2", "n3", "green:n1", "green:n2")
        .forEach(node -> world.order(node, Order.DRAIN));
    world.decide();
    assertThat(world.route().mode()).isEqualTo(Route.Mode.DRAINING_ONLY);
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    world.nodes.clear();
    world.decide();
    assertThat(world.candidates()).containsExactly("green:n1", "green:n2");
  }

  @Test
  void that_the_reserve_serves_is_said_too_where_the_other_has_no_node_at_all() {
    green.of(2, "10.1.0").share(100, 1);
    world.freshness = Freshness.NONE;
    world.settled();
    assertThat(world.candidates()).containsExactly("green:n1", "green:n2");
    assertThat(world.explanation().notes())
        .anyMatch(note -> note.startsWith("clusters of priority 1 serve"));
  }

  @Test
  void a_machine_that_has_moved_from_blue_to_green_serves_there_once_blue_has_no_weight() {
    green.of(2, "10.0.0");
    green.services.putAll(world.services);
    world.settled();
    assertThat(world.backendNodes()).containsExactly("n1", "n2", "n3");
    world.share = new Share(0, 0);
    world.decide();
    assertThat(world.candidates())
        .as("in the same decision, without a probe")
        .containsExactly("green:n1", "green:n2");
    assertThat(world.verdicts("n1")).contains("cluster: 10.0.0.1:30080 is a backend in green");
    assertThat(world.stateOf("n3")).isEqualTo(BackendState.DRAIN);
  }

  @Test
  void a_start_with_weights_is_no_change_of_weights() {
    green.of(2, "10.1.0").share(10, 0);
    world.share = new Share(90, 0);
    world.decide();
    assertThat(world.changeTexts())
        .contains("cluster green followed with weight 10, priority 0")
        .noneMatch(text -> text.contains("now has weight"));
  }

  @Test
  void a_late_word_of_the_watch_that_read_little_of_green_does_not_prove_it_as_the_leading_one() {
    green.of(2, "10.1.0");
    Inputs before = world.inputs();
    Inputs promoted = before.with(world.config(Optional.of(green.config()), ClustersConfig.NONE));
    assertThat(promoted.cluster().freshness()).isEqualTo(Freshness.STALE);
    var green2 = green.of(3, "10.1.0").state();
    Inputs late = promoted.withFurther(green.config().identity(), green2);
    assertThat(late.cluster().freshness()).isEqualTo(Freshness.STALE);
    assertThat(late.cluster().snapshot()).isEqualTo(green2.snapshot());
    Inputs read = late.with(green.config().identity(), green2);
    assertThat(read.cluster().freshness()).isEqualTo(Freshness.LIVE);
    var blue = before.config().kubernetes().orElseThrow();
    assertThat(read.with(blue.identity(), before.cluster())).isEqualTo(read);
  }

  @Test
  void what_was_known_of_one_cluster_is_not_told_to_another_that_takes_the_lead() {
    Inputs before = world.inputs();
    var red =
        new KubernetesConfig(
            Path.of("red"), "", List.of(), NodeAddress.INTERNAL, NodeExclusion.AUTO);
    Inputs after = before.with(world.config(Optional.of(red), ClustersConfig.NONE));
    assertThat(after.cluster().snapshot())
        .as("it serves on")
        .isEqualTo(before.cluster().snapshot());
    assertThat(after.cluster().freshness()).isEqualTo(Freshness.STALE);
  }

  @Test
  void what_is_known_of_both_goes_with_them_when_green_becomes_the_leading_one() {
    green.of(2, "10.1.0");
    Inputs before = world.inputs();
    var leading = before.config().kubernetes().orElseThrow();
    var promoted =
        world.config(
            Optional.of(green.config()),
            new ClustersConfig(Share.WHOLE, List.of(new Further("blue", leading, Share.WHOLE))));
    Inputs after = before.with(promoted);
    assertThat(after.cluster().snapshot()).isEqualTo(before.further("green").snapshot());
    assertThat(after.cluster().freshness())
        .as("its pools are not read yet")
        .isEqualTo(Freshness.STALE);
    assertThat(after.further("blue")).isEqualTo(before.cluster());
    assertThat(after.further()).containsOnlyKeys("blue");
    Inputs back = after.with(before.config());
    assertThat(back.cluster().snapshot()).isEqualTo(before.cluster().snapshot());
    assertThat(back.further("green").snapshot()).isEqualTo(before.further("green").snapshot());
  }

  private double total(String prefix) {
    return world.route().backends().stream()
        .filter(backend ->
            backend.node().startsWith(prefix)
                && (!prefix.isEmpty() || !backend.node().contains(":")))
        .mapToInt(Backend::weight)
        .sum();
  }
}
