package io.headgate.desired;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ServiceKey;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What of the clusters differs from the decision before, as far as it is cheap to say: where only
 * endpoints do, the ground of all other routes need not be looked at.
 *
 * @param everything what every decision rests on beside its ground is different: none stands
 * @param anything the ground of every route may have moved
 * @param services else those whose endpoints are others, or that are others themselves in a cluster
 *     beside the leading one
 */
record Moved(boolean everything, boolean anything, Set<ServiceKey> services) {

  static Moved between(DesiredState previous, ClusterView now, int sharedNodePort) {
    ClusterView before = previous.cluster();
    boolean everything = before.reconfigured(now);
    boolean anything =
        everything || before.differs(now) || previous.sharedNodePort() != sharedNodePort;
    return anything
        ? new Moved(everything, true, Set.of())
        : new Moved(false, false, services(before, now));
  }

  private static Set<ServiceKey> services(ClusterView before, ClusterView now) {
    Set<ServiceKey> services = new HashSet<>();
    differing(before.snapshot().endpoints(), now.snapshot().endpoints(), services);
    for (int i = 0; i < now.further().size(); i++) {
      ClusterSnapshot ofOther = now.further().get(i).snapshot();
      ClusterSnapshot ofOtherBefore = before.further().get(i).snapshot();
      differing(ofOtherBefore.endpoints(), ofOther.endpoints(), services);
      differing(ofOtherBefore.services(), ofOther.services(), services); // no plan tells of them
    }
    return services;
  }

  private static <V> void differing(
      Map<ServiceKey, V> before, Map<ServiceKey, V> now, Set<ServiceKey> services) {
    if (!before.equals(now)) {
      lacking(before, now, services);
      lacking(now, before, services);
    }
  }

  private static <V> void lacking(
      Map<ServiceKey, V> one, Map<ServiceKey, V> other, Set<ServiceKey> services) {
    one.forEach((service, value) -> {
      if (!value.equals(other.get(service))) {
        services.add(service);
      }
    });
  }

  /** Whether the ground of {@code route}, which has not changed itself, may have moved. */
  boolean mayConcern(RouteDecision route) {
    return anything
        || route.ground().beyondCompare()
        || (!services.isEmpty()
            && route.effective().config().source() instanceof Source.Service(var service, _)
            && services.contains(service));
  }
}
