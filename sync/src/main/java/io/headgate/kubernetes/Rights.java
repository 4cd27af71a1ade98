package io.headgate.kubernetes;

import io.headgate.config.KubernetesConfig;
import java.util.ArrayList;
import java.util.List;

/** What an edge may have to ask of an API server: what config/kubernetes grants, right by right. */
final class Rights {
  private static final String LEASES = "coordination.k8s.io";

  private Rights() {}

  /**
   * Those that this configuration needs.
   *
   * @param pools what of pools is followed in the cluster
   * @param writes Services are served, so that their status and Events are written
   */
  static List<Right> of(KubernetesConfig config, PoolSources pools, boolean writes) {
    List<Right> rights = new ArrayList<>();
    for (Resource resource : Resource.values()) {
      for (String scope : pools.scopes(resource, config.namespaces())) {
        for (String verb : List.of("list", "watch")) {
          rights.add(new Right(verb, resource.group(), resource.plural(), "", scope, ""));
        }
      }
    }
    if (writes) {
      pools
          .scopes(Resource.SERVICES, config.namespaces())
          .forEach(scope -> rights.addAll(writing(scope)));
    }
    if (config.nodeConnections()) {
      rights.add(new Right("patch", "", "nodes", "", "", ""));
    }
    if (writes || config.nodeConnections()) {
      rights.addAll(lease(config.leaseNamespace()));
    }
    return List.copyOf(rights);
  }

  private static List<Right> writing(String scope) {
    return List.of(
        new Right("patch", "", "services", "status", scope, ""),
        new Right("create", "", "events", "", scope, ""),
        new Right("patch", "", "events", "", scope, ""));
  }

  private static List<Right> lease(String namespace) {
    return List.of(
        new Right("create", LEASES, "leases", "", namespace, ""),
        new Right("get", LEASES, "leases", "", namespace, LeaseKeeper.NAME),
        new Right("update", LEASES, "leases", "", namespace, LeaseKeeper.NAME));
  }
}
