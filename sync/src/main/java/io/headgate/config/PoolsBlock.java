package io.headgate.config;

import io.headgate.model.AddressRange;
import io.headgate.model.LabelSelector;
import java.util.ArrayList;
import java.util.List;

/** The block {@code load-balancer.pools}. */
final class PoolsBlock {
  private static final String RANGE =
      "an address, a range such as 203.0.113.0/28, or first-last such as"
          + " 203.0.113.20-203.0.113.40: of one family, the lower one first";

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
        selectors(pool, "namespace-selectors"),
        selectors(pool, "service-selectors"));
  }

  private static List<LabelSelector> selectors(Section pool, String key) {
    return pool.list(key, List.of(), "a label selector such as \"team=web\"", LabelSelector::parse);
  }

  private List<AddressRange> addresses(Section pool) {
    if (!pool.require("addresses", "[…], each " + RANGE)) {
      return List.of();
    }
    pool.rejectEmptyList("addresses");
    List<AddressRange> ranges = pool.list("addresses", List.of(), RANGE, AddressRange::parse);
    for (AddressRange range : ranges) {
      PoolConfig.whyUnusable(range)
          .ifPresent(why -> pool.problem("addresses", range + " " + why, RANGE));
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
}
