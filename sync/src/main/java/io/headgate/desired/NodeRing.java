package io.headgate.desired;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Nodes in an order that is drawn by their names, so that each of many Services can be given a few
 * of them: evenly over all, the same on every edge, and so that a Node that comes or goes concerns
 * no more Services than it serves. Where one zone is preferred, half of those of a Service are of
 * it, as far as it has so many: the others are there for when it fails. Immutable.
 */
final class NodeRing {
  /** A Node where its name has put it. */
  record Place(long hash, SelectedNode node) {
    static final Comparator<Place> ORDER =
        Comparator.comparingLong(Place::hash).thenComparing(at -> at.node().node().name());
  }

  private final Object mark = new Object();
  private final List<SelectedNode> all;
  private final Map<String, SelectedNode> byName = new HashMap<>();
  private final List<Place> near;
  private final List<Place> far;

  /**
   * Of these Nodes.
   *
   * @param zone that is preferred; empty for none
   */
  NodeRing(List<SelectedNode> all, String zone) {
    this.all = List.copyOf(all);
    all.forEach(node -> byName.put(node.node().name(), node));
    near = zone.isEmpty() ? List.of() : places(all, node -> Zones.isIn(node.node(), zone));
    far =
        zone.isEmpty()
            ? places(all, _ -> true)
            : places(all, node -> !Zones.isIn(node.node(), zone));
  }

  private static List<Place> places(List<SelectedNode> all, Predicate<SelectedNode> wanted) {
    return all.stream()
        .filter(wanted)
        .map(node -> new Place(hash(node.node().name()), node))
        .sorted(Place.ORDER)
        .toList();
  }

  /** Of no other ring; to know this one again without keeping it. */
  Object mark() {
    return mark;
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
    int ofFar = ofFar(most);
    List<SelectedNode> some = new ArrayList<>(most);
    window(near, hash(one), most - ofFar, some);
    window(far, hash(one), ofFar, some);
    return List.copyOf(some);
  }

  /** How many of {@code most} are not of the preferred zone. */
  int ofFar(int most) {
    return Math.min(far.size(), most - Math.min(near.size(), (most + 1) / 2));
  }

  private static void window(List<Place> places, long hash, int many, List<SelectedNode> into) {
    int first = firstAtOrAfter(places, hash);
    for (int i = 0; i < many; i++) {
      into.add(places.get((first + i) % places.size()).node());
    }
  }

  /** Whether there are more Nodes than that, 0 for no limit. */
  boolean more(int most) {
    return most > 0 && all.size() > most;
  }

  /** Those of the preferred zone, in order. */
  List<Place> near() {
    return near;
  }

  /** The others, in order. */
  List<Place> far() {
    return far;
  }

  /**
   * Whether one of these places lies, or would lie, among those that {@link #some} takes for {@code
   * one}, where there are more than {@code most}.
   */
  boolean hasInStretch(String one, int most, List<Place> ofNear, List<Place> ofFar) {
    long hash = hash(one);
    int manyFar = ofFar(most);
    return isAnyInStretch(ofNear, near, hash, most - manyFar)
        || isAnyInStretch(ofFar, far, hash, manyFar);
  }

  private static boolean isAnyInStretch(
      List<Place> wanted, List<Place> places, long hash, int many) {
    if (wanted.isEmpty() || many == 0) {
      return false;
    }
    if (many == places.size()) {
      return true;
    }
    long last = places.get((firstAtOrAfter(places, hash) + many - 1) % places.size()).hash();
    return wanted.stream()
        .mapToLong(Place::hash)
        .anyMatch(at -> hash <= last ? hash <= at && at <= last : hash <= at || at <= last);
  }

  private static int firstAtOrAfter(List<Place> places, long hash) {
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
