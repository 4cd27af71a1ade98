package io.headgate.desired;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.HealthReport;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which NodePort is connected to on behalf of all Services with the Cluster policy, where
 * kube-proxy does not say how its node is. In a small cluster every Service's own NodePort is; in a
 * large one that would be millions of connections a second, which would all tell of the node, and
 * of one pod or another.
 */
final class SharedProbe {
  /** So many NodePorts are connected to each for itself. */
  private static final int MOST_OWN = 20_000;

  private SharedProbe() {}

  /**
   * The NodePort, 0 where each Service's own is probed.
   *
   * @param before what it was by the decision before: it stays as long as it can
   */
  static int nodePort(int before, ServicePlan plan, ClusterView cluster, HealthReport health) {
    if (plan.routes().size() * (long) nodesOfService(cluster) <= MOST_OWN) {
      return 0;
    }
    boolean stays =
        before != 0
            && (plan.routes().stream().anyMatch(route -> nodePort(route, cluster) == before)
                || kubeProxyAnswers(cluster, health));
    return stays
        ? before
        : plan.routes().stream()
            .mapToInt(route -> nodePort(route, cluster))
            .filter(port -> port != 0)
            .findFirst()
            .orElse(0);
  }

  private static int nodesOfService(ClusterView cluster) {
    int nodes = cluster.choices().nodes().size();
    int most = cluster.nodesPerService();
    return most == 0 ? nodes : Math.min(nodes, most);
  }

  private static boolean kubeProxyAnswers(ClusterView cluster, HealthReport health) {
    Set<InetAddress> nodes = new HashSet<>();
    for (ClusterNode node : cluster.choices().nodes()) {
      nodes.addAll(WrittenNodeAddress.of(node));
      nodes.addAll(node.internalAddresses());
      nodes.addAll(node.externalAddresses());
    }
    return health.probes().entrySet().stream()
        .anyMatch(probe ->
            probe.getKey().address().getPort() == Probing.KUBE_PROXY_PORT
                && probe.getValue().everAnswered()
                && nodes.contains(probe.getKey().address().getAddress()));
  }

  /** Of a route behind which something answers on every node, otherwise 0. */
  private static int nodePort(EffectiveRoute route, ClusterView cluster) {
    if (!(route.config().source() instanceof Source.Service source)) {
      return 0;
    }
    ClusterService service = cluster.snapshot().services().get(source.service());
    if (service == null) {
      return 0;
    }
    Optional<Port> port = service.port(source.port());
    boolean ready =
        cluster.snapshot().endpoints(service.key()).stream().anyMatch(endpoint -> endpoint.ready());
    return port.isPresent() && ready && !service.localTraffic() ? port.get().nodePort() : 0;
  }
}
