package io.headgate.relay;

import io.headgate.model.Balance;
import io.headgate.model.Cidr;
import io.headgate.model.CidrSet;
import io.headgate.model.HealthPolicy;
import io.headgate.model.ProxyProtocolMode;
import io.headgate.model.RoutePolicy;
import io.headgate.model.SourceAddresses;
import java.time.Duration;
import java.util.Arrays;

/** A route's policy in the making: the defaults, and what a test is about. Used by one thread. */
final class Policy {
  private Balance balance = RoutePolicy.DEFAULTS.balance();
  private Duration clientAffinity = RoutePolicy.DEFAULTS.clientAffinity();
  private ProxyProtocolMode proxyProtocol = RoutePolicy.DEFAULTS.proxyProtocol();
  private CidrSet acceptProxyFrom = RoutePolicy.DEFAULTS.acceptProxyFrom();
  private CidrSet allow = RoutePolicy.DEFAULTS.allow();
  private SourceAddresses sourceAddresses = SourceAddresses.NONE;
  private Duration connectTimeout = RoutePolicy.DEFAULTS.connectTimeout();
  private int connectAttempts = RoutePolicy.DEFAULTS.connectAttempts();
  private Duration idleTimeout = RoutePolicy.DEFAULTS.idleTimeout();
  private Duration drainTimeout = RoutePolicy.DEFAULTS.drainTimeout();
  private int maxConnections;
  private int maxConnectionsPerClient;
  private int connectionRatePerClient;
  private int maxConnectionsPerBackend;
  private Duration queueTimeout = RoutePolicy.DEFAULTS.queueTimeout();
  private Duration emptyHold = RoutePolicy.DEFAULTS.emptyHold();

  static final RoutePolicy PLAIN = new Policy().build();

  Policy balance(Balance to) {
    balance = to;
    return this;
  }

  Policy clientAffinity(Duration to) {
    clientAffinity = to;
    return this;
  }

  Policy proxyProtocol(ProxyProtocolMode to) {
    proxyProtocol = to;
    return this;
  }

  Policy acceptProxyFrom(String... cidrs) {
    acceptProxyFrom = cidrs(cidrs);
    return this;
  }

  Policy allow(String... cidrs) {
    allow = cidrs(cidrs);
    return this;
  }

  Policy sourceAddresses(String... ranges) {
    sourceAddresses =
        new SourceAddresses(
            Arrays.stream(ranges).map(text -> SourceAddresses.parse(text).orElseThrow()).toList());
    return this;
  }

  Policy connectTimeout(Duration to) {
    connectTimeout = to;
    return this;
  }

  Policy connectAttempts(int to) {
    connectAttempts = to;
    return this;
  }

  Policy idleTimeout(Duration to) {
    idleTimeout = to;
    return this;
  }

  Policy drainTimeout(Duration to) {
    drainTimeout = to;
    return this;
  }

  Policy maxConnections(int to) {
    maxConnections = to;
    return this;
  }

  Policy maxConnectionsPerClient(int to) {
    maxConnectionsPerClient = to;
    return this;
  }

  Policy connectionRatePerClient(int to) {
    connectionRatePerClient = to;
    return this;
  }

  Policy maxConnectionsPerBackend(int to) {
    maxConnectionsPerBackend = to;
    return this;
  }

  Policy queueTimeout(Duration to) {
    queueTimeout = to;
    return this;
  }

  Policy emptyHold(Duration to) {
    emptyHold = to;
    return this;
  }

  private static CidrSet cidrs(String... texts) {
    return CidrSet.of(Arrays.stream(texts).map(text -> Cidr.parse(text).orElseThrow()).toList());
  }

  RoutePolicy build() {
    return new RoutePolicy(
        balance,
        clientAffinity,
        proxyProtocol,
        acceptProxyFrom,
        allow,
        sourceAddresses,
        connectTimeout,
        connectAttempts,
        idleTimeout,
        drainTimeout,
        maxConnections,
        maxConnectionsPerClient,
        connectionRatePerClient,
        maxConnectionsPerBackend,
        queueTimeout,
        Duration.ZERO,
        emptyHold,
        HealthPolicy.DEFAULTS);
  }
}
