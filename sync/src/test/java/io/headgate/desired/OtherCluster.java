package io.headgate.desired;

import io.headgate.config.ClustersConfig.Share;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.ServiceKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster beside that of a {@link World}: its Nodes may have the same names. */
final class OtherCluster {
  static final int NODE_PORT = 31_080;

  final Map<String, TestNode> nodes = new LinkedHashMap<>();
  final Map<ServiceKey, ClusterService> services = new HashMap<>();
  final List<ClusterEndpoint> endpoints = new ArrayList<>();
  Freshness freshness = Freshness.LIVE;
  Share share = Share.WHOLE;

  /**
   * Nodes n1, n2 …, one ready endpoint on each, and the Service.
   *
   * @param network of their addresses, such as {@code 10.1.0}
   */
  OtherCluster of(int count, String network) {
    for (int i = 1; i <= count; i++) {
      nodes.put("n" + i, new TestNode("n" + i, network + "." + i));
      endpoint("n" + i);
    }
    services.put(
        World.SHOP, World.shop(ClusterService.Type.NODE_PORT, false, 0, World.httpPort(NODE_PORT)));
    return this;
  }

  OtherCluster share(int weight, int priority) {
    share = new Share(weight, priority);
    return this;
  }

  void endpoint(String node) {
    endpoints.add(
        new ClusterEndpoint(
            "10.245.0." + endpoints.size(),
            Optional.of(node),
            true,
            true,
            false,
            Map.of("http", 8080)));
  }

  KubernetesConfig config() {
    return new KubernetesConfig(
        Path.of("other"), "", List.of(), NodeAddress.INTERNAL, NodeExclusion.AUTO);
  }

  ClusterState state() {
    if (freshness == Freshness.NONE) {
      return ClusterState.UNKNOWN;
    }
    Map<String, ClusterNode> built = new HashMap<>();
    nodes.forEach((name, node) -> built.put(name, node.build()));
    var all = Map.of(World.SHOP, List.copyOf(endpoints));
    return new ClusterState(new ClusterSnapshot(built, services, all), freshness);
  }
}
