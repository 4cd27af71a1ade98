package io.headgate.relay;

import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.Route;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one route carries, over all loops and tables: it is found by the route's name and outlives
 * each table. Safe from any thread.
 */
final class RouteLoad {
  private final String name;
  private final ClientLimits clients = new ClientLimits();
  private final ClientAffinity affinity = new ClientAffinity();
  private final Map<InetSocketAddress, BackendLoad> backends = new ConcurrentHashMap<>();
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder fromClientBytes = new LongAdder();
  private final LongAdder toClientBytes = new LongAdder();
  private final LongAdder connectRetries = new LongAdder();
  private final LongAdder connectNs = new LongAdder();
  private final LongAdder[] connectTimes = adders(ConnectBuckets.COUNT);
  private final ReasonCounts closed = new ReasonCounts(EnumSet.allOf(CloseReason.class));

  RouteLoad(String name) {
    this.name = name;
  }

  ClientLimits clients() {
    return clients;
  }

  ClientAffinity affinity() {
    return affinity;
  }

  BackendLoad backend(Backend backend) {
    BackendLoad load = backends.computeIfAbsent(backend.address(), _ -> new BackendLoad(backend));
    load.follow(backend);
    return load;
  }

  /** Forgets the backends that have left the route and carry nothing any more. */
  void keepOnly(Route route) {
    if (backends.isEmpty()) {
      return;
    }
    Set<InetSocketAddress> wanted =
        route.backends().stream().map(Backend::address).collect(Collectors.toSet());
    keepOnly(wanted);
  }

  void keepOnly(Set<InetSocketAddress> wanted) {
    backends.values().removeIf(b -> b.active() == 0 && !wanted.contains(b.address()));
  }

  /** Adds those of each node that is a key. */
  void addConnections(Map<String, Integer> byNode) {
    backends
        .values()
        .forEach(backend ->
            byNode.computeIfPresent(backend.node(), (_, others) -> others + backend.active()));
  }

  boolean idle() {
    return active.get() == 0;
  }

  /** Counts a connection; false where that is more than {@code most}, 0 for no limit. */
  boolean enter(int most) {
    accepted.increment();
    return active.incrementAndGet() <= most || most == 0;
  }

  void leave(CloseReason reason) {
    active.decrementAndGet();
    closed.count(reason);
  }

  void startsWaiting() {
    waiting.incrementAndGet();
  }

  void stopsWaiting() {
    waiting.decrementAndGet();
  }

  void retries() {
    connectRetries.increment();
  }

  void connectedAfter(long durationNs) {
    connectNs.add(durationNs);
    connectTimes[ConnectBuckets.of(durationNs)].increment();
  }

  void moved(long fromClient, long toClient) {
    fromClientBytes.add(fromClient);
    toClientBytes.add(toClient);
  }

  RelayCounters.OfRoute counters() {
    return new RelayCounters.OfRoute(
        name,
        active.get(),
        accepted.sum(),
        fromClientBytes.sum(),
        toClientBytes.sum(),
        connectRetries.sum(),
        waiting.get(),
        closed.sums(),
        new RelayCounters.ConnectTimes(
            Stream.of(connectTimes).map(LongAdder::sum).toList(),
            connectNs.sum() / (double) TimeUnit.SECONDS.toNanos(1)),
        affinity.counters(),
        backendCounters());
  }

  private List<RelayCounters.OfBackend> backendCounters() {
    return backends.values().stream()
        .map(BackendLoad::counters)
        .sorted(Comparator.comparing(backend -> Addresses.text(backend.address())))
        .toList();
  }

  private static LongAdder[] adders(int count) {
    return Stream.generate(LongAdder::new).limit(count).toArray(LongAdder[]::new);
  }
}
