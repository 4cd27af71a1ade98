package io.headgate.desired;

import io.headgate.config.AdminConfig;
import io.headgate.config.ClustersConfig;
import io.headgate.config.ClustersConfig.Further;
import io.headgate.config.ClustersConfig.Share;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.config.LoadBalancerConfig;
import io.headgate.config.LogConfig;
import io.headgate.config.RouteConfig;
import io.headgate.config.RouteConfig.Source;
import io.headgate.config.TakeoverConfig;
import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.Explanation;
import io.headgate.model.HealthPolicy;
import io.headgate.model.HealthReport;
import io.headgate.model.Listener;
import io.headgate.model.OperatorOrders;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.PassiveStatus;
import io.headgate.model.PortReference;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProxyProtocolMode;
import io.headgate.model.Route;
import io.headgate.model.RoutePolicy;
import io.headgate.model.ServiceKey;
import io.headgate.model.Transport;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A small cluster with a Service {@code web/shop} on three nodes, the probes of an edge, its
 * operator and its clock: things happen, then {@link #decide} says what follows.
 */
final class World {
  static final ServiceKey SHOP = new ServiceKey("web", "shop");
  static final int NODE_PORT = 30080;
  static final int HEALTH_CHECK_NODE_PORT = 32000;

  final Map<String, TestNode> nodes = new LinkedHashMap<>();
  final Map<ServiceKey, ClusterService> services = new HashMap<>();
  final List<ClusterEndpoint> endpoints = new ArrayList<>();
  final List<RouteConfig> routes = new ArrayList<>();
  final Map<ProbeTarget, ProbeStatus> probes = new HashMap<>();
  final Map<InetSocketAddress, PassiveStatus> passive = new HashMap<>();

  /** What answers a probe; everything is well until a test says otherwise. */
  Function<ProbeTarget, Answer> answers = _ -> Answer.GOOD;

  NodeExclusion exclusion = NodeExclusion.AUTO;
  NodeAddress nodeAddress = NodeAddress.INTERNAL;
  String zone = "";
  int nodesPerService = KubernetesConfig.DEFAULT_NODES_PER_SERVICE;
  Freshness freshness = Freshness.LIVE;
  OperatorOrders orders = OperatorOrders.NONE;
  List<String> namespaces = List.of();
  RoutePolicy policy = RoutePolicy.DEFAULTS;
  LoadBalancing loadBalancing = LoadBalancing.OFF;
  Runnable beforeDeciding = () -> {};

  /** Of the leading cluster. */
  Share share = Share.WHOLE;

  /** Beside it. */
  final Map<String, OtherCluster> further = new LinkedHashMap<>();

  /** Of other Services than {@link #SHOP}. */
  final Map<ServiceKey, List<ClusterEndpoint>> otherEndpoints = new HashMap<>();

  /** So that the clock's wrapping is met by every test that lets ten seconds pass. */
  long nowNs = Long.MAX_VALUE - Duration.ofSeconds(10).toNanos();

  DesiredState state = DesiredState.INITIAL;
  DesiredState before = DesiredState.INITIAL;

  /** Nodes n1, n2, n3; one ready endpoint on each; nothing decided yet. */
  static World ofThreeNodes() {
    var world = new World();
    for (int i = 1; i <= 3; i++) {
      world.nodes.put("n" + i, new TestNode("n" + i, "10.0.0." + i));
      world.endpoint("n" + i);
    }
    world.clusterPolicy();
    world.shopRoute();
    return world;
  }

  /** The same, after every probe has been answered. */
  static World running() {
    return ofThreeNodes().settled();
  }

  static World runningLocal() {
    World world = ofThreeNodes();
    world.localPolicy(HEALTH_CHECK_NODE_PORT);
    return world.settled();
  }

  World settled() {
    decide();
    probe();
    probe();
    probe();
    return this;
  }

  TestNode node(String name) {
    TestNode node = nodes.get(name);
    if (node == null) {
      throw new AssertionError("no node " + name);
    }
    return node;
  }

  void clusterPolicy() {
    services.put(SHOP, shop(ClusterService.Type.NODE_PORT, false, 0, httpPort(NODE_PORT)));
  }

  void localPolicy(int healthCheckNodePort) {
    var type =
        healthCheckNodePort > 0 ? ClusterService.Type.LOAD_BALANCER : ClusterService.Type.NODE_PORT;
    services.put(SHOP, shop(type, true, healthCheckNodePort, httpPort(NODE_PORT)));
  }

  static ClusterService shop(
      ClusterService.Type type,
      boolean local,
      int healthCheckNodePort,
      ClusterService.Port... ports) {
    return new ClusterService(SHOP, "uid-shop", type, local, healthCheckNodePort, List.of(ports));
  }

  static ClusterService.Port httpPort(int nodePort) {
    return new ClusterService.Port("http", "TCP", 80, nodePort);
  }

  void endpoint(String node) {
    endpoints.add(endpoint(Optional.of(node), true, true, false));
  }

  void terminatingEndpoint(String node) {
    endpoints.add(endpoint(Optional.of(node), false, true, true));
  }

  ClusterEndpoint endpoint(
      Optional<String> node, boolean ready, boolean serving, boolean terminating) {
    return new ClusterEndpoint(
        "10.244.0." + endpoints.size(), node, ready, serving, terminating, Map.of("http", 8080));
  }

  void shopRoute() {
    route("shop", 80, new Source.Service(SHOP, new PortReference.Named("http")));
  }

  void route(String name, int port, Source source) {
    route(name, Listener.everyAddress(port), source);
  }

  void route(String name, Listener listener, Source source) {
    routes.removeIf(route -> route.name().equals(name));
    routes.add(new RouteConfig(name, List.of(listener), source, policy));
  }

  void order(String target, Order order) {
    orders = orders.with(OperatorOrders.Target.parse(target), order);
  }

  Inputs inputs() {
    Map<String, ClusterNode> built = new HashMap<>();
    nodes.forEach((name, node) -> built.put(name, node.build()));
    Map<ServiceKey, List<ClusterEndpoint>> all = new HashMap<>(otherEndpoints);
    all.put(SHOP, List.copyOf(endpoints));
    var snapshot = new ClusterSnapshot(built, services, all);
    var kubernetes =
        new KubernetesConfig(
            Path.of("kubeconfig"),
            "",
            List.of(),
            false,
            namespaces,
            KubernetesConfig.DEFAULT_LEASE_NAMESPACE,
            nodeAddress,
            exclusion,
            nodesPerService,
            false);
    return new Inputs(
        config(Optional.of(kubernetes)),
        freshness == Freshness.NONE ? ClusterState.UNKNOWN : new ClusterState(snapshot, freshness),
        furtherStates(),
        new HealthReport(probes, passive),
        orders,
        false);
  }

  /** Another small cluster with a Service of the same name. */
  OtherCluster beside(String name) {
    return further.computeIfAbsent(name, _ -> new OtherCluster());
  }

  private ClustersConfig clusters() {
    return new ClustersConfig(
        share,
        further.entrySet().stream()
            .map(other ->
                new Further(other.getKey(), other.getValue().config(), other.getValue().share))
            .toList());
  }

  private Map<String, ClusterState> furtherStates() {
    Map<String, ClusterState> states = new HashMap<>();
    further.forEach((name, other) -> states.put(name, other.state()));
    return states;
  }

  HeadgateConfig config(Optional<KubernetesConfig> kubernetes) {
    return config(kubernetes, clusters());
  }

  HeadgateConfig config(Optional<KubernetesConfig> kubernetes, ClustersConfig clusters) {
    return new HeadgateConfig(
        "edge",
        zone,
        kubernetes,
        clusters,
        routes.stream()
            .map(route -> new RouteConfig(route.name(), route.listeners(), route.source(), policy))
            .toList(),
        policy,
        LoadBalancerConfig.NONE,
        TakeoverConfig.NONE,
        Transport.AUTO,
        0,
        0,
        Path.of("state"),
        new AdminConfig(Path.of("admin.sock"), Optional.empty()),
        new LogConfig(LogConfig.Level.INFO, LogConfig.Format.AUTO, false));
  }

  DesiredState decide() {
    before = state;
    state = next(state);
    return state;
  }

  /** What would follow from {@code previous}. */
  DesiredState next(DesiredState previous) {
    beforeDeciding.run();
    return Desired.next(previous, inputs(), loadBalancing, nowNs);
  }

  /** What there is to see of a state from outside, to compare two of them. */
  List<Object> seen(DesiredState state) {
    return List.of(
        state.table(),
        state.probes(),
        state.unserved(),
        state.reports(),
        state.wakeAtNs(),
        state.assignments(),
        state.decisions().values().stream()
            .map(known -> List.of(known.route(), known.notes(), histories(known), known.wakeAtNs()))
            .toList());
  }

  /** That a slow start is over may be noted when it is asked for the next time. */
  private Map<InetSocketAddress, BackendHistory> histories(RouteDecision known) {
    Map<InetSocketAddress, BackendHistory> histories = new HashMap<>(known.histories());
    histories.replaceAll((_, history) -> {
      OptionalLong warming = history.warmingSinceNs();
      return warming.isPresent()
              && new SlowStart(warming.getAsLong(), policy.slowStart()).over(nowNs)
          ? new BackendHistory(
              history.state(),
              history.sinceNs(),
              history.servedBefore(),
              history.standing(),
              history.spoken(),
              history.cold(),
              OptionalLong.empty())
          : history;
    });
    return histories;
  }

  /** The same with every route decided anew, whether or not anything about it has changed. */
  DesiredState afresh(DesiredState previous) {
    Map<String, RouteDecision> doubted = new LinkedHashMap<>();
    previous
        .decisions()
        .forEach((name, known) ->
            doubted.put(
                name,
                new RouteDecision(
                    known.effective(),
                    new Ground.Everything(),
                    known.route(),
                    known.notes(),
                    known.probes(),
                    known.histories(),
                    known.wakeAtNs())));
    ServicePlan plan = previous.plan();
    return next(
        new DesiredState(
            previous.table(),
            doubted,
            previous.probes(),
            Map.of(),
            Map.of(),
            previous.changes(),
            previous.wakeAtNs(),
            previous.decidedAtNs(),
            ClusterView.NONE,
            previous.health(),
            previous.orders(),
            new ServicePlan(Optional.empty(), plan.memory(), plan.routes(), Map.of(), List.of()),
            previous.sharedNodePort()));
  }

  /** Every probe that is wanted is answered once. */
  DesiredState probe() {
    probes.keySet().retainAll(state.probes());
    for (ProbeTarget target : state.probes()) {
      probes.merge(target, status(answers.apply(target)), World::after);
    }
    return decide();
  }

  DesiredState later(Duration duration) {
    nowNs += duration.toNanos();
    return decide();
  }

  void health(Function<HealthPolicy, HealthPolicy> change) {
    policy =
        with(policy, change.apply(policy.health()), policy.slowStart(), policy.proxyProtocol());
  }

  void slowStart(Duration slowStart) {
    policy = with(policy, policy.health(), slowStart, policy.proxyProtocol());
  }

  void proxyProtocol(ProxyProtocolMode protocol) {
    policy = with(policy, policy.health(), policy.slowStart(), protocol);
  }

  static HealthPolicy ofType(HealthPolicy policy, HealthPolicy.Type type, int port) {
    return new HealthPolicy(
        type,
        port,
        policy.path(),
        policy.interval(),
        policy.timeout(),
        policy.rise(),
        policy.fall());
  }

  Route route() {
    return route("shop");
  }

  Route route(String name) {
    Route route = state.table().routes().get(name);
    if (route == null) {
      throw new AssertionError("no route " + name);
    }
    return route;
  }

  Backend backend(String node) {
    return route().backends().stream()
        .filter(backend -> backend.node().equals(node))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no backend " + node + " in " + route()));
  }

  BackendState stateOf(String node) {
    return backend(node).state();
  }

  List<String> backendNodes() {
    return route().backends().stream().map(Backend::node).toList();
  }

  List<String> candidates() {
    return route().candidates().stream().map(Backend::node).toList();
  }

  Explanation explanation() {
    List<Explanation> explanations = explain("shop");
    if (explanations.isEmpty()) {
      throw new AssertionError("no explanation");
    }
    return explanations.getFirst();
  }

  List<Explanation> explain(String routeOrService) {
    return state.explain(routeOrService, inputs());
  }

  /** The answers of {@code headgate explain} about a node, one {@code question: answer} each. */
  List<String> verdicts(String node) {
    return explanation().nodes().stream()
        .filter(ofNode -> ofNode.node().equals(node))
        .flatMap(ofNode -> ofNode.verdicts().stream())
        .map(verdict -> verdict.question() + ": " + verdict.answer())
        .toList();
  }

  /** What is asked about health, and not about the PROXY protocol. */
  List<String> probeTexts() {
    return state.probes().stream()
        .filter(target -> !target.kind().asksForProxy())
        .map(ProbeTarget::describe)
        .sorted()
        .toList();
  }

  List<String> changeTexts() {
    return state.changes().stream()
        .map(change -> change.subject() + " " + change.message())
        .toList();
  }

  InetSocketAddress nodePort(String node) {
    return new InetSocketAddress(node(node).internal.getFirst(), NODE_PORT);
  }

  static boolean isAt(ProbeTarget target, String address) {
    return Addresses.text(target.address().getAddress()).equals(address);
  }

  static ProbeStatus status(Answer answer) {
    boolean good = answer == Answer.GOOD;
    boolean answered =
        switch (answer) {
          case GOOD, UNAVAILABLE, BAD, UNDECIDED -> true;
          case NONE, REFUSED, TIMED_OUT, UNREACHABLE -> false;
        };
    String detail = answer.name().toLowerCase(java.util.Locale.ROOT);
    return new ProbeStatus(good ? 1 : 0, good ? 0 : 1, answer, answered, detail, Duration.ZERO);
  }

  private static ProbeStatus after(ProbeStatus old, ProbeStatus now) {
    return new ProbeStatus(
        now.successes() == 0 ? 0 : old.successes() + 1,
        now.failures() == 0 ? 0 : old.failures() + 1,
        now.last(),
        old.everAnswered() || now.everAnswered(),
        now.detail(),
        now.took());
  }

  private static RoutePolicy with(
      RoutePolicy old, HealthPolicy health, Duration slowStart, ProxyProtocolMode proxyProtocol) {
    return new RoutePolicy(
        old.balance(),
        old.clientAffinity(),
        proxyProtocol,
        old.acceptProxyFrom(),
        old.allow(),
        old.sourceAddresses(),
        old.connectTimeout(),
        old.connectAttempts(),
        old.idleTimeout(),
        old.drainTimeout(),
        old.maxConnections(),
        old.maxConnectionsPerClient(),
        old.connectionRatePerClient(),
        old.maxConnectionsPerBackend(),
        old.queueTimeout(),
        slowStart,
        old.emptyHold(),
        health);
  }
}
