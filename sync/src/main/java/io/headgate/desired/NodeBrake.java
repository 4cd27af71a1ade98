package io.headgate.desired;

import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Keeps Nodes in use for a while when most of a cluster's vanish from one snapshot to the next:
 * more likely an API server that answers nonsense than so many machines gone in one instant without
 * notice. Their probes go on and take out what really is gone.
 *
 * @param seen the cluster of the last decision
 * @param held vanished, by name, as last seen
 * @param untilNs when those held are let go; meaningless where there is none
 */
public record NodeBrake(ClusterState seen, Map<String, ClusterNode> held, long untilNs) {
  /** Nothing seen, nothing held. */
  public static final NodeBrake RELEASED = new NodeBrake(ClusterState.UNKNOWN, Map.of(), 0);

  static final Duration HOLD = Duration.ofSeconds(30);

  /** One Node alone may well be a cluster; that it goes is no sign of anything. */
  private static final int FEWEST_VANISHED = 2;

  public NodeBrake {
    held = Map.copyOf(held);
  }

  NodeBrake after(ClusterState now, long nowNs) {
    Map<String, ClusterNode> next = new HashMap<>();
    if (now.freshness() == Freshness.LIVE && untilNs - nowNs > 0) {
      next.putAll(held);
    }
    long nextUntilNs = untilNs;
    if (now.freshness() == Freshness.LIVE && seen.freshness() == Freshness.LIVE) {
      Map<String, ClusterNode> vanished = vanished(now);
      if (vanished.size() >= FEWEST_VANISHED
          && vanished.size() * 2 > seen.snapshot().nodes().size()) {
        next.putAll(vanished);
        nextUntilNs = nowNs + HOLD.toNanos();
      }
    }
    next.keySet().removeAll(now.snapshot().nodes().keySet());
    return new NodeBrake(now, next, next.isEmpty() ? 0 : nextUntilNs);
  }

  /** The Nodes to go by. */
  Map<String, ClusterNode> nodes() {
    Map<String, ClusterNode> present = seen.snapshot().nodes();
    if (held.isEmpty()) {
      return present;
    }
    Map<String, ClusterNode> all = new HashMap<>(held);
    all.putAll(present);
    return all;
  }

  OptionalLong wakeAtNs() {
    return held.isEmpty() ? OptionalLong.empty() : OptionalLong.of(untilNs);
  }

  private Map<String, ClusterNode> vanished(ClusterState now) {
    Map<String, ClusterNode> vanished = new HashMap<>();
    seen.snapshot()
        .nodes()
        .forEach((name, node) -> {
          if (!now.snapshot().nodes().containsKey(name) && !NodeDeparture.announced(node)) {
            vanished.put(name, node);
          }
        });
    return vanished;
  }
}
