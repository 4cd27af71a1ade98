package io.headgate.desired;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.ClustersConfig.Share;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.ClusterNode.Readiness;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.HealthPolicy;
import io.headgate.model.Hints;
import io.headgate.model.OperatorOrders;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.PassiveStatus;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.Route;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Whatever happens, in whatever order, some things always hold. The seed is in every failure. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DesiredPropertyTest {
  private static final long SEED = Long.getLong("headgate.seed", 20_261_122L);
  private static final int STEPS = 200;
  private static final String[] WEIGHTS = {"0", "1", "50", "256", "many"};
  private static final String[] ZONES = {"east", "west"};

  private Random random = new Random();
  private World world = new World();
  private boolean weighted;

  @RepeatedTest(20)
  void what_always_holds(RepetitionInfo repetition) {
    long seed = SEED + repetition.getCurrentRepetition();
    random = new Random(seed);
    world = World.ofThreeNodes();
    randomPolicy();
    if (repetition.getCurrentRepetition() % 2 == 0) {
      world.beside("green").of(2, "10.1.0");
    }
    world.settled();
    for (int step = 0; step < STEPS; step++) {
      String moment = "headgate.seed=" + seed + ", step " + step;
      somethingHappens();
      world.decide();
      checkTable(moment);
      checkDeterminism(moment);
      checkCordon(moment);
    }
  }

  private void randomPolicy() {
    if (random.nextBoolean()) {
      world.slowStart(Duration.ofSeconds(random.nextInt(60)));
    }
    switch (random.nextInt(4)) {
      case 0 -> world.localPolicy(World.HEALTH_CHECK_NODE_PORT);
      case 1 -> world.localPolicy(0);
      default -> world.clusterPolicy();
    }
    var type = random.nextBoolean() ? HealthPolicy.Type.AUTO : oneOf(HealthPolicy.Type.values());
    world.health(old -> World.ofType(old, type, 0));
  }

  private void somethingHappens() {
    String name = "n" + (1 + random.nextInt(4));
    TestNode node =
        world.nodes.computeIfAbsent(name, _ -> new TestNode(name, "10.0.0." + name.substring(1)));
    switch (random.nextInt(15)) {
      case 0 -> world.nodes.remove(name);
      case 1 -> node.deleting = random.nextBoolean();
      case 2 -> node.shuttingDown = random.nextBoolean();
      case 3 -> node.networkUnavailable = random.nextBoolean();
      case 4 -> toggle(node, "node.kubernetes.io/out-of-service");
      case 5 -> toggle(node, NodeDeparture.AUTOSCALER_TAINT);
      case 6 -> node.labels.put(NodeSelection.EXCLUSION_LABEL, random.nextBoolean() ? "" : "false");
      case 7 -> node.readiness = oneOf(Readiness.values());
      case 8 -> world.endpoint(name);
      case 9 -> world.terminatingEndpoint(name);
      case 10 -> world.endpoints.removeIf(_ -> random.nextInt(3) == 0);
      case 11 -> order(name);
      case 12 -> passive(node);
      case 13 -> world.nowNs += Duration.ofMillis(random.nextInt(10_000)).toNanos();
      default -> probes();
    }
    if (random.nextInt(10) == 0) {
      node.labels.put(Zones.LABEL, oneOf(ZONES));
    }
    if (random.nextInt(10) == 0) {
      hints();
    }
    if (random.nextInt(20) == 0) {
      weighted = true;
      node.annotations.put(NodeWeight.ANNOTATION, oneOf(WEIGHTS));
    }
    if (random.nextInt(20) == 0) {
      world.zone = random.nextBoolean() ? "" : oneOf(ZONES);
    }
    if (random.nextInt(20) == 0) {
      world.nodesPerService = random.nextInt(4);
    }
    world.further.values().forEach(this::somethingHappensIn);
    if (random.nextInt(40) == 0) {
      world.freshness = oneOf(Freshness.values());
    }
    if (random.nextInt(20) == 0) { // let them recover, or nothing is ever well
      world.orders = OperatorOrders.NONE;
      world.passive.clear();
      world.nodes.clear();
      world.nodes.putAll(World.ofThreeNodes().nodes);
    }
  }

  /** Of all endpoints, or the node proxies do not keep to them. */
  private void hints() {
    int kind = random.nextInt(3);
    world.endpoints.replaceAll(endpoint ->
        TopologyHintsTest.with(
            endpoint,
            Hints.of(
                kind == 0 ? List.of() : List.of(oneOf(ZONES)),
                kind == 2 ? List.of("n" + (1 + random.nextInt(4))) : List.of())));
  }

  private void somethingHappensIn(OtherCluster other) {
    String name = "n" + (1 + random.nextInt(3));
    TestNode node =
        other.nodes.computeIfAbsent(name, _ -> new TestNode(name, "10.1.0." + name.substring(1)));
    switch (random.nextInt(16)) {
      case 0 -> other.nodes.remove(name);
      case 1 -> node.deleting = random.nextBoolean();
      case 2 -> other.endpoint(name);
      case 3 -> other.endpoints.removeIf(_ -> random.nextInt(3) == 0);
      case 4 -> other.share(random.nextInt(101) * random.nextInt(2), random.nextInt(2));
      case 5 -> world.share = new Share(1 + random.nextInt(100), random.nextInt(2));
      case 6 -> other.freshness = oneOf(Freshness.values());
      case 7 -> other.services.remove(World.SHOP);
      case 8 -> order("green:" + name);
      case 9 -> other.of(1, "10.1.0");
      default -> {}
    }
    if (random.nextInt(10) == 0) {
      node.labels.put(Zones.LABEL, oneOf(ZONES));
    }
  }

  private <T> T oneOf(T[] values) {
    return List.of(values).get(random.nextInt(values.length));
  }

  private static void toggle(TestNode node, String taint) {
    if (!node.taints.remove(taint)) {
      node.taints.add(taint);
    }
  }

  private void order(String node) {
    String target = random.nextBoolean() ? node : "shop/" + node;
    world.order(target, oneOf(Order.values()));
  }

  private void passive(TestNode node) {
    long untilNs = world.nowNs + Duration.ofMillis(random.nextInt(20_000) - 5_000).toNanos();
    var status = new PassiveStatus(random.nextInt(5), random.nextInt(4), untilNs);
    world.passive.put(new InetSocketAddress(node.internal.getFirst(), World.NODE_PORT), status);
  }

  private void probes() {
    Map<String, Answer> byNode = new HashMap<>();
    boolean well = random.nextBoolean();
    world.answers =
        target ->
            byNode.computeIfAbsent(
                target.address().getHostString(),
                _ -> well || random.nextInt(3) > 0 ? Answer.GOOD : oneOf(Answer.values()));
    world.probe();
  }

  private void checkTable(String moment) {
    if (!world.state.table().routes().containsKey("shop")) {
      throw new AssertionError(moment + ": the route is gone");
    }
    Route route = world.route();
    List<Backend> candidates = route.candidates();
    assertThat(candidates)
        .as(moment)
        .allSatisfy(candidate -> {
          assertThat(candidate.state()).isNotIn(BackendState.MAINT, BackendState.PENDING);
          assertThat(candidate.weight())
              .isGreaterThanOrEqualTo(world.zone.isEmpty() && !otherwiseWeighted() ? 1 : 0);
          assertThat(candidate.reset()).isFalse();
        });
    for (Backend backend : route.backends()) {
      checkBackend(moment, backend, candidates);
    }
    checkShares(moment, route);
    long generations = world.state.table().generation() - world.before.table().generation();
    assertThat(generations)
        .as(moment)
        .isEqualTo(world.state.table().sameAs(world.before.table()) ? 0 : 1);
    world.state.wakeAtNs().ifPresent(at -> assertThat(at - world.nowNs).as(moment).isPositive());
  }

  /** A backend that has a good probe, something to serve and no word against it must be of use. */
  private void checkBackend(String moment, Backend backend, List<Backend> candidates) {
    boolean alone = world.further.isEmpty();
    int most = 3 * Backend.FULL_WEIGHT * Math.max(1, world.endpoints.size());
    assertThat(backend.weight()).as(moment).isBetween(0, alone ? most : Integer.MAX_VALUE);
    BackendHistory history =
        world
            .state
            .history("shop", backend.address())
            .orElseThrow(() -> new AssertionError(moment + ": no history of " + backend));
    assertThat(history.state()).as(moment).isEqualTo(backend.state());
    boolean good = history.standing() == ProbeStanding.GOOD;
    boolean leading = !backend.node().contains(":");
    if (good
        && leading
        && servable(backend.node())
        && world.orders.order("shop", backend.node()).isEmpty()) {
      assertThat(candidates).as(moment + " " + backend).isNotEmpty();
    }
    if (alone
        && backend.state() == BackendState.UP
        && history.warmingSinceNs().isEmpty()
        && world.zone.isEmpty()
        && !otherwiseWeighted()) {
      assertThat(backend.weight() % Backend.FULL_WEIGHT).as(moment).isZero();
    }
  }

  private boolean otherwiseWeighted() {
    return weighted || world.endpoints.stream().anyMatch(e -> !e.hints().equals(Hints.NONE));
  }

  /** Those in use share by their clusters' weights, and none of a worse priority has any. */
  private void checkShares(String moment, Route route) {
    Map<String, Integer> totals = new HashMap<>();
    for (Backend backend : route.backends()) {
      boolean inUse = backend.state() == BackendState.UP || backend.state() == BackendState.SUSPECT;
      if (inUse && backend.weight() > 0) {
        totals.merge(backend.node().contains(":") ? "green" : "", backend.weight(), Integer::sum);
      }
    }
    if (totals.size() == 2) {
      Share green = requireNonNull(world.further.get("green")).share;
      assertThat(green.priority()).as(moment).isEqualTo(world.share.priority());
      double wanted = green.weight() / (double) (green.weight() + world.share.weight());
      double found =
          totals.getOrDefault("green", 0)
              / (double) totals.values().stream().mapToInt(Integer::intValue).sum();
      assertThat(found).as(moment + " " + route).isBetween(wanted - 0.03, wanted + 0.03);
    }
  }

  private boolean servable(String node) {
    boolean local = requireNonNull(world.services.get(World.SHOP)).localTraffic();
    return world.endpoints.stream()
        .filter(endpoint -> endpoint.ready() || endpoint.terminating())
        .anyMatch(endpoint -> !local || endpoint.node().equals(Optional.of(node)));
  }

  private void checkDeterminism(String moment) {
    DesiredState twin = world.next(world.before);
    assertThat(world.seen(twin)).as(moment).isEqualTo(world.seen(world.state));
    assertThat(twin.changes()).as(moment).isEqualTo(world.state.changes());
    assertThat(world.seen(world.afresh(world.before)))
        .as(moment + ": nothing kept")
        .isEqualTo(world.seen(world.state));
    DesiredState again = world.next(world.state);
    assertThat(again.table()).as(moment).isSameAs(world.state.table());
    assertThat(again.changes()).as(moment).isEmpty();
    assertThat(world.seen(again)).as(moment).isEqualTo(world.seen(world.state));
  }

  private void checkCordon(String moment) {
    world.nodes.values().forEach(node -> node.cordoned = !node.cordoned);
    DesiredState cordoned = world.next(world.state);
    assertThat(cordoned.table()).as(moment + ": a cordon").isSameAs(world.state.table());
    world.nodes.values().forEach(node -> node.cordoned = !node.cordoned);
  }
}
