package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiResource;
import io.headgate.apiserver.ApiServer;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport;
import io.headgate.model.ServiceReport.Remark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Writers on an API server, told what a watch on it tells. */
final class WrittenCluster implements AutoCloseable {
  static final ServiceKey WEB = new ServiceKey("shop", "web");
  static final WriterSettings QUICK =
      new WriterSettings(
          new Election.Times(
              Duration.ofSeconds(3),
              Duration.ofMillis(100),
              Duration.ofSeconds(2),
              Duration.ofMillis(50),
              Duration.ofMillis(200)),
          1000,
          1000,
          1000,
          Duration.ofSeconds(2),
          Duration.ofMinutes(10),
          3,
          Duration.ofMinutes(10),
          Duration.ofMillis(50),
          Duration.ofMillis(50),
          Duration.ofMillis(50),
          Duration.ofMillis(50),
          Duration.ofMinutes(30),
          Duration.ofMillis(200),
          Duration.ofMillis(20),
          Duration.ofMillis(200));
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final ApiServer api = new ApiServer();
  final List<ClusterWriter> writers = new CopyOnWriteArrayList<>();
  private final KubernetesConfig config;
  private final ClusterWatch watch;
  private volatile Map<ServiceKey, ServiceReport> reports = Map.of();
  private volatile Optional<Map<String, Integer>> connections = Optional.empty();
  private volatile ClusterState state = ClusterState.UNKNOWN;
  private volatile boolean following = true;

  WrittenCluster(Path directory, List<String> namespaces) throws Exception {
    this(directory, namespaces, "headgate", _ -> List.of());
  }

  /**
   * @param servers the ways to the API server, as {@code kubernetes.servers}
   */
  WrittenCluster(
      Path directory,
      List<String> namespaces,
      String leaseNamespace,
      Function<ApiServer, List<String>> servers)
      throws Exception {
    putService();
    api.start(0);
    Path kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(kubeconfig, api.kubeconfig());
    config =
        new KubernetesConfig(
            kubeconfig,
            "",
            servers.apply(api),
            false,
            namespaces,
            leaseNamespace,
            NodeAddress.INTERNAL,
            NodeExclusion.AUTO,
            KubernetesConfig.DEFAULT_NODES_PER_SERVICE,
            false);
    watch =
        new ClusterWatch(config, directory.resolve("snapshot"), this::told, FollowedCluster.QUICK);
    watch.start();
    await("live", () -> state.freshness() == Freshness.LIVE);
  }

  ClusterWriter writer(String edge) {
    var writer = new ClusterWriter(config, edge, _ -> {}, QUICK, FollowedCluster.QUICK);
    writers.add(writer);
    writer.start();
    tell();
    return writer;
  }

  void putService() {
    ObjectNode service = ApiObjects.service("shop", "web", new ApiObjects.Port("http", 80, 30080));
    service.withObject("/spec").put("type", "LoadBalancer");
    api.put(ApiResource.SERVICES, service);
  }

  /** What is to be told of the Service from now on. */
  void say(String address, Remark... remarks) {
    var addresses = List.of(Addresses.parse(address).orElseThrow());
    String uid = service(WEB).uid();
    reports = Map.of(WEB, new ServiceReport(WEB, uid, addresses, List.of(), List.of(remarks)));
    tell();
  }

  /** What is to be told of Nodes that drain from now on. */
  void sayConnections(Map<String, Integer> byNode) {
    connections = Optional.of(byNode);
    tell();
  }

  /** Whether the writers hear what the watch tells. */
  void follows(boolean on) {
    following = on;
  }

  /** As another controller would. */
  void rewrite(String address) {
    ObjectNode service = service();
    service
        .putObject("status")
        .putObject("loadBalancer")
        .putArray("ingress")
        .addObject()
        .put("ip", address)
        .put("ipMode", "VIP");
    api.put(ApiResource.SERVICES, service);
  }

  /** {@code IP MODE} of the first; empty where there is none. */
  String ingress() {
    JsonNode first = service().at("/status/loadBalancer/ingress/0");
    return first.isMissingNode()
        ? ""
        : first.path("ip").asText() + " " + first.path("ipMode").asText("");
  }

  /** Whether the watch has told that the Service has this address. */
  boolean told(String address) {
    return service(WEB).request().given().stream().anyMatch(given -> given.ip().equals(address));
  }

  String uid() {
    return service().at("/metadata/uid").asText();
  }

  List<ObjectNode> events() {
    return api.objects(ApiResource.EVENTS);
  }

  void await(String what, BooleanSupplier condition) throws Exception {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNs > 0) {
        List<WriterStatus> now = writers.stream().map(ClusterWriter::status).toList();
        throw new TimeoutException("not within %s: %s; now %s".formatted(PATIENCE, what, now));
      }
      Thread.sleep(2);
    }
  }

  /** As the watch has told it. */
  private ClusterService service(ServiceKey key) {
    return Optional.ofNullable(state.snapshot().services().get(key)).orElseThrow();
  }

  private ObjectNode service() {
    return api.objects(ApiResource.SERVICES).getFirst();
  }

  private void told(ClusterState newest) {
    if (following) {
      state = newest;
      tell();
    }
  }

  private void tell() {
    var report = new ClusterReport(reports, state.snapshot(), Announcers.UNKNOWN, connections);
    writers.forEach(writer -> writer.report(report));
  }

  @Override
  public void close() {
    writers.forEach(ClusterWriter::close);
    watch.close();
    api.close();
  }
}
