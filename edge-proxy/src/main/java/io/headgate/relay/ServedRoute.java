package io.headgate.relay;

import io.headgate.balance.Balancer;
import io.headgate.model.Backend;
import io.headgate.model.Route;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A route of the newest table with what it carries, compiled once per table and shared by all
 * loops. Immutable but for the loads, which are safe from any thread.
 */
final class ServedRoute {
  private final Route route;
  private final RouteLoad load;
  private final List<Backend> candidates;
  private final BackendLoad[] candidateLoads;
  private final Map<InetSocketAddress, Backend> backends = new HashMap<>();
  private final Map<InetSocketAddress, Integer> candidateIndexes = new HashMap<>();

  ServedRoute(Route route, EdgeLoad edge) {
    this.route = route;
    this.load = edge.route(route.name());
    this.candidates = route.candidates();
    route.backends().forEach(backend -> backends.put(backend.address(), backend));
    route.backends().forEach(load::backend);
    this.candidateLoads = candidates.stream().map(load::backend).toArray(BackendLoad[]::new);
    if (!route.policy().clientAffinity().isZero()) {
      for (int i = 0; i < candidateLoads.length; i++) {
        candidateIndexes.put(candidateLoads[i].address(), i);
      }
    }
    load.affinity().lasts(route.policy().clientAffinity());
  }

  Route route() {
    return route;
  }

  RouteLoad load() {
    return load;
  }

  List<Backend> candidates() {
    return candidates;
  }

  BackendLoad candidateLoad(int candidate) {
    return candidateLoads[candidate];
  }

  /**
   * The candidate with this address, {@link Balancer#NONE} where none has it. Only where clients
   * have affinity.
   */
  int candidate(InetSocketAddress address) {
    return candidateIndexes.getOrDefault(address, Balancer.NONE);
  }

  Optional<Backend> backend(InetSocketAddress address) {
    return Optional.ofNullable(backends.get(address));
  }
}
