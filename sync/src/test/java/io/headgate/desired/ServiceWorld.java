package io.headgate.desired;

import io.headgate.addressing.Assignment;
import io.headgate.addressing.Claim;
import io.headgate.desired.LoadBalancing.Pools;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.IpFamily;
import io.headgate.model.Listener;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport;
import io.headgate.model.ServiceReport.PortProblem;
import io.headgate.model.ServiceReport.Remark;
import io.headgate.model.ServiceRequest;
import io.headgate.model.ServiceRequest.FamilyPolicy;
import io.headgate.model.ServiceRequest.Given;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A {@link World} in which Services ask for addresses, and a pool that gives what a test says. */
final class ServiceWorld {
  static final String EDGE = "headgate.io/edge";
  static final ServiceKey SHOP = World.SHOP;

  final World world = new World();
  final Map<ServiceKey, Assignment> assignments = new HashMap<>();

  /** What {@code assign} was told of the decision before. */
  Map<ServiceKey, Assignment> toldBefore = Map.of();

  /** Three nodes, one ready endpoint on each, nothing in the file; 203.0.113.0/24 is ours. */
  ServiceWorld() {
    for (int i = 1; i <= 3; i++) {
      world.nodes.put("n" + i, new TestNode("n" + i, "10.0.0." + i));
      world.endpoint("n" + i);
    }
    world.endpoints.replaceAll(e ->
        new ClusterEndpoint(
            e.address(), e.node(), true, true, false, Map.of("http", 8080, "https", 8443)));
    claim(EDGE, false);
  }

  void claim(String loadBalancerClass, boolean defaultClass) {
    world.beforeDeciding =
        () ->
            world.loadBalancing =
                new LoadBalancing(
                    loadBalancerClass, defaultClass, new Giving(Map.copyOf(assignments)));
  }

  /** Equal to another that gives the same. */
  private final class Giving implements Pools {
    private final Map<ServiceKey, Assignment> all;

    Giving(Map<ServiceKey, Assignment> all) {
      this.all = all;
    }

    @Override
    public Map<ServiceKey, Assignment> assign(
        List<Claim> claims, Map<ServiceKey, Assignment> before) {
      toldBefore = before;
      Map<ServiceKey, Assignment> given = new HashMap<>(all);
      given.keySet().retainAll(claims.stream().map(claim -> claim.service().key()).toList());
      return given;
    }

    @Override
    public boolean has(ClusterService service, InetAddress address) {
      return Addresses.text(address).startsWith("203.0.113.");
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Giving giving && giving.all.equals(all);
    }

    @Override
    public int hashCode() {
      return all.hashCode();
    }
  }

  /** A Service that has its address already, decided on and with every probe answered. */
  static ServiceWorld serving() {
    var serving = new ServiceWorld();
    serving.service(new Asking());
    serving.assign("203.0.113.10");
    serving.world.settled();
    return serving;
  }

  void service(Asking asking) {
    world.services.put(asking.key, asking.build());
  }

  void assign(String... addresses) {
    assign(SHOP, addresses);
  }

  void assign(ServiceKey service, String... addresses) {
    assignments.put(
        service, new Assignment("uid", addresses(addresses), "public", List.of(), List.of()));
  }

  static List<InetAddress> addresses(String... texts) {
    return Arrays.stream(texts).map(TestNode::address).toList();
  }

  ServiceReport report() {
    return report(SHOP);
  }

  ServiceReport report(ServiceKey service) {
    ServiceReport report = world.state.reports().get(service);
    if (report == null) {
      throw new AssertionError("no report of " + service);
    }
    return report;
  }

  /** The reasons of what the Service's user is told. */
  List<String> reasons() {
    return report().remarks().stream().map(Remark::reason).toList();
  }

  String message(String reason) {
    return report().remarks().stream()
        .filter(remark -> remark.reason().equals(reason))
        .map(Remark::message)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + reason + " in " + report().remarks()));
  }

  List<String> portProblems() {
    return report().portProblems().stream().map(ServiceWorld::text).toList();
  }

  private static String text(PortProblem problem) {
    return problem.protocol() + " " + problem.port() + " " + problem.error();
  }

  List<String> listeners() {
    return world.state.table().listeners().keySet().stream()
        .sorted()
        .map(Listener::toString)
        .toList();
  }

  List<String> routes() {
    return List.copyOf(world.state.table().routes().keySet());
  }

  List<String> backends(String route) {
    return world.route(route).backends().stream()
        .map(backend -> Addresses.text(backend.address()))
        .toList();
  }

  static ClusterEndpoint pod(String address, String node, boolean ready, boolean terminating) {
    return new ClusterEndpoint(
        address, Optional.of(node), ready, ready || terminating, terminating, Map.of("http", 8080));
  }

  /** What a test's Service asks: of our class, port http 80 with NodePort 30080. */
  static final class Asking {
    ServiceKey key = SHOP;
    String uid = "uid-shop";
    ClusterService.Type type = ClusterService.Type.LOAD_BALANCER;
    String loadBalancerClass = EDGE;
    boolean local;
    List<Port> ports = new ArrayList<>(List.of(World.httpPort(World.NODE_PORT)));
    List<String> sourceRanges = List.of();
    List<String> externalIps = List.of();
    List<IpFamily> families = List.of(IpFamily.IPV4);
    final Map<String, String> annotations = new HashMap<>();
    Map<String, String> labels = Map.of();
    Instant createdAt = Instant.parse("2026-01-01T00:00:00Z");
    boolean deleting;
    List<Given> given = List.of();

    Asking named(String namespace, String name) {
      key = new ServiceKey(namespace, name);
      uid = "uid-" + name;
      return this;
    }

    Asking with(String annotation, String value) {
      annotations.put("headgate.io/" + annotation, value);
      return this;
    }

    Asking ports(Port... wanted) {
      ports = List.of(wanted);
      return this;
    }

    ClusterService build() {
      return new ClusterService(
          key,
          uid,
          type,
          local,
          local ? World.HEALTH_CHECK_NODE_PORT : 0,
          ports,
          new ServiceRequest(
              loadBalancerClass,
              "",
              sourceRanges,
              Duration.ZERO,
              externalIps,
              families,
              FamilyPolicy.SINGLE_STACK,
              annotations,
              labels,
              createdAt,
              deleting,
              given));
    }
  }
}
