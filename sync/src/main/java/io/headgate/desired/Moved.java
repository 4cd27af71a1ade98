package io.headgate.desired;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ServiceKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of the cluster differs from the decision before, as far as it is cheap to say: where only
 * endpoints do, the ground of all other routes need not be looked at.
 *
 * @param everything what every decision rests on beside its ground is different: none stands
 * @param anything the ground of every route may have moved
 * @param services else those whose endpoints are others
 */
record Moved(boolean everything, boolean anything, Set<ServiceKey> services) {

  static Moved between(DesiredState previous, ClusterView now, int sharedNodePort) {
    ClusterView before = previous.cluster();
    boolean everything =
        !before.zone().equals(now.zone()) || before.nodesPerService() != now.nodesPerService();
    boolean anything =
        everything
            || before.choices() != now.choices()
            || before.freshness() != now.freshness()
            || previous.sharedNodePort() != sharedNodePort
            || !before.config().equals(now.config())
            || !before.notes().equals(now.notes());
    return anything
        ? new Moved(everything, true, Set.of())
        : new Moved(false, false, services(before.snapshot(), now.snapshot()));
  }

  private static Set<ServiceKey> services(ClusterSnapshot before, ClusterSnapshot now) {
    Set<ServiceKey> services = new HashSet<>();
    if (!before.endpoints().equals(now.endpoints())) {
      differing(before.endpoints(), now.endpoints(), services);
      differing(now.endpoints(), before.endpoints(), services);
    }
    return services;
  }

  private static void differing(
      Map<ServiceKey, List<ClusterEndpoint>> one,
      Map<ServiceKey, List<ClusterEndpoint>> other,
      Set<ServiceKey> services) {
    one.forEach((service, endpoints) -> {
      if (!endpoints.equals(other.get(service))) {
        services.add(service);
      }
    });
  }

  /** Whether the ground of {@code route}, which has not changed itself, may have moved. */
  boolean mayConcern(RouteDecision route) {
    return anything
        || route.ground() instanceof Ground.Everything
        || (!services.isEmpty()
            && route.effective().config().source() instanceof Source.Service(var service, _)
            && services.contains(service));
  }
}
