package io.headgate.config;

import io.headgate.model.AddressRange;
import io.headgate.model.Cidr;
import io.headgate.model.CidrSet;
import io.headgate.model.HealthPolicy;
import io.headgate.model.RoutePolicy;
import io.headgate.model.SourceAddresses;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The keys of {@code defaults}, each of which a route may override. */
final class PolicyBlock {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);
  private static final int NO_BOUND = Integer.MAX_VALUE;

  private PolicyBlock() {}

  private enum Protocol {
    TCP,
    UDP
  }

  /** What the block says, and {@code inherited} where it says nothing. */
  static RoutePolicy read(Section block, RoutePolicy inherited) {
    if (block.choice("protocol", Protocol.TCP) == Protocol.UDP) {
      block.notInThisVersion("protocol");
    }
    return new RoutePolicy(
        block.choice("balance", inherited.balance()),
        block.duration("client-affinity", inherited.clientAffinity(), Duration.ZERO),
        block.choice("proxy-protocol", inherited.proxyProtocol()),
        ranges(block, "accept-proxy", inherited.acceptProxyFrom()),
        ranges(block, "allow", inherited.allow()),
        sourceAddresses(block, inherited.sourceAddresses()),
        block.duration("connect-timeout", inherited.connectTimeout(), SHORTEST),
        block.integer("connect-attempts", inherited.connectAttempts(), 1, 100),
        block.duration("idle-timeout", inherited.idleTimeout(), Duration.ZERO),
        block.duration("drain-timeout", inherited.drainTimeout(), Duration.ZERO),
        block.integer("max-connections", inherited.maxConnections(), 0, NO_BOUND),
        block.integer(
            "max-connections-per-client", inherited.maxConnectionsPerClient(), 0, NO_BOUND),
        block.integer(
            "connection-rate-per-client", inherited.connectionRatePerClient(), 0, NO_BOUND),
        block.integer(
            "max-connections-per-backend", inherited.maxConnectionsPerBackend(), 0, NO_BOUND),
        block.duration("queue-timeout", inherited.queueTimeout(), Duration.ZERO),
        block.duration("slow-start", inherited.slowStart(), Duration.ZERO),
        block.duration("empty-hold", inherited.emptyHold(), Duration.ZERO),
        health(block.block("health"), inherited.health()));
  }

  private static HealthPolicy health(Section health, HealthPolicy inherited) {
    return new HealthPolicy(
        health.choice("type", inherited.type()),
        health.integer("port", inherited.port(), 0, 65_535),
        health.parsed(
            "path",
            inherited.path(),
            "a path that begins with / and has no blanks",
            text -> Optional.of(text).filter(path -> path.matches("/[!-~]*"))),
        health.duration("interval", inherited.interval(), SHORTEST_INTERVAL),
        health.duration("timeout", inherited.timeout(), SHORTEST),
        health.integer("rise", inherited.rise(), 1, 10),
        health.integer("fall", inherited.fall(), 1, 10),
        health.flag("proxy-check", inherited.proxyCheck()));
  }

  private static CidrSet ranges(Section block, String key, CidrSet inherited) {
    return CidrSet.of(
        block.list(
            key,
            inherited.cidrs(),
            "an address or a range such as 10.0.0.0/8 or 2001:db8::/32",
            Cidr::parse));
  }

  private static SourceAddresses sourceAddresses(Section block, SourceAddresses inherited) {
    String key = "source-addresses";
    List<AddressRange> ranges =
        block.list(
            key,
            inherited.ranges(),
            "an address of this host, a range such as 10.0.0.21-10.0.0.28, or a CIDR",
            SourceAddresses::parse);
    BigInteger count = SourceAddresses.count(ranges);
    if (count.compareTo(BigInteger.valueOf(SourceAddresses.MOST)) > 0) {
      block.problem(key, count + " addresses", "up to " + SourceAddresses.MOST + " in all");
      return inherited;
    }
    return new SourceAddresses(ranges);
  }
}
