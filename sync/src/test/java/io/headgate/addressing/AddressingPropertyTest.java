package io.headgate.addressing;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.PoolConfig;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import io.headgate.model.EdgePort;
import io.headgate.model.IpFamily;
import io.headgate.model.LabelSelector;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport.PortProblem;
import io.headgate.model.ServiceRequest.FamilyPolicy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Whatever users ask for, some things always hold. The seed is in every failure. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AddressingPropertyTest {
  private static final long SEED = Long.getLong("headgate.seed", 20_261_122L);
  private static final int STEPS = 150;
  private static final List<String> ASKED =
      List.of(
          "10.0.0.1",
          "10.0.0.2",
          "2001:db8::1",
          "10.0.0.1,2001:db8::1",
          "10.0.1.0",
          "192.0.2.1",
          "x",
          "10.0.0.1,10.0.0.2");

  private Random random = new Random();
  private Cluster cluster = new Cluster();
  private int made;
  private Addressing kept = cluster.addressing();
  private List<PoolConfig> keptPools = List.of();

  /** What counts of an assignment: remarks may come and go. */
  private record Outcome(
      String uid, List<InetAddress> addresses, String pool, List<PortProblem> portProblems) {}

  @RepeatedTest(40)
  void what_always_holds(RepetitionInfo repetition) {
    long seed = SEED + repetition.getCurrentRepetition();
    random = new Random(seed);
    cluster = new Cluster();
    made = 0;
    for (int i = 0; i < 3; i++) {
      changePool();
    }
    for (int step = 0; step < STEPS; step++) {
      String moment = "headgate.seed=" + seed + ", step " + step;
      somethingHappens();
      checkOrder(moment);
      Map<ServiceKey, Assignment> before = cluster.now;
      cluster.decide();
      checkKept(moment, before);
      checkPorts(moment);
      checkPools(moment);
      checkStability(moment);
      checkRestart(moment);
      checkNewcomer(moment);
    }
  }

  /** One that is asked again and again says what a new one does. */
  private void checkKept(String moment, Map<ServiceKey, Assignment> before) {
    if (!keptPools.equals(cluster.pools)) {
      keptPools = List.copyOf(cluster.pools);
      kept = cluster.addressing();
    }
    List<Claim> built = cluster.built();
    assertThat(kept.assign(built, before)).as(moment).isEqualTo(cluster.now);
    if (random.nextInt(10) == 0) {
      assertThat(kept.adopt(built))
          .as(moment + ": adopted")
          .isEqualTo(cluster.addressing().adopt(built));
    }
  }

  private void somethingHappens() {
    if (cluster.services.size() < 3 || random.nextInt(4) == 0) {
      newService("s" + made++);
      return;
    }
    TestService service = oneOf(List.copyOf(cluster.services.values()));
    switch (random.nextInt(13)) {
      case 0, 1 -> cluster.services.remove(service.key.name());
      case 2 -> changePool();
      case 3 -> service.uid = "again" + made++;
      case 4 -> randomPorts(service);
      case 5 -> randomFamilies(service);
      case 6 -> annotate(service, "headgate.io/share-key", List.of("x", "y"));
      case 7 -> annotate(service, "headgate.io/pool", List.of("p0", "p1", "p2", "p9"));
      case 8 -> service.labels.put("tier", oneOf(List.of("front", "back")));
      case 9 -> service.at(oneOf(List.of(80, 8443)), 80).at(oneOf(List.of(443, 4443)), 443);
      case 10 -> service.loadBalancerIp = random.nextInt(3) > 0 ? "" : oneOf(ASKED);
      default -> annotate(service, "headgate.io/ips", ASKED);
    }
    if (random.nextInt(3) == 0) {
      service.status(oneOf(ASKED).split(","));
    }
  }

  private void newService(String name) {
    // Some are older than those that are there, as when a namespace is added.
    var service = new TestService(name, random.nextInt(3) == 0 ? random.nextInt(made + 1) : made);
    randomPorts(service);
    randomFamilies(service);
    cluster.services.put(name, service);
  }

  private void randomPorts(TestService service) {
    switch (random.nextInt(6)) {
      case 0 -> service.tcp(80, 443);
      case 1 -> service.tcp(443, 8443);
      case 2 -> service.udp(443);
      case 3 -> service.tcp();
      case 4 -> service.tcp(1 + random.nextInt(5));
      default -> service.tcp(80);
    }
  }

  private void randomFamilies(TestService service) {
    List<IpFamily> families = new ArrayList<>(List.of(IpFamily.values()));
    Collections.shuffle(families, random);
    service.stack(oneOf(List.of(FamilyPolicy.values())));
    service.families =
        service.policy == FamilyPolicy.SINGLE_STACK
            ? List.of(families.getFirst())
            : List.copyOf(families);
  }

  private void annotate(TestService service, String annotation, List<String> values) {
    if (random.nextInt(2) == 0) {
      service.without(annotation);
    } else {
      service.with(annotation, oneOf(values));
    }
  }

  private void changePool() {
    int number = random.nextInt(3);
    int first = random.nextInt(3);
    String[] ranges = {
      "10.0.%d.%d-10.0.%d.%d".formatted(number, first, number, first + random.nextInt(4)),
      "2001:db8:%d::%d-2001:db8:%d::%d".formatted(number, first, number, first + random.nextInt(3))
    };
    cluster.pool(
        new PoolConfig(
            "p" + number,
            switch (random.nextInt(3)) {
              case 0 -> Cluster.ranges(ranges[0]);
              case 1 -> Cluster.ranges(ranges[1]);
              default -> Cluster.ranges(ranges);
            },
            random.nextInt(4) > 0,
            random.nextBoolean(),
            random.nextInt(3),
            random.nextInt(5) == 0 ? List.of("bank") : List.of(),
            random.nextInt(3) == 0
                ? LabelSelector.parse("tier=front").stream().toList()
                : List.of()));
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private void checkPorts(String moment) {
    Map<String, ServiceKey> owners = new HashMap<>();
    for (Claim claim : cluster.built()) {
      ClusterService service = claim.service();
      Assignment assignment = cluster.of(service.key());
      Set<String> lost =
          assignment.portProblems().stream()
              .map(problem -> problem.protocol() + problem.port())
              .collect(Collectors.toSet());
      for (InetAddress address : assignment.addresses()) {
        for (EdgePort wanted : claim.ports()) {
          ClusterService.Port port = wanted.port();
          String name = port.protocol() + wanted.number();
          if (!lost.contains(port.protocol() + port.port())) {
            assertThat(owners.put(Addresses.text(address) + " " + name, service.key()))
                .as("%s: two on %s %s: %s", moment, address, name, service.key())
                .isNull();
          }
        }
      }
    }
  }

  private void checkPools(String moment) {
    for (TestService service : cluster.services.values()) {
      Assignment assignment = cluster.of(service.key);
      Set<IpFamily> families = new HashSet<>();
      for (InetAddress address : assignment.addresses()) {
        assertThat(families.add(IpFamily.of(address))).as(moment).isTrue();
        assertThat(cluster.pools)
            .as("%s: %s of %s", moment, address, service.key)
            .anySatisfy(pool -> {
              assertThat(pool.name()).isEqualTo(assignment.pool());
              assertThat(pool.addresses()).anyMatch(range -> range.contains(address));
              assertThat(new Pool(pool, Map.of(), "").gives(address)).isTrue();
              assertThat(new Pool(pool, Map.of(), "").admits(service.service())).isTrue();
            });
      }
      if (assignment.addresses().isEmpty()) {
        assertThat(cluster.reasons(service.key.name()))
            .as("%s: %s has nothing and knows why", moment, service.key)
            .containsAnyOf(Reasons.FAILED, Reasons.INVALID);
      }
    }
  }

  /** The order in which Services come means nothing. */
  private void checkOrder(String moment) {
    List<Claim> shuffled = new ArrayList<>(cluster.built());
    Collections.shuffle(shuffled, random);
    Addressing addressing = cluster.addressing();
    assertThat(addressing.assign(shuffled, cluster.now))
        .as(moment)
        .isEqualTo(addressing.assign(cluster.built(), cluster.now));
  }

  private void checkStability(String moment) {
    var again = outcomes(cluster.addressing().assign(cluster.built(), cluster.now));
    assertThat(again).as("%s: decided again", moment).isEqualTo(outcomes(cluster.now));
  }

  private void checkRestart(String moment) {
    Map<String, TestService> services = cluster.services;
    var statuses = services.values().stream().collect(Collectors.toMap(s -> s.key, s -> s.given));
    cluster.tell();
    var restarted = outcomes(cluster.addressing().assign(cluster.built(), Map.of()));
    assertThat(restarted).as("%s: restarted", moment).isEqualTo(outcomes(cluster.now));
    services
        .values()
        .forEach(service -> service.given = statuses.getOrDefault(service.key, List.of()));
  }

  private void checkNewcomer(String moment) {
    var youngest = new TestService("youngest", 1_000_000);
    randomPorts(youngest);
    randomFamilies(youngest);
    annotate(youngest, "headgate.io/ips", ASKED);
    annotate(youngest, "headgate.io/share-key", List.of("x"));
    cluster.services.put("youngest", youngest);
    Map<ServiceKey, Outcome> with =
        new HashMap<>(outcomes(cluster.addressing().assign(cluster.built(), cluster.now)));
    with.remove(youngest.key);
    assertThat(with).as("%s: a younger one", moment).isEqualTo(outcomes(cluster.now));
    cluster.services.remove("youngest");
  }

  private static Map<ServiceKey, Outcome> outcomes(Map<ServiceKey, Assignment> assignments) {
    Map<ServiceKey, Outcome> outcomes = new HashMap<>();
    assignments.forEach((key, its) ->
        outcomes.put(key, new Outcome(its.uid(), its.addresses(), its.pool(), its.portProblems())));
    return outcomes;
  }

  /** Ten thousand Services, and nothing quadratic: a bound that only a wrong order would miss. */
  @Test
  void ten_thousand_services_are_decided_on() {
    cluster = Cluster.with("10.0.0.0/20");
    for (int i = 0; i < 10_000; i++) {
      var service = new TestService("s" + i, i);
      cluster.services.put("s" + i, service.tcp(80 + i % 7, 443));
    }
    List<Claim> built = cluster.built();
    Addressing addressing = cluster.addressing();
    Map<ServiceKey, Assignment> decided = Map.of();
    for (int i = 0; i < 5; i++) {
      long startNs = System.nanoTime();
      decided = addressing.assign(built, decided);
      System.out.println("10,000 Services: " + Duration.ofNanos(System.nanoTime() - startNs));
    }
    assertThat(decided).hasSize(10_000);
    assertThat(decided.values()).noneMatch(assignment -> assignment.addresses().isEmpty());
  }
}
