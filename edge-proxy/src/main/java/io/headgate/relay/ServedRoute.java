package io.headgate.relay;

import io.headgate.balance.Balancer;
import io.headgate.model.Backend;
import io.headgate.model.ProxyProtocol;
import io.headgate.model.Route;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A route of a table with what it carries, shared by all loops, and by all tables that have the
 * same route. What is found out about its backends is found out when the first connection asks: of
 * ten thousand routes few have any. Immutable but for that and the loads; safe from any thread.
 */
final class ServedRoute {
  private final Route route;
  private final RouteLoad load;
  private final SourcePool sources;
  private volatile @Nullable Backends backends;

  ServedRoute(Route route, EdgeLoad edge) {
    this.route = route;
    this.load = edge.route(route.name());
    this.sources = edge.sources(route.policy().sourceAddresses());
    load.affinity().lasts(route.policy().clientAffinity());
  }

  /** By the places that a balancer knows them by, and by address. */
  private record Backends(
      List<Backend> candidates,
      List<BackendLoad> candidateLoads,
      Map<InetSocketAddress, Backend> byAddress,
      Map<InetSocketAddress, Integer> candidateIndexes) {

    static Backends of(Route route, RouteLoad load) {
      List<Backend> candidates = route.candidates();
      Map<InetSocketAddress, Backend> byAddress = new HashMap<>();
      for (Backend backend : route.backends()) {
        byAddress.put(backend.address(), backend);
        load.backend(backend);
      }
      List<BackendLoad> loads = candidates.stream().map(load::backend).toList();
      Map<InetSocketAddress, Integer> indexes = new HashMap<>();
      if (!route.policy().clientAffinity().isZero()) {
        for (int i = 0; i < loads.size(); i++) {
          indexes.put(loads.get(i).address(), i);
        }
      }
      return new Backends(candidates, loads, byAddress, indexes);
    }
  }

  private Backends backends() {
    Backends known = backends;
    return known == null ? found() : known;
  }

  private synchronized Backends found() {
    Backends known = backends;
    if (known == null) {
      known = Backends.of(route, load);
      backends = known;
    }
    return known;
  }

  Route route() {
    return route;
  }

  RouteLoad load() {
    return load;
  }

  SourcePool sources() {
    return sources;
  }

  List<Backend> candidates() {
    return backends().candidates();
  }

  BackendLoad candidateLoad(int candidate) {
    return backends().candidateLoads().get(candidate);
  }

  /**
   * The candidate with this address, {@link Balancer#NONE} where none has it. Only where clients
   * have affinity.
   */
  int candidate(InetSocketAddress address) {
    return backends().candidateIndexes().getOrDefault(address, Balancer.NONE);
  }

  /** What a connection begins with; what it would have begun with where the backend has left. */
  ProxyProtocol header(BackendLoad load) {
    Backend known = backends().byAddress().get(load.address());
    return known == null ? load.header() : known.header();
  }

  Optional<Backend> backend(InetSocketAddress address) {
    return Optional.ofNullable(backends().byAddress().get(address));
  }
}
