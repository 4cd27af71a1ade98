package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.Hints;
import io.headgate.model.IpFamily;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceRequest;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A snapshot as JSON. A change of this form needs another version in {@link SnapshotCodec}, but for
 * what may be absent.
 */
final class SnapshotTree {
  private SnapshotTree() {}

  static ObjectNode write(ClusterSnapshot snapshot) {
    ObjectNode tree = ApiJson.MAPPER.createObjectNode();
    ArrayNode nodes = tree.putArray("nodes");
    snapshot.nodes().values().forEach(node -> write(node, nodes.addObject()));
    ArrayNode services = tree.putArray("services");
    snapshot.services().values().forEach(service -> write(service, services.addObject()));
    ArrayNode endpoints = tree.putArray("endpoints");
    snapshot
        .endpoints()
        .forEach((service, all) -> {
          ObjectNode entry = endpoints.addObject();
          write(service, entry);
          ArrayNode list = entry.putArray("endpoints");
          all.forEach(endpoint -> write(endpoint, list.addObject()));
        });
    PoolsTree.write(snapshot.pools(), tree.putObject("pools"));
    return tree;
  }

  /**
   * @throws IllegalArgumentException a value that we do not write
   */
  static ClusterSnapshot read(JsonNode tree) {
    Map<String, ClusterNode> nodes = new HashMap<>();
    for (JsonNode node : tree.path("nodes")) {
      nodes.put(text(node, "name"), node(node));
    }
    Map<ServiceKey, ClusterService> services = new HashMap<>();
    for (JsonNode service : tree.path("services")) {
      services.put(key(service), service(service));
    }
    Map<ServiceKey, List<ClusterEndpoint>> endpoints = new HashMap<>();
    for (JsonNode entry : tree.path("endpoints")) {
      endpoints.put(key(entry), list(entry, "endpoints", SnapshotTree::endpoint));
    }
    return new ClusterSnapshot(nodes, services, endpoints, PoolsTree.read(tree.path("pools")));
  }

  private static void write(ClusterNode node, ObjectNode tree) {
    tree.put("name", node.name()).put("uid", node.uid());
    node.labels().forEach(tree.putObject("labels")::put);
    node.annotations().forEach(tree.putObject("annotations")::put);
    texts(tree.putArray("internal"), node.internalAddresses(), Addresses::text);
    texts(tree.putArray("external"), node.externalAddresses(), Addresses::text);
    texts(tree.putArray("taints"), node.taints(), taint -> taint);
    tree.put("readiness", node.readiness().name())
        .put("unschedulable", node.unschedulable())
        .put("networkUnavailable", node.networkUnavailable())
        .put("shuttingDown", node.shuttingDown())
        .put("deleting", node.deleting());
  }

  private static ClusterNode node(JsonNode tree) {
    return new ClusterNode(
        text(tree, "name"),
        text(tree, "uid"),
        Fields.map(tree.path("labels")),
        Fields.map(tree.path("annotations")),
        list(tree, "internal", SnapshotTree::address),
        list(tree, "external", SnapshotTree::address),
        Set.copyOf(Fields.texts(tree.path("taints"))),
        ClusterNode.Readiness.valueOf(text(tree, "readiness")),
        tree.path("unschedulable").asBoolean(),
        tree.path("networkUnavailable").asBoolean(),
        tree.path("shuttingDown").asBoolean(),
        tree.path("deleting").asBoolean());
  }

  private static void write(ClusterService service, ObjectNode tree) {
    write(service.key(), tree);
    tree.put("uid", service.uid())
        .put("type", service.type().name())
        .put("localTraffic", service.localTraffic())
        .put("healthCheckNodePort", service.healthCheckNodePort());
    ArrayNode ports = tree.putArray("ports");
    for (ClusterService.Port port : service.ports()) {
      ports
          .addObject()
          .put("name", port.name())
          .put("protocol", port.protocol())
          .put("port", port.port())
          .put("nodePort", port.nodePort())
          .put("appProtocol", port.appProtocol());
    }
    write(service.request(), tree.putObject("request"));
  }

