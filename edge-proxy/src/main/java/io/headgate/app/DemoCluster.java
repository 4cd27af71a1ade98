package io.headgate.app;

import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiObjects.Endpoint;
import io.headgate.apiserver.ApiObjects.Port;
import io.headgate.apiserver.ApiResource;
import io.headgate.apiserver.ApiServer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The cluster of the demo: a Kubernetes API in this process with three nodes and one Service,
 * {@code demo/web}, whose pods come and go. One thread.
 */
final class DemoCluster {
  private static final String NAMESPACE = "demo";
  private static final String SERVICE = "web";

  private final ApiServer api;
  private final Map<String, DemoNode> nodes = new TreeMap<>();
  private final Map<String, Endpoint> endpoints = new TreeMap<>(); // by node

  DemoCluster(ApiServer api, List<DemoNode> nodes) {
    this.api = api;
    nodes.forEach(node -> this.nodes.put(node.name(), node));
  }

  void create() {
    api.put(
        ApiResource.SERVICES,
        ApiObjects.local(
            ApiObjects.service(
                NAMESPACE,
                SERVICE,
                new Port("http", 80, DemoNode.HTTP_NODE_PORT),
                new Port("https", 443, DemoNode.HTTPS_NODE_PORT)),
            DemoNode.HEALTH_NODE_PORT));
    nodes.keySet().forEach(node -> endpoints.put(node, Endpoint.ready(podAddress(node), node)));
    putEndpoints();
    nodes.keySet().forEach(this::createNode);
  }

  void createNode(String node) {
    api.put(ApiResource.NODES, ApiObjects.node(node, node(node).address()));
  }

  void deleteNode(String node) {
    api.delete(ApiResource.NODES, "", node);
  }

  void terminateEndpoint(String node) {
    endpoints.put(node, Endpoint.terminating(podAddress(node), node));
    putEndpoints();
    node(node).endpointReady(false);
  }

  void removeEndpoint(String node) {
    endpoints.remove(node);
    putEndpoints();
  }

  void addEndpoint(String node) {
    node(node).endpointReady(true);
    endpoints.put(node, Endpoint.ready(podAddress(node), node));
    putEndpoints();
  }

  private void putEndpoints() {
    api.put(
        ApiResource.ENDPOINTSLICES,
        ApiObjects.endpointSlice(
            NAMESPACE, SERVICE, "1", List.of("http", "https"), List.copyOf(endpoints.values())));
  }

  private DemoNode node(String name) {
    return Objects.requireNonNull(nodes.get(name), name);
  }

  private static String podAddress(String node) {
    return "10.244.0." + node.substring(node.length() - 1);
  }
}
