package io.headgate.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Common objects as JSON trees, to be changed further as one likes. */
public final class ApiObjects {
  private ApiObjects() {}

  /** One of {@code spec.ports[]} of a Service, TCP. */
  public record Port(String name, int port, int nodePort) {}

  /** One of {@code endpoints[]} of an EndpointSlice. */
  public record Endpoint(
      String address, String node, boolean ready, boolean serving, boolean terminating) {
    public static Endpoint ready(String address, String node) {
      return new Endpoint(address, node, true, true, false);
    }

    /** Still serving, about to go. */
    public static Endpoint terminating(String address, String node) {
      return new Endpoint(address, node, false, true, true);
    }
  }

  /** A ready Node with one InternalIP. */
  public static ObjectNode node(String name, String internalAddress) {
    ObjectNode node = named(name);
    node.withObject("/metadata/labels").put("kubernetes.io/hostname", name);
    ObjectNode status = node.withObject("/status");
    status.putArray("addresses").add(address("InternalIP", internalAddress));
    return readiness(node, "True", "KubeletReady", "kubelet is posting ready status");
  }

  /** {@code node} with another condition Ready; {@code status} is True, False or Unknown. */
  public static ObjectNode readiness(
      ObjectNode node, String status, String reason, String message) {
    ObjectNode condition =
        Json.object()
            .put("type", "Ready")
            .put("status", status)
            .put("reason", reason)
            .put("message", message);
    node.withObject("/status").putArray("conditions").add(condition);
    return node;
  }

  /** {@code object} with one more label. */
  public static ObjectNode label(ObjectNode object, String key, String value) {
    object.withObject("/metadata").withObjectProperty("labels").put(key, value);
    return object;
  }

  /** {@code object} with one more annotation. */
  public static ObjectNode annotation(ObjectNode object, String key, String value) {
    object.withObject("/metadata").withObjectProperty("annotations").put(key, value);
    return object;
  }

  /** {@code node} with one more taint of effect NoSchedule. */
  public static ObjectNode taint(ObjectNode node, String key) {
    node.withObject("/spec")
        .withArrayProperty("taints")
        .add(Json.object().put("key", key).put("effect", "NoSchedule"));
    return node;
  }

  /** A Service of type NodePort. */
  public static ObjectNode service(String namespace, String name, Port... ports) {
    ObjectNode service = named(name);
    service.withObject("/metadata").put("namespace", namespace);
    ObjectNode spec = service.withObject("/spec").put("type", "NodePort");
    ArrayNode list = spec.putArray("ports");
    for (Port port : ports) {
      list.addObject()
          .put("name", port.name())
          .put("protocol", "TCP")
          .put("port", port.port())
          .put("nodePort", port.nodePort());
    }
    return service;
  }

  /** {@code service} of type LoadBalancer with externalTrafficPolicy Local. */
  public static ObjectNode local(ObjectNode service, int healthCheckNodePort) {
    service
        .withObject("/spec")
        .put("type", "LoadBalancer")
        .put("externalTrafficPolicy", "Local")
        .put("healthCheckNodePort", healthCheckNodePort);
    return service;
  }

  /** An EndpointSlice of a Service, named {@code SERVICE-SUFFIX}. */
  public static ObjectNode endpointSlice(
      String namespace,
      String service,
      String suffix,
      List<String> portNames,
      List<Endpoint> endpoints) {
    boolean six = endpoints.stream().anyMatch(endpoint -> endpoint.address().contains(":"));
    ObjectNode slice = named(service + "-" + suffix).put("addressType", six ? "IPv6" : "IPv4");
    slice.withObject("/metadata").put("namespace", namespace);
    label(slice, "kubernetes.io/service-name", service);
    ArrayNode ports = slice.putArray("ports");
    portNames.forEach(port -> ports.addObject().put("name", port).put("port", 8080));
    ArrayNode list = slice.putArray("endpoints");
    endpoints.forEach(endpoint -> list.add(tree(endpoint)));
    return slice;
  }

  /** A Namespace, with the label that every one has. */
  public static ObjectNode namespace(String name) {
    return label(named(name), "kubernetes.io/metadata.name", name);
  }

  /** MetalLB's IPAddressPool as its definition fills it in. */
  public static ObjectNode addressPool(String namespace, String name, String... addresses) {
    ObjectNode pool = named(name);
    pool.withObject("/metadata").put("namespace", namespace);
    ObjectNode spec = pool.withObject("/spec").put("autoAssign", true).put("avoidBuggyIPs", false);
    ArrayNode list = spec.putArray("addresses");
    List.of(addresses).forEach(list::add);
    return pool;
  }

  /** MetalLB's L2Advertisement of some pools; of all of them where none is named. */
  public static ObjectNode l2Advertisement(String namespace, String name, String... pools) {
    ObjectNode advertisement = named(name);
    advertisement.withObject("/metadata").put("namespace", namespace);
    ObjectNode spec = advertisement.withObject("/spec");
    if (pools.length > 0) {
      ArrayNode list = spec.putArray("ipAddressPools");
      List.of(pools).forEach(list::add);
    }
    return advertisement;
  }

  private static ObjectNode tree(Endpoint endpoint) {
    ObjectNode tree = Json.object().put("nodeName", endpoint.node());
    tree.putArray("addresses").add(endpoint.address());
    tree.withObject("/conditions")
        .put("ready", endpoint.ready())
        .put("serving", endpoint.serving())
        .put("terminating", endpoint.terminating());
    return tree;
  }

  private static ObjectNode named(String name) {
    ObjectNode object = Json.object();
    object.withObject("/metadata").put("name", name);
    return object;
  }

  private static ObjectNode address(String type, String address) {
    return Json.object().put("type", type).put("address", address);
  }
}
