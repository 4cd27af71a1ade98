package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.ServiceKey;

/** A Service (core/v1) as JSON, read leniently: unknown fields and values are passed over. */
final class ServiceReading {
  private ServiceReading() {}

  static ClusterService of(JsonNode service) {
    JsonNode metadata = service.path("metadata");
    JsonNode spec = service.path("spec");
    return new ClusterService(
        new ServiceKey(metadata.path("namespace").asText(""), metadata.path("name").asText("")),
        metadata.path("uid").asText(""),
        type(spec.path("type").asText("")),
        spec.path("externalTrafficPolicy").asText("").equals("Local"),
        portNumber(spec.path("healthCheckNodePort")),
        spec.path("ports").valueStream().map(ServiceReading::port).toList());
  }

  private static Port port(JsonNode port) {
    return new Port(
        port.path("name").asText(""),
        port.path("protocol").asText("TCP"),
        portNumber(port.path("port")),
        portNumber(port.path("nodePort")));
  }

  /** 0 for what is no port. */
  private static int portNumber(JsonNode port) {
    int number = port.asInt(0);
    return number > 0 && number <= 65_535 ? number : 0;
  }

  /** A type of which we know nothing has no NodePorts for us. */
  private static ClusterService.Type type(String type) {
    return switch (type) {
      case "NodePort" -> ClusterService.Type.NODE_PORT;
      case "LoadBalancer" -> ClusterService.Type.LOAD_BALANCER;
      case "ExternalName" -> ClusterService.Type.EXTERNAL_NAME;
      default -> ClusterService.Type.CLUSTER_IP;
    };
  }
}
