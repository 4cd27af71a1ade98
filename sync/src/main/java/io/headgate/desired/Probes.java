package io.headgate.desired;

import io.headgate.model.ProbeTarget;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What has to be probed for all routes together, found out from what has changed. */
final class Probes {
  private Probes() {}

  /**
   * The targets of all {@code decisions}.
   *
   * @param fresh those of them that {@code previous} has not
   */
  static Set<ProbeTarget> after(
      DesiredState previous,
      Map<String, RouteDecision> decisions,
      Collection<RouteDecision> fresh) {
    Set<ProbeTarget> added = new HashSet<>();
    Set<ProbeTarget> dropped = new HashSet<>();
    fresh.forEach(decision -> added.addAll(decision.probes()));
    previous
        .decisions()
        .forEach((route, old) -> {
          if (!old.equals(decisions.get(route))) {
            dropped.addAll(old.probes());
          }
        });
    dropped.removeAll(added);
    if (previous.probes().containsAll(added) && dropped.isEmpty()) {
      return previous.probes();
    }
    for (RouteDecision decision : decisions.values()) {
      if (dropped.isEmpty()) {
        break;
      }
      dropped.removeIf(decision.probes()::contains);
    }
    Set<ProbeTarget> now = new HashSet<>(previous.probes());
    now.removeAll(dropped);
    now.addAll(added);
    return now;
  }
}
