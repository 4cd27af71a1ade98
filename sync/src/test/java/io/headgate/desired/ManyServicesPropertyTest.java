package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.desired.ServiceWorld.Asking;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterNode.Readiness;
import io.headgate.model.ServiceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Many Services on a few of many Nodes each: what is decided only for those that a change concerns
 * is what would be decided for all. The seed is in every failure.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ManyServicesPropertyTest {
  private static final long SEED = Long.getLong("headgate.seed", 20_261_122L);
  private static final int STEPS = 60;
  private static final int SERVICES = 20;
  private static final int NODES = 16;
  private static final List<String> ZONES = List.of("east", "west", "");

  private final ServiceWorld services = new ServiceWorld();
  private final World world = services.world;
  private Random random = new Random();

  @RepeatedTest(20)
  void a_change_concerns_no_less_than_it_changes(RepetitionInfo repetition) {
    long seed = SEED + repetition.getCurrentRepetition();
    random = new Random(seed);
    world.nodesPerService = 3;
    for (int i = 0; i < NODES; i++) {
      node(i);
    }
    for (int i = 0; i < SERVICES; i++) {
      service(i);
    }
    world.settled();
    for (int step = 0; step < STEPS; step++) {
      String moment = "headgate.seed=" + seed + ", step " + step;
      for (int i = random.nextInt(3); i >= 0; i--) {
        somethingHappens();
      }
      world.decide();
      assertThat(world.seen(world.afresh(world.before)))
          .as(moment + ": nothing kept")
          .isEqualTo(world.seen(world.state));
      if (random.nextInt(4) == 0) {
        world.probe();
      }
    }
  }

  private void somethingHappens() {
    int number = random.nextInt(NODES);
    TestNode node = node(number);
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> world.nodes.remove(node.name);
      case 3 -> node.networkUnavailable = random.nextBoolean();
      case 4 -> node.deleting = random.nextBoolean();
      case 5 -> node.readiness = one(List.of(Readiness.values()));
      case 6 -> node.labels.put(NodeSelection.EXCLUSION_LABEL, one(List.of("", "false")));
      case 7 -> node.labels.put("pool", one(List.of("a", "b")));
      case 8 -> node.labels.put(Zones.LABEL, one(ZONES));
      case 9 -> toggle(node, NodeDeparture.AUTOSCALER_TAINT);
      case 10 -> node.internal.set(0, TestNode.address("10.0.0." + (1 + random.nextInt(NODES))));
      case 11 -> rarely();
      case 12 -> world.services.remove(key(random.nextInt(SERVICES)));
      case 13 -> endpoints(key(random.nextInt(SERVICES)));
      default -> service(random.nextInt(SERVICES));
    }
  }

  private void rarely() {
    switch (random.nextInt(4)) {
      case 0 -> world.zone = one(ZONES);
      case 1 -> world.nodesPerService = 1 + random.nextInt(4);
      case 2 -> world.nodes.clear();
      default -> world.nodes.values().forEach(node -> node.labels.clear());
    }
  }

  private TestNode node(int number) {
    String name = "n" + number;
    return world.nodes.computeIfAbsent(name, _ -> new TestNode(name, "10.0.0." + (1 + number)));
  }

  private static void toggle(TestNode node, String taint) {
    if (!node.taints.remove(taint)) {
      node.taints.add(taint);
    }
  }

  private static ServiceKey key(int number) {
    return new ServiceKey("web", "s" + number);
  }

  private void service(int number) {
    var asking = new Asking().named("web", "s" + number);
    asking.local = random.nextInt(3) == 0;
    if (random.nextInt(4) == 0) {
      asking.with(ServiceAnnotations.NODE_SELECTOR, "pool=" + one(List.of("a", "b")));
    }
    if (random.nextInt(6) == 0) {
      asking.with("backend", "endpoint");
    }
    services.service(asking);
    services.assign(asking.key, "203.0.113." + (1 + number));
    endpoints(asking.key);
  }

  private void endpoints(ServiceKey key) {
    List<ClusterEndpoint> endpoints = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      String pod = "10.244.1." + (1 + random.nextInt(200));
      endpoints.add(
          ServiceWorld.pod(pod, "n" + random.nextInt(NODES), random.nextBoolean(), false));
    }
    world.otherEndpoints.put(key, endpoints);
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
