package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiObjects.Endpoint;
import io.headgate.apiserver.ApiResource;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.ServiceKey;
import io.headgate.realapi.ControlPlane;
import io.headgate.testing.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A watch with the account of the shipped manifests on a control plane with seven nodes and the
 * Service {@code shop/web}, with short times, and all that it has told.
 */
final class RealWatch implements AutoCloseable {
  private static final List<Resource> FOLLOWED =
      List.of(Resource.SERVICES, Resource.ENDPOINTSLICES, Resource.NODES);

  static final ServiceKey WEB = new ServiceKey("shop", "web");
  private static final int NODES = 7;

  /**
   * Watches of four to five seconds: a server sends its last bookmark two seconds before the end.
   */
  static final WatchSettings QUICK =
      new WatchSettings(
          Duration.ofMillis(50),
          Duration.ofMillis(500),
          Duration.ofMinutes(1),
          Duration.ofSeconds(2),
          Duration.ofMillis(500),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofMinutes(10),
          Duration.ofSeconds(1),
          Duration.ofMillis(100),
          Duration.ofMillis(100),
          3);

  final List<ClusterState> states = new CopyOnWriteArrayList<>();
  private final ControlPlane plane;
  private final ClusterWatch watch;

  /**
   * @param namespaces empty for all
   */
  RealWatch(ControlPlane plane, Path directory, String kubeconfig, String... namespaces)
      throws Exception {
    this.plane = plane;
    fill(plane);
    watch =
        new ClusterWatch(
            config(directory, kubeconfig, namespaces),
            directory.resolve("snapshot"),
            states::add,
            QUICK);
    watch.start();
    await("live", () -> latest().freshness() == Freshness.LIVE);
    await("all watches open", () -> resources().allMatch(WatchStatus.OfResource::watching));
  }

  static KubernetesConfig config(Path directory, String kubeconfig, String... namespaces)
      throws Exception {
    return new KubernetesConfig(
        Files.writeString(directory.resolve("kubeconfig"), kubeconfig),
        "",
        List.of(namespaces),
        NodeAddress.INTERNAL,
        NodeExclusion.AUTO);
  }

  static void fill(ControlPlane plane) {
    plane.admin().createNamespace("shop");
    for (int i = 1; i <= NODES; i++) {
      plane.admin().put(ApiResource.NODES, ApiObjects.node("n" + i, "192.0.2." + i));
    }
    ObjectNode web = ApiObjects.service("shop", "web", new ApiObjects.Port("http", 80, 0));
    web.withObject("/spec").put("type", "LoadBalancer");
    plane.admin().put(ApiResource.SERVICES, web);
    putEndpoints(plane, Endpoint.ready("10.244.0.1", "n1"), Endpoint.ready("10.244.0.2", "n2"));
  }

  static void putEndpoints(ControlPlane plane, Endpoint... endpoints) {
    plane
        .admin()
        .put(
            ApiResource.ENDPOINTSLICES,
            ApiObjects.endpointSlice("shop", "web", "a", List.of("http"), List.of(endpoints)));
  }

  ClusterState latest() {
    return states.isEmpty() ? ClusterState.UNKNOWN : states.getLast();
  }

  private Stream<WatchStatus.OfResource> resources() {
    return watch.status().resources().stream();
  }

  WatchStatus status() {
    return watch.status();
  }

  WatchStatus.OfResource status(Resource resource) {
    return resources()
        .filter(of -> of.resource().equals(resource.plural()))
        .findFirst()
        .orElseThrow();
  }

  /** What an administrator sees, read as the watch reads; a plain server knows no pools. */
  private ClusterSnapshot truth() {
    var objects = new ClusterObjects(new HashSet<>());
    for (Resource resource : FOLLOWED) {
      for (ObjectNode object : plane.admin().objects(ApiResource.valueOf(resource.name()), "")) {
        String key = object.at("/metadata/namespace").asText("") + object.at("/metadata/name");
        objects.apply(new Update.Put(new Update.Source(resource, ""), key, resource.read(object)));
      }
    }
    return objects.snapshot();
  }

  void awaitTruth() {
    Eventually.eventually(
        Duration.ofMinutes(1),
        () -> {
          if (!latest().snapshot().equals(truth())) {
            throw new AssertionError(
                "told %s, true is %s, %s".formatted(latest(), truth(), status()));
          }
        });
  }

  void await(String what, BooleanSupplier condition) {
    Eventually.eventually(
        Duration.ofMinutes(1),
        () -> {
          if (!condition.getAsBoolean()) {
            throw new AssertionError("%s; now %s, %s".formatted(what, latest(), status()));
          }
        });
  }

  /** Fails if any live state lacked one of the nodes or the endpoints. */
  void assertNothingVanished() {
    for (ClusterState state : states) {
      if (state.snapshot().nodes().size() < NODES || state.snapshot().endpoints(WEB).isEmpty()) {
        throw new AssertionError("something has vanished: " + state);
      }
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
