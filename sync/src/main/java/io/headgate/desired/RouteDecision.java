package io.headgate.desired;

import io.headgate.model.Backend;
import io.headgate.model.ProbeTarget;
import io.headgate.model.Route;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One route's part of a state. It stands as long as nothing that it was decided on is different.
 *
 * @param effective what the route was to be
 * @param ground what of the cluster it was decided on
 * @param histories what the next decision needs to remember of each backend, by its address
 */
record RouteDecision(
    EffectiveRoute effective,
    Ground ground,
    Route route,
    List<Note> notes,
    Set<ProbeTarget> probes,
    Map<InetSocketAddress, BackendHistory> histories,
    OptionalLong wakeAtNs) {

  /** Whether deciding anew would come to the same. */
  boolean stands(EffectiveRoute now, Ground groundNow, Touched touched, long nowNs) {
    return (wakeAtNs.isEmpty() || wakeAtNs.getAsLong() - nowNs > 0)
        && ground.same(groundNow)
        && effective.equals(now)
        && !touches(touched);
  }

  private boolean touches(Touched touched) {
    if (touched.nothing()) {
      return false;
    }
    for (Backend backend : route.backends()) {
      if (touched.has(backend)) {
        return true;
      }
    }
    return false;
  }

  /** What the route forwards to, as the file says it. */
  String source() {
    return effective.config().source().toString();
  }
}
