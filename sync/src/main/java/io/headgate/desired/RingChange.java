package io.headgate.desired;

import io.headgate.desired.NodeRing.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is different between two rings, to tell which Services are given other Nodes without giving
 * them any: those in whose stretch of the new ring a place has changed or is new, or has been
 * before.
 */
final class RingChange {
  private final NodeRing now;
  private final int most;
  private final boolean everything;
  private final List<Place> near;
  private final List<Place> far;
  private final Set<String> names = new HashSet<>();

  /**
   * From one to the other.
   *
   * @param most of the Nodes that a Service is given, 0 for all
   */
  RingChange(NodeRing before, NodeRing now, int most) {
    this.now = now;
    this.most = most;
    near = changed(before.near(), now.near());
    far = changed(before.far(), now.far());
    near.forEach(place -> names.add(place.node().node().name()));
    far.forEach(place -> names.add(place.node().node().name()));
    everything =
        !names.isEmpty()
            && (!before.more(most) || !now.more(most) || before.ofFar(most) != now.ofFar(most));
  }

  /** Both are in order, and in the larger part hold the same objects. */
  private static List<Place> changed(List<Place> before, List<Place> now) {
    List<Place> changed = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < before.size() || j < now.size()) {
      int order =
          i == before.size()
              ? 1
              : j == now.size() ? -1 : Place.ORDER.compare(before.get(i), now.get(j));
      if (order == 0) {
        if (!before.get(i).node().equals(now.get(j).node())) {
          changed.add(now.get(j));
        }
        i++;
        j++;
      } else {
        changed.add(order < 0 ? before.get(i++) : now.get(j++));
      }
    }
    return changed;
  }

  /** Whether one that is given some of all Nodes may be given others. */
  boolean concerns(String one) {
    return everything || (!names.isEmpty() && now.hasInStretch(one, most, near, far));
  }

  /** Whether one that is given the Nodes of these names may be given others. */
  boolean concernsAny(Iterable<String> nodes) {
    if (everything) {
      return true;
    }
    for (String node : nodes) {
      if (names.contains(node)) {
        return true;
      }
    }
    return false;
  }
}
