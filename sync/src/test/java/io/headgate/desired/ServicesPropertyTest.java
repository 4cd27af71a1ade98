package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.RouteConfig.Source;
import io.headgate.desired.ServiceWorld.Asking;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.Listener;
import io.headgate.model.Route;
import io.headgate.model.ServiceKey;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Whatever Services ask and pools give, there is a table. The seed is in every failure. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ServicesPropertyTest {
  private static final long SEED = Long.getLong("headgate.seed", 20_261_122L);
  private static final int STEPS = 60;
  private static final List<String> ADDRESSES =
      List.of("203.0.113.1", "203.0.113.2", "198.51.100.1", "2001:db8::1", "0.0.0.0", "::");

  private final ServiceWorld services = new ServiceWorld();
  private final World world = services.world;
  private Random random = new Random();

  @RepeatedTest(20)
  void no_two_routes_ever_want_the_same_listener(RepetitionInfo repetition) {
    long seed = SEED + repetition.getCurrentRepetition();
    random = new Random(seed);
    for (int step = 0; step < STEPS; step++) {
      String moment = "headgate.seed=" + seed + ", step " + step;
      somethingHappens();
      world.decide();
      checkConfiguredRoutes(moment);
      checkListeners(moment);
      assertThat(world.seen(world.next(world.before)))
          .as(moment)
          .isEqualTo(world.seen(world.state));
      assertThat(world.seen(world.afresh(world.before)))
          .as(moment + ": nothing kept")
          .isEqualTo(world.seen(world.state));
      DesiredState again = world.next(world.state);
      assertThat(again.table()).as(moment).isSameAs(world.state.table());
      assertThat(again.changes()).as(moment).isEmpty();
      assertThat(again.reports()).as(moment).isEqualTo(world.state.reports());
    }
  }

  private void somethingHappens() {
    var key = new ServiceKey("web", "s" + random.nextInt(5));
    switch (random.nextInt(5)) {
      case 0 -> world.services.remove(key);
      case 1 -> services.assign(key, some(ADDRESSES));
      case 2 -> configured();
      default -> services.service(asking(key));
    }
  }

  private void configured() {
    world.routes.clear();
    if (random.nextBoolean()) {
      var listener = new Listener(TestNode.address(one(ADDRESSES)), port());
      var backend = new InetSocketAddress(TestNode.address("10.9.0.1"), 80);
      world.route("file", listener, new Source.Fixed(List.of(backend)));
    }
  }

  private Asking asking(ServiceKey key) {
    var asking = new Asking().named(key.namespace(), key.name());
    asking.uid = "uid-" + random.nextInt(3);
    asking.type = one(List.of(ClusterService.Type.values()));
    asking.loadBalancerClass = one(List.of(ServiceWorld.EDGE, ServiceWorld.EDGE, "", "other"));
    asking.createdAt = Instant.ofEpochSecond(random.nextInt(3));
    asking.deleting = random.nextInt(8) == 0;
    asking.externalIps = List.of(some(ADDRESSES));
    List<Port> ports = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) { // what no API server lets in, too
      String name = one(List.of("", "http", "80", "https"));
      ports.add(
          new Port(name, one(List.of("TCP", "TCP", "UDP")), port(), 30_000 * random.nextInt(2)));
    }
    asking.ports = ports;
    asking.sourceRanges = List.of(some(List.of("10.0.0.0/8", "junk", "::/0")));
    for (String name : some(List.of("backend", "proxy-protocol", "ignore", "idle-timeout"))) {
      asking.with(name, one(List.of("endpoint", "v2", "true", "5s", "80=v1", "lbIP", "")));
    }
    return asking;
  }

  private int port() {
    return one(List.of(80, 443, 8080));
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String[] some(List<String> of) {
    return of.stream().filter(_ -> random.nextInt(3) == 0).toArray(String[]::new);
  }

  private void checkConfiguredRoutes(String moment) {
    world.routes.forEach(route ->
        assertThat(world.route(route.name()).listeners()).as(moment).isEqualTo(route.listeners()));
  }

  private void checkListeners(String moment) {
    for (Route route : world.state.table().routes().values()) {
      assertThat(route.listeners()).as(moment).isNotEmpty().doesNotHaveDuplicates();
      if (route.name().contains("/")) {
        assertThat(route.listeners())
            .as(moment)
            .noneMatch(listener -> listener.address().isAnyLocalAddress());
      }
    }
  }
}
