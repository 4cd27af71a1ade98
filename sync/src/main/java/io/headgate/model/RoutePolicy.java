package io.headgate.model;

import java.time.Duration;

/**
 * What may vary from route to route: the keys of the file's {@code defaults} block. A limit of 0 is
 * no limit, a duration of zero switches its feature off.
 *
 * @param clientAffinity how long a client's new connections go where its last one went, counted
 *     from that one
 * @param acceptProxyFrom clients that must send a PROXY header; from all others none is read
 * @param allow clients that are served; empty for all
 * @param sourceAddresses of this host, one for each client, that connections to backends come from
 * @param connectTimeout of one attempt to reach a backend
 * @param connectAttempts on as many different backends, before any byte of the client is consumed
 * @param idleTimeout after which a connection without a byte in either direction is closed
 * @param drainTimeout that a connection is left on a draining or removed backend before it is reset
 * @param connectionRatePerClient new connections per second and client address
 * @param queueTimeout how long a connection waits while every backend is at its limit
 * @param slowStart over which a backend that comes back grows to its full weight
 * @param emptyHold how long a connection waits for the first usable backend
 */
public record RoutePolicy(
    Balance balance,
    Duration clientAffinity,
    ProxyProtocolMode proxyProtocol,
    CidrSet acceptProxyFrom,
    CidrSet allow,
    SourceAddresses sourceAddresses,
    Duration connectTimeout,
    int connectAttempts,
    Duration idleTimeout,
    Duration drainTimeout,
    int maxConnections,
    int maxConnectionsPerClient,
    int connectionRatePerClient,
    int maxConnectionsPerBackend,
    Duration queueTimeout,
    Duration slowStart,
    Duration emptyHold,
    HealthPolicy health) {

  public static final RoutePolicy DEFAULTS =
      new RoutePolicy(
          Balance.LEAST_CONNECTIONS,
          Duration.ZERO,
          ProxyProtocolMode.OFF,
          CidrSet.NONE,
          CidrSet.NONE,
          SourceAddresses.NONE,
          Duration.ofSeconds(1),
          3,
          Duration.ofHours(1),
          Duration.ofMinutes(5),
          0,
          0,
          0,
          0,
          Duration.ofSeconds(5),
          Duration.ZERO,
          Duration.ZERO,
          HealthPolicy.DEFAULTS);

  /** The same for other clients. */
  public RoutePolicy allowing(CidrSet clients) {
    return with(clientAffinity, clients, sourceAddresses);
  }

  /** {@code spec.sessionAffinity} of the Service, where it has one, instead of our own. */
  public RoutePolicy withAffinityOf(ClusterService service) {
    Duration asked = service.request().clientAffinity();
    return asked.isZero() ? this : with(asked, allow, sourceAddresses);
  }

  /** The same with connections that come from other addresses of this host. */
  public RoutePolicy from(SourceAddresses sources) {
    return with(clientAffinity, allow, sources);
  }

  private RoutePolicy with(Duration affinity, CidrSet clients, SourceAddresses sources) {
    return new RoutePolicy(
        balance,
        affinity,
        proxyProtocol,
        acceptProxyFrom,
        clients,
        sources,
        connectTimeout,
        connectAttempts,
        idleTimeout,
        drainTimeout,
        maxConnections,
        maxConnectionsPerClient,
        connectionRatePerClient,
        maxConnectionsPerBackend,
        queueTimeout,
        slowStart,
        emptyHold,
        health);
  }
}
