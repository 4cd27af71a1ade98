package io.headgate.desired;

import io.headgate.model.ClusterEndpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The endpoints of one port of a Service, counted once for all nodes.
 *
 * @param ready whatever else they are: with publishNotReadyAddresses an endpoint is ready although
 *     it terminates (metallb 2337)
 * @param terminating not ready, but serving while they terminate (KEP-1669)
 * @param withoutNode usable ones that name no Node and so count for none under Local
 */
record ServiceEndpoints(
    int ready, int terminating, int withoutNode, Map<String, Supply.Local> byNode) {
  ServiceEndpoints {
    byNode = Map.copyOf(byNode);
  }

  /**
   * Counts them.
   *
   * @param port the name of the Service's port
   */
  static ServiceEndpoints of(List<ClusterEndpoint> endpoints, String port) {
    int ready = 0;
    int terminating = 0;
    int withoutNode = 0;
    Map<String, Supply.Local> byNode = new HashMap<>();
    for (ClusterEndpoint endpoint : endpoints) {
      Supply.Condition condition = Supply.Condition.of(endpoint);
      if (!endpoint.ports().containsKey(port) || condition == Supply.Condition.NOT_READY) {
        continue;
      }
      var one = endpoint.ready() ? new Supply.Local(1, 0) : new Supply.Local(0, 1);
      ready += one.ready();
      terminating += one.terminating();
      if (endpoint.node().isPresent()) {
        byNode.merge(endpoint.node().get(), one, ServiceEndpoints::sum);
      } else {
        withoutNode++;
      }
    }
    return new ServiceEndpoints(ready, terminating, withoutNode, byNode);
  }

  /** None at all that could be used: the clients have to be refused, no node is to blame. */
  boolean none() {
    return ready + terminating == 0;
  }

  /** Usable ones of {@code node}. */
  Supply.Local local(String node) {
    return byNode.getOrDefault(node, Supply.Local.NONE);
  }

  private static Supply.Local sum(Supply.Local a, Supply.Local b) {
    return new Supply.Local(a.ready() + b.ready(), a.terminating() + b.terminating());
  }
}
