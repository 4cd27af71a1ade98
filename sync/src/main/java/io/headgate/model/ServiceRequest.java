package io.headgate.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a Service (core/v1) asks of a load balancer outside the cluster, and what it has been given.
 * Text that users write is kept as they wrote it: whoever uses it says what is wrong with it.
 *
 * @param loadBalancerClass {@code spec.loadBalancerClass}; empty where none is set
 * @param loadBalancerIp {@code spec.loadBalancerIP}; empty where none is asked for
 * @param sourceRanges {@code spec.loadBalancerSourceRanges}
 * @param clientAffinity of {@code spec.sessionAffinity} ClientIP, how long a client stays; zero for
 *     none
 * @param externalIps {@code spec.externalIPs}
 * @param families {@code spec.ipFamilies}, the preferred one first; empty in an answer of a server
 *     that does not know them
 * @param annotations those under {@code headgate.io/}, {@code metallb.io/} and {@code
 *     metallb.universe.tf/}, and {@code service.beta.kubernetes.io/load-balancer-source-ranges}
 * @param labels all of them, for the selectors of pools
 * @param selector {@code spec.selector}: the pods behind it
 * @param createdAt {@code metadata.creationTimestamp}; the epoch where there is none
 * @param deleting has a deletionTimestamp
 * @param given {@code status.loadBalancer.ingress}
 * @param conditions those of {@code status.conditions} that edges write: of types under {@code
 *     headgate.io/}, and {@value #PORTS_ERROR}
 * @param generation {@code metadata.generation}; 0 where the server counts none for Services, as
 *     those of 1.32
 */
public record ServiceRequest(
    String loadBalancerClass,
    String loadBalancerIp,
    List<String> sourceRanges,
    Duration clientAffinity,
    List<String> externalIps,
    List<IpFamily> families,
    FamilyPolicy familyPolicy,
    Map<String, String> annotations,
    Map<String, String> labels,
    Map<String, String> selector,
    Instant createdAt,
    boolean deleting,
    List<Given> given,
    List<Condition> conditions,
    long generation) {
  /** The annotation by which an edge names the pool of the addresses that it has given. */
  public static final String ALLOCATED_FROM = "headgate.io/allocated-from";

  /**
   * The annotation by which an edge names the addresses that it has given, with commas between,
   * where the status does not show them.
   */
  public static final String ALLOCATED = "headgate.io/allocated";

  /** The annotation by which an edge names those that announce the addresses. */
  public static final String ANNOUNCED_BY = "headgate.io/announced-by";

  /** The type of the condition that a port cannot be served (core/v1). */
  public static final String PORTS_ERROR = "LoadBalancerPortsError";

  /** A Service that asks for nothing. */
  public static final ServiceRequest NONE =
      new ServiceRequest(
          "",
          "",
          List.of(),
          Duration.ZERO,
          List.of(),
          List.of(),
          FamilyPolicy.SINGLE_STACK,
          Map.of(),
          Map.of(),
          Instant.EPOCH,
          false,
          List.of());

  /** One that has no condition, and does not say which pods are behind it. */
  public ServiceRequest(
      String loadBalancerClass,
      String loadBalancerIp,
      List<String> sourceRanges,
      Duration clientAffinity,
      List<String> externalIps,
      List<IpFamily> families,
      FamilyPolicy familyPolicy,
      Map<String, String> annotations,
      Map<String, String> labels,
      Instant createdAt,
      boolean deleting,
      List<Given> given) {
    this(
        loadBalancerClass,
        loadBalancerIp,
        sourceRanges,
        clientAffinity,
        externalIps,
        families,
        familyPolicy,
        annotations,
        labels,
        Map.of(),
        createdAt,
        deleting,
        given,
        List.of(),
        0);
  }

  public ServiceRequest {
    sourceRanges = List.copyOf(sourceRanges);
    externalIps = List.copyOf(externalIps);
    families = List.copyOf(families);
    annotations = Map.copyOf(annotations);
    labels = Map.copyOf(labels);
    selector = Map.copyOf(selector);
    given = List.copyOf(given);
    conditions = List.copyOf(conditions);
  }

  /** {@code spec.ipFamilyPolicy}. */
  public enum FamilyPolicy {
    SINGLE_STACK,
    PREFER_DUAL_STACK,
    REQUIRE_DUAL_STACK
  }

  /**
   * One of {@code status.loadBalancer.ingress[]}.
   *
   * @param ip empty where a name is given
   * @param hostname empty where an address is given
   * @param ipMode VIP or Proxy; empty where it is not set, or the server is too old to know it
   * @param ports either none, or every port of the Service
   */
  public record Given(String ip, String hostname, String ipMode, List<GivenPort> ports) {
    public Given {
      ports = List.copyOf(ports);
    }

    /** One that says nothing of ports, as nearly all do. */
    public Given(String ip, String hostname, String ipMode) {
      this(ip, hostname, ipMode, List.of());
    }
  }

  /**
   * One of {@code status.loadBalancer.ingress[].ports[]}.
   *
   * @param error why it is not served; empty where it is
   */
  public record GivenPort(String protocol, int port, String error) {}

  /**
   * One of {@code status.conditions[]} (meta/v1 Condition).
   *
   * @param status True, False or Unknown
   * @param observedGeneration that it was written for; 0 where it does not say
   * @param since lastTransitionTime; empty where it does not say
   */
  public record Condition(
      String type,
      String status,
      String reason,
      String message,
      long observedGeneration,
      String since) {}
}
