package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.IpFamily;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceRequest;
import io.headgate.model.ServiceRequest.Condition;
import io.headgate.model.ServiceRequest.FamilyPolicy;
import io.headgate.model.ServiceRequest.Given;
import io.headgate.model.ServiceRequest.GivenPort;
import java.time.Duration;
import java.util.List;

/** A Service (core/v1) as JSON, read leniently: unknown fields and values are passed over. */
final class ServiceReading {
  private static final List<String> ANNOTATIONS =
      List.of(
          "headgate.io/",
          "metallb.io/",
          "metallb.universe.tf/",
          "service.beta.kubernetes.io/load-balancer-source-ranges");

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
        spec.path("ports").valueStream().map(ServiceReading::port).toList(),
        request(metadata, spec, service.path("status")));
  }

  private static ServiceRequest request(JsonNode metadata, JsonNode spec, JsonNode status) {
    return new ServiceRequest(
        spec.path("loadBalancerClass").asText(""),
        spec.path("loadBalancerIP").asText(""),
        Fields.texts(spec.path("loadBalancerSourceRanges")),
        affinity(spec),
        Fields.texts(spec.path("externalIPs")),
        families(spec.path("ipFamilies")),
        familyPolicy(spec.path("ipFamilyPolicy").asText("")),
        Fields.map(metadata.path("annotations"), ServiceReading::concernsUs),
        Fields.map(metadata.path("labels")),
        Fields.map(spec.path("selector")),
        Fields.createdAt(metadata),
        metadata.hasNonNull("deletionTimestamp"),
        given(status),
        conditions(status),
        metadata.path("generation").asLong(0));
  }

  /** {@code status.conditions}, as far as edges write them. */
  static List<Condition> conditions(JsonNode status) {
    return status
        .path("conditions")
        .valueStream()
        .map(condition ->
            new Condition(
                condition.path("type").asText(""),
                condition.path("status").asText(""),
                condition.path("reason").asText(""),
                condition.path("message").asText(""),
                condition.path("observedGeneration").asLong(0),
                condition.path("lastTransitionTime").asText("")))
        .filter(condition -> Conditions.mayBeOurs(condition.type()))
        .toList();
  }

  /** {@code status.loadBalancer.ingress}. */
  static List<Given> given(JsonNode status) {
    return status
        .path("loadBalancer")
        .path("ingress")
        .valueStream()
        .map(given ->
            new Given(
                given.path("ip").asText(""),
                given.path("hostname").asText(""),
                given.path("ipMode").asText(""),
                given.path("ports").valueStream().map(ServiceReading::givenPort).toList()))
        .toList();
  }

  private static GivenPort givenPort(JsonNode port) {
    return new GivenPort(
        port.path("protocol").asText(""),
        portNumber(port.path("port")),
        port.path("error").asText(""));
  }

  private static boolean concernsUs(String annotation) {
    return ANNOTATIONS.stream().anyMatch(annotation::startsWith);
  }

  /** Kubernetes' own default of three hours where no time is given. */
  private static Duration affinity(JsonNode spec) {
    return spec.path("sessionAffinity").asText("").equals("ClientIP")
        ? Duration.ofSeconds(
            spec.path("sessionAffinityConfig")
                .path("clientIP")
                .path("timeoutSeconds")
                .asInt(10_800))
        : Duration.ZERO;
  }

  private static List<IpFamily> families(JsonNode families) {
    return families
        .valueStream()
        .map(family -> family.asText("").equals("IPv6") ? IpFamily.IPV6 : IpFamily.IPV4)
        .toList();
  }

  private static FamilyPolicy familyPolicy(String policy) {
    return switch (policy) {
      case "PreferDualStack" -> FamilyPolicy.PREFER_DUAL_STACK;
      case "RequireDualStack" -> FamilyPolicy.REQUIRE_DUAL_STACK;
      default -> FamilyPolicy.SINGLE_STACK;
    };
  }

  private static Port port(JsonNode port) {
    return new Port(
        port.path("name").asText(""),
        port.path("protocol").asText("TCP"),
        portNumber(port.path("port")),
        portNumber(port.path("nodePort")),
        port.path("appProtocol").asText(""));
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
