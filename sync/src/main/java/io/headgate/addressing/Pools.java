package io.headgate.addressing;

import io.headgate.model.AddressRange;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** All pools, in the order in which they are asked, and by address. */
final class Pools {
  private record Piece(AddressRange range, Pool pool) {}

  private final List<Pool> pools;
  private final NavigableMap<InetAddress, Piece> pieces = new TreeMap<>(Addresses.ORDER);

  /**
   * @param catalog whose ranges are disjoint
   */
  Pools(PoolCatalog catalog) {
    pools =
        catalog.entries().stream()
            .map(entry ->
                new Pool(
                    entry.pool(), catalog.namespaces(), entry.ofFile() ? "" : catalog.paused()))
            .sorted(
                Comparator.comparing(Pool::isPinned)
                    .reversed()
                    .thenComparingInt(Pool::order)
                    .thenComparing(Pool::name))
            .toList();
    for (Pool pool : pools) {
      pool.ranges().forEach(range -> pieces.put(range.first(), new Piece(range, pool)));
    }
  }

  List<Pool> all() {
    return pools;
  }

  Optional<Pool> named(String name) {
    return pools.stream().filter(pool -> pool.name().equals(name)).findFirst();
  }

  /** Those that give the Service an address without being asked for it, in order. */
  List<Pool> automatic(ClusterService service) {
    return pools.stream().filter(pool -> pool.autoAssign() && pool.admits(service)).toList();
  }

  /** The pool in which the address lies, whether it gives it out or not. */
  Optional<Pool> around(InetAddress address) {
    Map.Entry<InetAddress, Piece> below = pieces.floorEntry(address);
    return Optional.ofNullable(below)
        .map(Map.Entry::getValue)
        .filter(piece -> piece.range().contains(address))
        .map(Piece::pool);
  }
}
