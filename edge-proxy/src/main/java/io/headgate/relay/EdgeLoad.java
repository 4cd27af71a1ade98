package io.headgate.relay;

import io.headgate.model.Addresses;
import io.headgate.model.Route;
import io.headgate.model.RouteTable;
import io.headgate.model.SourceAddresses;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the edge carries, over all routes, loops and tables. Safe from any thread. */
final class EdgeLoad {
  private static final Set<CloseReason> REFUSALS =
      EnumSet.of(
          CloseReason.CONNECT_FAILED,
          CloseReason.NO_BACKEND,
          CloseReason.NOT_ALLOWED,
          CloseReason.BAD_PROXY_HEADER,
          CloseReason.LIMIT,
          CloseReason.CLIENT_LIMIT,
          CloseReason.QUEUE_TIMEOUT);

  private final int limit;
  private final AtomicInteger active = new AtomicInteger();
  private final Map<String, RouteLoad> routes = new ConcurrentHashMap<>();
  private final Map<InetAddress, SourceLoad> sources = new ConcurrentHashMap<>();
  private final Map<SourceAddresses, SourcePool> sourcePools = new ConcurrentHashMap<>();
  private final LongAdder sourceless = new LongAdder();
  private final ReasonCounts refused = new ReasonCounts(REFUSALS);

  EdgeLoad(int limit) {
    this.limit = limit;
  }

  RouteLoad route(String name) {
    return routes.computeIfAbsent(name, RouteLoad::new);
  }

  /** The same for all routes that name the same addresses. */
  SourcePool sources(SourceAddresses addresses) {
    return sourcePools.computeIfAbsent(
        addresses,
        all -> new SourcePool(all.all(), one -> sources.computeIfAbsent(one, SourceLoad::new)));
  }

  /** Any of those that connections may come from now. */
  Collection<SourceLoad> sources() {
    return sources.values();
  }

  /** A connection has had to leave by an address of the kernel's choice. */
  void sourceless() {
    sourceless.increment();
  }

  /** Forgets what the table no longer has and what carries nothing any more. */
  void keepOnly(RouteTable table) {
    Map<String, Route> wanted = HashMap.newHashMap(table.listeners().size());
    table.listeners().values().forEach(route -> wanted.put(route.name(), route));
    routes.forEach((name, load) -> {
      Route route = wanted.get(name);
      if (route == null) {
        load.keepOnly(Set.of());
        load.affinity().lasts(Duration.ZERO);
      } else {
        load.keepOnly(route);
      }
    });
    keepOnlySources(wanted.values());
    routes.entrySet().removeIf(e -> !wanted.containsKey(e.getKey()) && e.getValue().idle());
  }

  private void keepOnlySources(Collection<Route> routesNow) {
    Set<SourceAddresses> wanted = new HashSet<>();
    routesNow.forEach(route -> wanted.add(route.policy().sourceAddresses()));
    sourcePools.keySet().retainAll(wanted);
    Set<SourceLoad> used = new HashSet<>();
    sourcePools.values().forEach(pool -> pool.loads().forEach(used::add));
    sources.values().removeIf(source -> source.idle() && !used.contains(source));
  }

  /** Forgets clients that nothing needs to know any more. About once a second. */
  void sweep(long nowNs) {
    routes
        .values()
        .forEach(route -> {
          route.clients().sweep(nowNs);
          route.affinity().sweep(nowNs);
        });
    sources.values().forEach(source -> source.sweep(nowNs));
  }

  /** Of each route with affinity, the clients that have come since this was asked last. */
  Map<String, List<ClientHome>> newHomes(int mostOfRoute, long nowNs) {
    Map<String, List<ClientHome>> news = new HashMap<>();
    routes.forEach((name, load) -> {
      List<ClientHome> ofRoute = load.affinity().news(mostOfRoute, nowNs);
      if (!ofRoute.isEmpty()) {
        news.put(name, ofRoute);
      }
    });
    return news;
  }

  void tellHomesAnew() {
    routes.values().forEach(load -> load.affinity().tellAnew());
  }

  /** A route that is not there, or without affinity, learns nothing. */
  void learn(String route, List<ClientHome> homes, long nowNs) {
    RouteLoad load = routes.get(route);
    if (load != null) {
      homes.forEach(home -> load.affinity().learn(home, nowNs));
    }
  }

  /** Counts a connection; false where that is more than the limit. */
  boolean enter() {
    return active.incrementAndGet() <= limit;
  }

  void leave(CloseReason reason) {
    active.decrementAndGet();
    refused.count(reason);
  }

  Map<String, Integer> connections(Set<String> nodes) {
    Map<String, Integer> connections = HashMap.newHashMap(nodes.size());
    nodes.forEach(node -> connections.put(node, 0));
    if (!nodes.isEmpty()) {
      routes.values().forEach(route -> route.addConnections(connections));
    }
    return connections;
  }

  int active() {
    return active.get();
  }

  RelayCounters counters() {
    return new RelayCounters(
        active.get(),
        limit,
        routes.values().stream()
            .map(RouteLoad::counters)
            .sorted(Comparator.comparing(RelayCounters.OfRoute::route))
            .toList(),
        refused.sums(),
        sources.values().stream()
            .sorted(Comparator.comparing(SourceLoad::address, Addresses.ORDER))
            .map(SourceLoad::counters)
            .toList(),
        sourceless.sum());
  }
}
