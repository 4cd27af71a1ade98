package io.headgate.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiObjects.Endpoint;
import io.headgate.apiserver.ApiObjects.Port;
import io.headgate.apiserver.ApiResource;
import io.headgate.realapi.Administrator;
import io.headgate.realapi.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A namespace of its own on a real control plane for one test, with the node {@code node-1} and the
 * account of the shipped manifests; its Services, slices and nodes go with it.
 *
 * <p>There is no kube-proxy: the NodePorts that the server has given out are opened by {@link
 * #serve}.
 */
final class RealCluster implements AutoCloseable {
  static final String NODE = "127.0.1.1";

  private static final Path MANIFESTS = Path.of("../config/kubernetes");

  private final ControlPlane plane;
  private final String namespace;
  private final List<TestNode> nodes = new ArrayList<>();

  RealCluster(ControlPlane plane, String namespace) {
    this.plane = plane;
    this.namespace = namespace;
    admin().createNamespace(namespace);
    admin().put(ApiResource.NODES, ApiObjects.node("node-1", NODE));
  }

  /** Starts a control plane with the account and the rights of a shipped manifest. */
  static ControlPlane startPlane() throws IOException, InterruptedException {
    ControlPlane plane = ControlPlane.start();
    plane.admin().apply(manifest("rbac.yaml"));
    return plane;
  }

  static String manifest(String name) throws IOException {
    return Files.readString(MANIFESTS.resolve(name));
  }

  Administrator admin() {
    return plane.admin();
  }

  /**
   * The line of the edge's configuration that names this cluster, and a pool. Where the server
   * drops the class of a Service, those without one have to do.
   */
  String config(Path directory, String pool) throws IOException {
    Path kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(kubeconfig, plane.kubeconfig(admin().token("headgate", "headgate")));
    return """
    kubernetes { kubeconfig = "%s" }
    load-balancer { default-class = %s, pools { public { addresses = [%s] } } }
    """
        .formatted(kubeconfig, !plane.keepsClass(), pool);
  }

  /** A Service of our class with the port {@code http}, not yet on the server. */
  ObjectNode service(String name, int port) {
    ObjectNode service = ApiObjects.service(namespace, name, new Port("http", port, 0));
    service
        .withObject("/spec")
        .put("type", "LoadBalancer")
        .put("loadBalancerClass", "headgate.io/edge");
    return service;
  }

  /** Puts the Service and one endpoint, and opens the NodePort that the server gave it. */
  ObjectNode serve(ObjectNode service) throws IOException {
    ObjectNode made = admin().put(ApiResource.SERVICES, service);
    endpoints(name(service), Endpoint.ready("10.244.0.1", "node-1"));
    int nodePort = made.at("/spec/ports/0/nodePort").asInt();
    if (nodePort != 0 && nodes.stream().noneMatch(node -> node.port() == nodePort)) {
      nodes.add(new TestNode("node-1", NODE, nodePort));
    }
    return made;
  }

  void endpoints(String service, Endpoint... endpoints) {
    admin()
        .put(
            ApiResource.ENDPOINTSLICES,
            ApiObjects.endpointSlice(namespace, service, "1", List.of("http"), List.of(endpoints)));
  }

  void patch(String service, String patch) {
    admin().patch(ApiResource.SERVICES, namespace, service, "", patch);
  }

  void delete(String service) {
    admin().delete(ApiResource.SERVICES, namespace, service);
  }

  JsonNode service(String name) {
    return admin().object(ApiResource.SERVICES, namespace, name).orElseThrow();
  }

  /** Each as {@code IP MODE}, without the mode where the server keeps none. */
  List<String> ingress(String service) {
    return service(service)
        .at("/status/loadBalancer/ingress")
        .valueStream()
        .map(entry -> (entry.path("ip").asText() + " " + entry.path("ipMode").asText("")).strip())
        .toList();
  }

  /** What {@link #ingress} must say of an address that an edge has given. */
  String given(String address) {
    return plane.keepsIpMode() ? address + " Proxy" : address;
  }

  List<String> reasons(String service) {
    return admin().objects(ApiResource.EVENTS, namespace).stream()
        .filter(event -> event.at("/involvedObject/name").asText().equals(service))
        .map(event -> event.path("reason").asText())
        .toList();
  }

  private static String name(ObjectNode object) {
    return object.at("/metadata/name").asText();
  }

  @Override
  public void close() throws IOException {
    for (TestNode node : nodes) {
      node.close();
    }
    for (ApiResource resource : List.of(ApiResource.SERVICES, ApiResource.ENDPOINTSLICES)) {
      admin()
          .objects(resource, namespace)
          .forEach(object -> admin().delete(resource, namespace, name(object)));
    }
  }
}
