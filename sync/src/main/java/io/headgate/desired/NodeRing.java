package io.headgate.desired;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Nodes in an order that is drawn by their names, so that each of many Services can be given a few
 * of them: evenly over all, the same on every edge, and so that a Node that comes or goes concerns
 * no more Services than it serves. Immutable.
 */
final class NodeRing {
  private record Place(long hash, SelectedNode node) {}

  private final List<SelectedNode> all;
  private final Map<String, SelectedNode> byName = new HashMap<>();
  private final List<Place> places;

  NodeRing(List<SelectedNode> all) {
    this.all = List.copyOf(all);
    all.forEach(node -> byName.put(node.node().name(), node));
    places =
        all.stream()
            .map(node -> new Place(hash(node.node().name()), node))
            .sorted(
                Comparator.comparingLong(Place::hash).thenComparing(at -> at.node().node().name()))
            .toList();
  }

  Optional<SelectedNode> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * The Nodes for one of many: all where they are not more than {@code most}.
   *
   * @param one its name
   * @param most 0 for no limit
   */
  List<SelectedNode> some(String one, int most) {
    if (!more(most)) {
      return all;
    }
    List<SelectedNode> some = new ArrayList<>(most);
    int next = firstAtOrAfter(hash(one));
    while (some.size() < most) {
      some.add(places.get(next % places.size()).node());
      next++;
    }
    return List.copyOf(some);
  }

  /** Whether there are more Nodes than that, 0 for no limit. */
  boolean more(int most) {
    return most > 0 && all.size() > most;
  }

  private int firstAtOrAfter(long hash) {
    int low = 0;
    int high = places.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (places.get(middle).hash() < hash) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** FNV-1a with a last mixing, because names of Nodes differ in their last letters only. */
  private static long hash(String text) {
    long hash = 0xCBF29CE484222325L;
    for (byte letter : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (letter & 0xFF)) * 0x100000001B3L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xFF51AFD7ED558CCDL;
    hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return hash ^ (hash >>> 33);
  }
}
