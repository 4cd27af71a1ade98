package io.headgate.model;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/**
 * What the cluster is to be told of a Service that concerns this edge, as it is now. Whoever tells
 * it compares with what the cluster says already, and tells only what is new.
 *
 * @param uid of the Service that is meant: one that was made anew by the same name is another
 * @param addresses for {@code status.loadBalancer.ingress}, in that order; empty where it has none
 * @param portProblems of ports that are not served; the others are
 * @param remarks what its user should know, the most important first
 * @param statusAddress what {@code status.loadBalancer.ingress} is to name
 * @param pool that the addresses are from; empty where it has none
 * @param ours its status is ours to write: its class is ours, and nobody else gives it addresses.
 *     Of others only the remarks are told
 */
public record ServiceReport(
    ServiceKey service,
    String uid,
    List<InetAddress> addresses,
    List<PortProblem> portProblems,
    List<Remark> remarks,
    StatusAddress statusAddress,
    String pool,
    boolean ours) {
  /** The reason of the remark that is made as long as a Service is served. */
  public static final String SERVED = "EnsuredLoadBalancer";

  /** The reasons of Warnings for which alone a Service, or a port of it, is not served. */
  public static final Set<String> NOT_SERVED =
      Set.of("NoEndpoints", "UnAvailableLoadBalancer", "AllocationFailed");

  /** {@link PortProblem#error} of a port of another protocol than TCP (cloud-provider). */
  public static final String UNSUPPORTED = "LoadBalancerMixedProtocolNotSupported";

  /** One whose status names its addresses. */
  public ServiceReport(
      ServiceKey service,
      String uid,
      List<InetAddress> addresses,
      List<PortProblem> portProblems,
      List<Remark> remarks) {
    this(service, uid, addresses, portProblems, remarks, new StatusAddress.Ip(), "", true);
  }

  /** Of a Service whose status is not ours to write. */
  public static ServiceReport ofOthers(ServiceKey service, String uid, List<Remark> remarks) {
    return new ServiceReport(
        service, uid, List.of(), List.of(), remarks, new StatusAddress.None(), "", false);
  }

  public ServiceReport {
    addresses = List.copyOf(addresses);
    portProblems = List.copyOf(portProblems);
    remarks = List.copyOf(remarks);
  }

  /**
   * Why a port is not served.
   *
   * @param protocol TCP, UDP or SCTP
   * @param error for {@code status.loadBalancer.ingress[].ports[].error}: CamelCase, or with a
   *     prefix such as {@code headgate.io/PortInUse}
   */
  public record PortProblem(String protocol, int port, String error) {}

  /**
   * What becomes an event of the Service.
   *
   * @param reason CamelCase, one word for one kind of remark
   * @param message a sentence without a secret, the same as long as the same is so
   */
  public record Remark(Level level, String reason, String message) {}

  /** Of the annotation {@code headgate.io/status-address}. */
  public sealed interface StatusAddress {
    /** The addresses themselves, with {@code ipMode: Proxy}. */
    record Ip() implements StatusAddress {}

    /** A name instead, so that no node short-circuits the address (servers older than ipMode). */
    record Hostname(String name) implements StatusAddress {}

    /** Nothing: somebody else writes the status. */
    record None() implements StatusAddress {}
  }

  /** {@code type} of an event. */
  public enum Level {
    NORMAL,
    WARNING
  }
}
