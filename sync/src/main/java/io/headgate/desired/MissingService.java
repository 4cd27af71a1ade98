package io.headgate.desired;

import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.PortReference;
import io.headgate.model.ServiceKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says what exactly a Service lacks to be a route's destination, and what was probably meant. */
final class MissingService {
  private MissingService() {}

  static String noService(ServiceKey wanted, ClusterView cluster) {
    String missing = "there is no Service " + wanted;
    List<String> watched = cluster.config().map(config -> config.namespaces()).orElse(List.of());
    if (!watched.isEmpty() && !watched.contains(wanted.namespace())) {
      return missing
          + " that we see: kubernetes.namespaces names only "
          + String.join(", ", watched);
    }
    return missing + didYouMean(suggestion(wanted, cluster));
  }

  static String noPort(ClusterService service, PortReference wanted) {
    return "Service " + service.key() + other(service, wanted) + "; its ports: " + ports(service);
  }

  static String noNodePort(ClusterService service, Port port) {
    String missing =
        "port %s of Service %s has no NodePort".formatted(PortReference.to(port), service.key());
    return switch (service.type()) {
      case CLUSTER_IP -> missing + ": its type is ClusterIP, not NodePort or LoadBalancer";
      case EXTERNAL_NAME -> missing + ": its type is ExternalName, not NodePort or LoadBalancer";
      case LOAD_BALANCER -> missing + ": is allocateLoadBalancerNodePorts false?";
      case NODE_PORT -> missing + " yet";
    };
  }

  /** What serves in its stead, and what that takes. */
  static String endpointsInstead(ClusterService service, Port port) {
    return "NodePortMissing: port %s of Service %s has no NodePort, so connections go straight to its endpoints: this edge must have a route to the pods"
        .formatted(PortReference.to(port), service.key());
  }

  static String notGiven(ClusterService service) {
    return "Service " + service.key() + " has no address by another load balancer yet";
  }

  private static String other(ClusterService service, PortReference wanted) {
    Optional<Port> sameOfOtherProtocol =
        service.ports().stream()
            .filter(port -> !port.protocol().equals("TCP") && wanted.means(port))
            .findFirst();
    if (sameOfOtherProtocol.isPresent()) {
      return ": port " + wanted + " is " + sameOfOtherProtocol.get().protocol() + ", not TCP";
    }
    return " has no TCP port " + wanted + didYouMean(suggestion(service, wanted));
  }

  private static Optional<String> suggestion(ServiceKey wanted, ClusterView cluster) {
    Optional<String> elsewhere =
        cluster.snapshot().services().keySet().stream()
            .filter(key -> key.name().equals(wanted.name()))
            .map(ServiceKey::toString)
            .sorted()
            .findFirst();
    return elsewhere.isPresent()
        ? elsewhere
        : Similar.to(
            wanted.toString(),
            cluster.snapshot().services().keySet().stream().map(ServiceKey::toString));
  }

  private static Optional<String> suggestion(ClusterService service, PortReference wanted) {
    List<Port> tcp =
        service.ports().stream().filter(port -> port.protocol().equals("TCP")).toList();
    return switch (wanted) {
      case PortReference.Named(var name) -> Similar.to(name, tcp.stream().map(Port::name));
      case PortReference.Numbered(var number) ->
          tcp.stream()
              .filter(port -> port.nodePort() == number)
              .map(port -> port.port() + ", whose NodePort it is")
              .findFirst();
    };
  }

  private static String didYouMean(Optional<String> suggestion) {
    return suggestion.map(text -> " (did you mean " + text + "?)").orElse("");
  }

  private static String ports(ClusterService service) {
    return service.ports().isEmpty()
        ? "none"
        : service.ports().stream()
            .map(port -> "%s %d/%s".formatted(port.name(), port.port(), port.protocol()).strip())
            .collect(Collectors.joining(", "));
  }
}
