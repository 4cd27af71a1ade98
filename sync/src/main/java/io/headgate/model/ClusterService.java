package io.headgate.model;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What an edge needs of a Service (core/v1).
 *
 * @param type of {@code spec.type}
 * @param localTraffic {@code spec.externalTrafficPolicy} is Local
 * @param healthCheckNodePort 0 where the Service has none
 * @param request what it asks of a load balancer
 */
public record ClusterService(
    ServiceKey key,
    String uid,
    Type type,
    boolean localTraffic,
    int healthCheckNodePort,
    List<Port> ports,
    ServiceRequest request) {

  /** Of two Services that want the same the first has it: by creationTimestamp, then uid. */
  public static final Comparator<ClusterService> OLDEST_FIRST =
      Comparator.comparing((ClusterService service) -> service.request().createdAt())
          .thenComparing(ClusterService::uid)
          .thenComparing(ClusterService::key);

  public ClusterService {
    ports = List.copyOf(ports);
  }

  /** One that asks nothing of a load balancer. */
  public ClusterService(
      ServiceKey key,
      String uid,
      Type type,
      boolean localTraffic,
      int healthCheckNodePort,
      List<Port> ports) {
    this(key, uid, type, localTraffic, healthCheckNodePort, ports, ServiceRequest.NONE);
  }

  /** {@code spec.type}. */
  public enum Type {
    CLUSTER_IP,
    NODE_PORT,
    LOAD_BALANCER,
    EXTERNAL_NAME
  }

  /**
   * One of {@code spec.ports[]}.
   *
   * @param name empty where the only port has none
   * @param protocol TCP, UDP or SCTP
   * @param nodePort 0 where none is allocated
   * @param appProtocol what is spoken on it, a hint; empty where nothing is said
   */
  public record Port(String name, String protocol, int port, int nodePort, String appProtocol) {
    /** One that does not say what is spoken on it. */
    public Port(String name, String protocol, int port, int nodePort) {
      this(name, protocol, port, nodePort, "");
    }
  }

  /** The TCP port that is meant. */
  public Optional<Port> port(PortReference reference) {
    return ports.stream()
        .filter(port -> port.protocol().equals("TCP"))
        .filter(reference::means)
        .findFirst();
  }
}
