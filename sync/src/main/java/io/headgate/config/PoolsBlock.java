package io.headgate.config;

import io.headgate.model.AddressRange;
import io.headgate.model.IpFamily;
import io.headgate.model.LabelSelector;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The block {@code load-balancer.pools}. */
final class PoolsBlock {
  private static final String RANGE =
      "an address, a range such as 203.0.113.0/28, or first-last such as"
          + " 203.0.113.20-203.0.113.40: of one family, the lower one first";
  // Wider ones are a slip of the pen, such as /1 for /31.
  private static final int SHORTEST_PREFIX_IPV4 = 8;
  private static final int SHORTEST_PREFIX_IPV6 = 32;
  // This network, multicast and what is reserved above it, broadcast (RFC 6890); unspecified,
  // link-local, which nobody reaches without naming an interface, and multicast.
  private static final List<AddressRange> UNUSABLE =
      Stream.of("0.0.0.0/8", "224.0.0.0/3", "::/128", "fe80::/10", "ff00::/8")
          .flatMap(text -> AddressRange.parse(text).stream())
          .toList();

  private record Owned(AddressRange range, String pool) {}

  private final List<Owned> owned = new ArrayList<>();

  private PoolsBlock() {}

  static List<PoolConfig> read(Section pools) {
    var block = new PoolsBlock();
    return pools.namedBlocks().stream().map(block::pool).toList();
  }

  private PoolConfig pool(Section pool) {
    if (!pool.name().matches(Formats.NAME)) {
      pool.problem("not a pool's name", Formats.NAME_ALLOWED);
    }
    return new PoolConfig(
        pool.name(),
        addresses(pool),
        pool.flag("auto-assign", true),
        pool.flag("avoid-buggy-ips", false),
        pool.integer("priority", 0, 0, Integer.MAX_VALUE),
        pool.list("namespaces", List.of(), "the name of a namespace", Formats::dnsLabel),
        pool.list(
            "service-selectors",
            List.of(),
            "a label selector such as \"team=web\"",
            LabelSelector::parse));
  }

  private List<AddressRange> addresses(Section pool) {
    if (!pool.require("addresses", "[…], each " + RANGE)) {
      return List.of();
    }
    if (pool.isEmptyList("addresses")) {
      pool.problem("addresses", "is empty", "at least one");
    }
    List<AddressRange> ranges = pool.list("addresses", List.of(), RANGE, AddressRange::parse);
    for (AddressRange range : ranges) {
      whyUnusable(range).ifPresent(why -> pool.problem("addresses", range + " " + why, RANGE));
      for (Owned other : owned) {
        if (range.overlaps(other.range)) {
          pool.problem(
              "addresses",
              range + " overlaps " + other.range + " of pool " + other.pool,
              "each address once");
        }
      }
      owned.add(new Owned(range, pool.name()));
    }
    return ranges;
  }

  private static Optional<String> whyUnusable(AddressRange range) {
    int shortest = range.family() == IpFamily.IPV4 ? SHORTEST_PREFIX_IPV4 : SHORTEST_PREFIX_IPV6;
    int width = range.family() == IpFamily.IPV4 ? 32 : 128;
    if (range.size().compareTo(BigInteger.ONE.shiftLeft(width - shortest)) > 0) {
      return Optional.of("is wider than a /" + shortest);
    }
    return UNUSABLE.stream()
        .filter(range::overlaps)
        .findFirst()
        .map(unusable -> "has addresses that no Service can have: " + unusable);
  }
}
