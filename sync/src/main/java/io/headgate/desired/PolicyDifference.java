package io.headgate.desired;

import io.headgate.model.RoutePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which keys of a route's policy have changed, by their names in the configuration. */
final class PolicyDifference {
  private final List<String> keys = new ArrayList<>();

  private PolicyDifference() {}

  static Optional<String> between(RoutePolicy old, RoutePolicy now) {
    if (old.equals(now)) {
      return Optional.empty();
    }
    var difference = new PolicyDifference();
    difference.key("balance", old.balance(), now.balance());
    difference.key("client-affinity", old.clientAffinity(), now.clientAffinity());
    difference.key("proxy-protocol", old.proxyProtocol(), now.proxyProtocol());
    difference.key("accept-proxy", old.acceptProxyFrom(), now.acceptProxyFrom());
    difference.key("allow", old.allow(), now.allow());
    difference.key("source-addresses", old.sourceAddresses(), now.sourceAddresses());
    difference.key("connect-timeout", old.connectTimeout(), now.connectTimeout());
    difference.key("connect-attempts", old.connectAttempts(), now.connectAttempts());
    difference.key("idle-timeout", old.idleTimeout(), now.idleTimeout());
    difference.key("drain-timeout", old.drainTimeout(), now.drainTimeout());
    difference.key("max-connections", old.maxConnections(), now.maxConnections());
    difference.key(
        "max-connections-per-client", old.maxConnectionsPerClient(), now.maxConnectionsPerClient());
    difference.key(
        "connection-rate-per-client", old.connectionRatePerClient(), now.connectionRatePerClient());
    difference.key(
        "max-connections-per-backend",
        old.maxConnectionsPerBackend(),
        now.maxConnectionsPerBackend());
    difference.key("queue-timeout", old.queueTimeout(), now.queueTimeout());
    difference.key("slow-start", old.slowStart(), now.slowStart());
    difference.key("empty-hold", old.emptyHold(), now.emptyHold());
    difference.key("health", old.health(), now.health());
    return Optional.of("policy changed: " + String.join(", ", difference.keys));
  }

  private void key(String name, Object old, Object now) {
    if (!old.equals(now)) {
      keys.add(name);
    }
  }
}
