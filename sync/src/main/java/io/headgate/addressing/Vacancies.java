package io.headgate.addressing;

import io.headgate.model.AddressRange;
import io.headgate.model.IpFamily;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The addresses of one family of a pool, while one decision is made: those in use by their share
 * keys, and how far the search for unused ones has come. What it has passed by is in use until the
 * decision is made, so it never looks back.
 */
final class Vacancies {
  private final Pool pool;
  private final List<AddressRange> ranges;
  private final Map<String, SharedAddresses> shared = new HashMap<>();
  private int range;
  private long offset;

  Vacancies(Pool pool, IpFamily family) {
    this.pool = pool;
    this.ranges = pool.ranges(family);
  }

  SharedAddresses shared(String shareKey) {
    return shared.computeIfAbsent(shareKey, _ -> new SharedAddresses());
  }

  /** The first address of the pool, in its order, that is not in use. */
  Optional<InetAddress> unused(Predicate<InetAddress> inUse) {
    while (range < ranges.size()) {
      Optional<InetAddress> next = ranges.get(range).at(offset);
      if (next.isEmpty()) {
        range++;
        offset = 0;
      } else if (inUse.test(next.get()) || !pool.gives(next.get())) {
        offset++;
      } else {
        return next;
      }
    }
    return Optional.empty();
  }
}
