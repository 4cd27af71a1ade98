package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiObjects.Endpoint;
import io.headgate.apiserver.ApiResource;
import io.headgate.apiserver.ApiServer;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.ServiceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A real watch on an API server that can be made to fail, and everything the watch has told. */
final class FollowedCluster implements AutoCloseable {
  static final ServiceKey WEB = new ServiceKey("shop", "web");
  static final List<String> NODES = List.of("n1", "n2", "n3", "n4", "n5");
  static final WatchSettings QUICK =
      new WatchSettings(
          Duration.ofMillis(10),
          Duration.ofMillis(200),
          Duration.ofSeconds(60),
          Duration.ofSeconds(2),
          Duration.ofMillis(300),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofMillis(500),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofSeconds(1),
          Duration.ofMillis(50),
          Duration.ofMillis(50),
          3);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  final ApiServer api = new ApiServer();
  final Path kubeconfig;
  final Path snapshotFile;
  final List<ClusterState> states = new CopyOnWriteArrayList<>();
  final Set<Thread> tellers = ConcurrentHashMap.newKeySet();
  private final List<String> namespaces;
  private final WatchSettings settings;
  private List<String> servers = List.of();
  private boolean allowInsecure;
  private PoolSources pools = PoolSources.NONE;
  private ClusterWatch watch;

  FollowedCluster(Path directory) throws IOException {
    this(directory, QUICK, List.of());
  }

  FollowedCluster(Path directory, WatchSettings settings, List<String> namespaces)
      throws IOException {
    this.settings = settings;
    this.namespaces = namespaces;
    kubeconfig = directory.resolve("kubeconfig");
    snapshotFile = directory.resolve("state/cluster.snapshot");
    for (String node : NODES) {
      putNode(node);
    }
    api.put(
        ApiResource.SERVICES,
        ApiObjects.service("shop", "web", new ApiObjects.Port("http", 80, 30080)));
    putEndpoints(Endpoint.ready("10.244.0.1", "n1"), Endpoint.ready("10.244.0.2", "n2"));
    api.start(0);
    watch = newWatch();
  }

  /** As {@code kubernetes.servers} says; before the watch starts. */
  FollowedCluster through(String... urls) {
    servers = List.of(urls);
    watch = newWatch();
    return this;
  }

  /** As {@code kubernetes.allow-insecure} says; before the watch starts. */
  FollowedCluster allowingInsecure() {
    allowInsecure = true;
    watch = newWatch();
    return this;
  }

  /** Also follows what is said of pools; before the watch starts. */
  FollowedCluster withPools(PoolSources sources) {
    pools = sources;
    watch = newWatch();
    return this;
  }

  /** Starts the watch on the server. */
  FollowedCluster follow() throws IOException {
    Files.writeString(kubeconfig, api.kubeconfig());
    watch.start();
    return this;
  }

  /** {@link #follow} with the kubeconfig that is there. */
  void followAsItIs() {
    watch.start();
  }

  /** {@link #follow} until the first live state, with all watches open. */
  FollowedCluster followed() throws Exception {
    follow();
    await("live", state -> state.freshness() == Freshness.LIVE);
    awaitWatching();
    return this;
  }

  /** Ends the watch and prepares another, as a restarted edge would. */
  void restart() {
    watch.close();
    states.clear();
    watch = newWatch();
  }

  void closeWatch() {
    watch.close();
  }

  void putNode(String name) {
    api.put(ApiResource.NODES, ApiObjects.node(name, "192.0.2." + name.replaceAll("\\D", "")));
  }

  void putEndpoints(Endpoint... endpoints) {
    api.put(
        ApiResource.ENDPOINTSLICES,
        ApiObjects.endpointSlice("shop", "web", "a", List.of("http"), List.of(endpoints)));
  }

  WatchStatus status() {
    return watch.status();
  }

  WatchStatus.OfResource status(Resource resource) {
    return watch.status().resources().stream()
        .filter(of -> of.resource().equals(resource.plural()))
        .findFirst()
        .orElseThrow();
  }

  ClusterState latest() {
    return states.isEmpty() ? ClusterState.UNKNOWN : states.getLast();
  }

  /** The snapshot that is right now. */
  ClusterSnapshot truth() {
    var objects = new ClusterObjects(new HashSet<>());
    for (Resource resource : Resource.values()) {
      for (ObjectNode object : api.objects(ApiResource.valueOf(resource.name()))) {
        String key =
            object.path("metadata").path("namespace").asText() + object.at("/metadata/name");
        objects.apply(new Update.Put(new Update.Source(resource, ""), key, resource.read(object)));
      }
    }
    return objects.snapshot();
  }

  void awaitTruth() throws Exception {
    await("the truth", state -> state.snapshot().equals(truth()));
  }

  void awaitWatching() throws Exception {
    await(
        "all watches open",
        () -> status().resources().stream().allMatch(WatchStatus.OfResource::watching));
  }

  ClusterState await(String what, Predicate<ClusterState> condition) throws Exception {
    await(what, () -> condition.test(latest()));
    return latest();
  }

  void await(String what, BooleanSupplier condition) throws Exception {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new TimeoutException(
            "not within %s: %s; now %s, %s".formatted(PATIENCE, what, latest(), status()));
      }
      Thread.sleep(2);
    }
  }

  /** Fails if any live state lacked a node or an endpoint that was there all the time. */
  void assertNothingVanished() {
    for (ClusterState state : states) {
      if (!state.snapshot().nodes().keySet().containsAll(NODES)
          || state.snapshot().endpoints(WEB).isEmpty()) {
        throw new AssertionError("something has vanished: " + state);
      }
    }
  }

  private ClusterWatch newWatch() {
    var config =
        new KubernetesConfig(
            kubeconfig,
            "",
            servers,
            allowInsecure,
            namespaces,
            KubernetesConfig.DEFAULT_LEASE_NAMESPACE,
            NodeAddress.INTERNAL,
            NodeExclusion.AUTO,
            KubernetesConfig.DEFAULT_NODES_PER_SERVICE,
            false);
    return new ClusterWatch(
        config,
        pools,
        snapshotFile,
        state -> {
          tellers.add(Thread.currentThread());
          states.add(state);
        },
        settings);
  }

  @Override
  public void close() {
    watch.close();
    api.close();
  }
}
