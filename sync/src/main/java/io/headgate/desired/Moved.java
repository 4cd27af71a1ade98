package io.headgate.desired;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ServiceKey;
import java.util.Set;

/**
 * What of the clusters differs from the decision before, as far as it is cheap to say: where only
 * endpoints and Nodes do, the ground of most routes need not be looked at.
 *
 * @param everything what every decision rests on beside its ground is different: none stands
 * @param anything the ground of every route may have moved
 * @param services else those whose endpoints are others, or that are others themselves in a cluster
 *     beside the leading one
 * @param nodes else of the leading cluster
 */
record Moved(boolean everything, boolean anything, Set<ServiceKey> services, NodesMoved nodes) {

  static Moved between(DesiredState previous, ClusterView now, int sharedNodePort) {
    ClusterView before = previous.cluster();
    boolean everything = before.reconfigured(now);
    boolean anything =
        everything || before.differs(now) || previous.sharedNodePort() != sharedNodePort;
    return new Moved(
        everything,
        anything,
        anything ? Set.of() : services(before, now),
        new NodesMoved(before, now));
  }

  private static Set<ServiceKey> services(ClusterView before, ClusterView now) {
    Set<ServiceKey> services =
        Differing.keys(before.snapshot().endpoints(), now.snapshot().endpoints());
    for (int i = 0; i < now.further().size(); i++) {
      ClusterSnapshot ofOther = now.further().get(i).snapshot();
      ClusterSnapshot ofOtherBefore = before.further().get(i).snapshot();
      services.addAll(Differing.keys(ofOtherBefore.endpoints(), ofOther.endpoints()));
      services.addAll( // no plan tells of them
          Differing.keys(ofOtherBefore.services(), ofOther.services()));
    }
    return services;
  }

  /** Whether the ground of {@code route}, which has not changed itself, may have moved. */
  boolean mayConcern(RouteDecision route) {
    return anything
        || route.ground().beyondCompare()
        || nodes.mayConcern(route.ground())
        || (!services.isEmpty()
            && route.effective().config().source() instanceof Source.Service(var service, _)
            && services.contains(service));
  }
}
