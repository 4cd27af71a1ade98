package io.headgate.model;

import java.time.Duration;

/**
 * How a route's backends are probed.
 *
 * @param port the port to probe, 0 for the one that the kind of probe implies
 * @param path of an HTTP probe
 * @param interval between probes of a backend that is well
 * @param timeout of one probe
 * @param rise good probes in a row that bring a DOWN backend back
 * @param fall bad probes in a row that take an UP backend out
 * @param proxyCheck now and then ask whether a backend reads the PROXY header that it is sent
 */
public record HealthPolicy(
    Type type,
    int port,
    String path,
    Duration interval,
    Duration timeout,
    int rise,
    int fall,
    boolean proxyCheck) {
  /** One that asks for it. */
  public HealthPolicy(
      Type type, int port, String path, Duration interval, Duration timeout, int rise, int fall) {
    this(type, port, path, interval, timeout, rise, fall, true);
  }

  /** What is asked. */
  public enum Type {
    /**
     * Under the Local policy of a LoadBalancer Service its healthCheckNodePort, under Cluster
     * kube-proxy's :10256/healthz, and a TCP connect where there is neither.
     */
    AUTO,
    TCP,
    HTTP,
    HTTPS,
    TLS,
    /** Nothing: a backend is UP until connections fail. */
    OFF
  }

  public static final HealthPolicy DEFAULTS =
      new HealthPolicy(
          Type.AUTO, 0, "/healthz", Duration.ofSeconds(2), Duration.ofSeconds(1), 2, 2);
}