  private static void write(ServiceRequest request, ObjectNode tree) {
    tree.put("class", request.loadBalancerClass())
        .put("ip", request.loadBalancerIp())
        .put("affinitySeconds", request.clientAffinity().toSeconds())
        .put("familyPolicy", request.familyPolicy().name())
        .put("createdAt", request.createdAt().toString())
        .put("deleting", request.deleting());
    texts(tree.putArray("sourceRanges"), request.sourceRanges(), text -> text);
    texts(tree.putArray("externalIps"), request.externalIps(), text -> text);
    texts(tree.putArray("families"), request.families(), IpFamily::name);
    request.annotations().forEach(tree.putObject("annotations")::put);
    request.labels().forEach(tree.putObject("labels")::put);
    request.selector().forEach(tree.putObject("selector")::put);
    ArrayNode given = tree.putArray("given");
    for (ServiceRequest.Given one : request.given()) {
      ObjectNode entry =
          given
              .addObject()
              .put("ip", one.ip())
              .put("hostname", one.hostname())
              .put("ipMode", one.ipMode());
      ArrayNode ports = entry.putArray("ports");
      for (ServiceRequest.GivenPort port : one.ports()) {
        ports
            .addObject()
            .put("protocol", port.protocol())
            .put("port", port.port())
            .put("error", port.error());
      }
    }
  }

  private static ServiceRequest request(JsonNode tree) {
    return new ServiceRequest(
        text(tree, "class"),
        text(tree, "ip"),
        Fields.texts(tree.path("sourceRanges")),
        Duration.ofSeconds(tree.path("affinitySeconds").asLong()),
        Fields.texts(tree.path("externalIps")),
        list(tree, "families", family -> IpFamily.valueOf(family.asText())),
        ServiceRequest.FamilyPolicy.valueOf(text(tree, "familyPolicy")),
        Fields.map(tree.path("annotations")),
        Fields.map(tree.path("labels")),
        Fields.map(tree.path("selector")),
        Instant.parse(text(tree, "createdAt")),
        tree.path("deleting").asBoolean(),
        list(
            tree,
            "given",
            one ->
                new ServiceRequest.Given(
                    text(one, "ip"),
                    text(one, "hostname"),
                    text(one, "ipMode"),
                    list(
                        one,
                        "ports",
                        port ->
                            new ServiceRequest.GivenPort(
                                text(port, "protocol"),
                                port.path("port").asInt(),
                                text(port, "error"))))),
        List.of(),
        0);
  }

  private static ClusterService service(JsonNode tree) {
    return new ClusterService(
        key(tree),
        text(tree, "uid"),
        ClusterService.Type.valueOf(text(tree, "type")),
        tree.path("localTraffic").asBoolean(),
        tree.path("healthCheckNodePort").asInt(),
        list(
            tree,
            "ports",
            port ->
                new ClusterService.Port(
                    text(port, "name"),
                    text(port, "protocol"),
                    port.path("port").asInt(),
                    port.path("nodePort").asInt(),
                    text(port, "appProtocol"))),
        request(tree.path("request")));
  }

  private static void write(ClusterEndpoint endpoint, ObjectNode tree) {
    tree.put("address", endpoint.address());
    endpoint.node().ifPresent(node -> tree.put("node", node));
    tree.put("ready", endpoint.ready())
        .put("serving", endpoint.serving())
        .put("terminating", endpoint.terminating());
    endpoint.ports().forEach(tree.putObject("ports")::put);
    if (!endpoint.hints().zones().isEmpty()) {
      texts(tree.putArray("hintedZones"), endpoint.hints().zones(), zone -> zone);
    }
    if (!endpoint.hints().nodes().isEmpty()) {
      texts(tree.putArray("hintedNodes"), endpoint.hints().nodes(), node -> node);
    }
  }

  private static ClusterEndpoint endpoint(JsonNode tree) {
    return new ClusterEndpoint(
        text(tree, "address"),
        tree.has("node") ? Optional.of(text(tree, "node")) : Optional.empty(),
        tree.path("ready").asBoolean(),
        tree.path("serving").asBoolean(),
        tree.path("terminating").asBoolean(),
        tree.path("ports")
            .propertyStream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().asInt())),
        Hints.of(Fields.texts(tree.path("hintedZones")), Fields.texts(tree.path("hintedNodes"))));
  }

  private static void write(ServiceKey key, ObjectNode tree) {
    tree.put("namespace", key.namespace()).put("service", key.name());
  }

  private static ServiceKey key(JsonNode tree) {
    return new ServiceKey(text(tree, "namespace"), text(tree, "service"));
  }

  private static InetAddress address(JsonNode text) {
    return Addresses.parse(text.asText())
        .orElseThrow(() -> new IllegalArgumentException("no address: " + text));
  }

  private static String text(JsonNode tree, String field) {
    return tree.path(field).asText("");
  }

  private static <T> List<T> list(JsonNode tree, String field, Function<JsonNode, T> read) {
    return tree.path(field).valueStream().map(read).toList();
  }

  private static <T> void texts(ArrayNode array, Collection<T> all, Function<T, String> text) {
    all.stream().map(text).forEach(array::add);
  }
}
