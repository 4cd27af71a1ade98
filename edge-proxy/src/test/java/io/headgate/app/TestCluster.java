package io.headgate.app;

import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiObjects.Endpoint;
import io.headgate.apiserver.ApiObjects.Port;
import io.headgate.apiserver.ApiResource;
import io.headgate.apiserver.ApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Nodes with a NodePort Service {@code shop/web} under the Local policy, and an API that says so.
 */
final class TestCluster implements AutoCloseable {
  private final ApiServer api = new ApiServer();
  private final List<TestNode> nodes = new ArrayList<>();

  TestCluster(int nodeCount) throws IOException {
    this(nodeCount, "127.0.1.", "node-");
  }

  /**
   * @param network of the nodes
   * @param answers what a node answers, before its number; in the API it is node-1, node-2 …
   */
  TestCluster(int nodeCount, String network, String answers) throws IOException {
    api.start(0);
    int port = 0;
    for (int i = 1; i <= nodeCount; i++) {
      TestNode node = new TestNode(answers + i, network + i, port);
      port = node.port(); // a NodePort is the same on every node
      nodes.add(node);
      api.put(ApiResource.NODES, ApiObjects.node("node-" + i, node.address()));
    }
    var service = ApiObjects.service("shop", "web", new Port("http", 80, port));
    service.withObject("/spec").put("externalTrafficPolicy", "Local");
    api.put(ApiResource.SERVICES, service);
    endpoints(IntStream.rangeClosed(1, nodeCount).mapToObj(i -> ready("node-" + i)).toList());
  }

  ApiServer api() {
    return api;
  }

  TestNode node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow();
  }

  void endpoints(List<Endpoint> endpoints) {
    api.put(
        ApiResource.ENDPOINTSLICES,
        ApiObjects.endpointSlice("shop", "web", "1", List.of("http"), endpoints));
  }

  static Endpoint ready(String node) {
    return Endpoint.ready("10.244.0." + node.substring(5), node);
  }

  static Endpoint terminating(String node) {
    return Endpoint.terminating("10.244.0." + node.substring(5), node);
  }

  /** All of them end; the API goes on. */
  void stopNodes() throws IOException {
    for (TestNode node : nodes) {
      node.close();
    }
  }

  /** The line of the edge's configuration that names this cluster. */
  String config(Path directory) throws IOException {
    Path kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(kubeconfig, api.kubeconfig());
    return "kubernetes { kubeconfig = \"" + kubeconfig + "\" }\n";
  }

  @Override
  public void close() throws IOException {
    api.close();
    for (TestNode node : nodes) {
      node.close();
    }
  }
}
