package io.headgate.addressing;

import io.headgate.config.PoolConfig;
import io.headgate.model.AddressRange;
import io.headgate.model.Addresses;
import io.headgate.model.LabelSelector;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport.Remark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Services, the pools of an edge, and one decision after the other. */
final class Cluster {
  final Map<String, TestService> services = new LinkedHashMap<>();
  final List<PoolConfig> pools = new ArrayList<>();
  boolean metallb;
  Map<ServiceKey, Assignment> now = Map.of();

  static Cluster with(String... addresses) {
    return new Cluster().pool("public", addresses);
  }

  Cluster pool(String name, String... addresses) {
    return pool(pool(name, ranges(addresses)));
  }

  Cluster pool(PoolConfig pool) {
    pools.removeIf(other -> other.name().equals(pool.name()));
    pools.add(pool);
    return this;
  }

  static PoolConfig pool(String name, List<AddressRange> ranges) {
    return new PoolConfig(name, ranges, true, false, 0, List.of(), List.of());
  }

  static PoolConfig onRequest(String name, String... addresses) {
    return new PoolConfig(name, ranges(addresses), false, false, 0, List.of(), List.of());
  }

  static PoolConfig prioritized(int priority, String name, String... addresses) {
    return new PoolConfig(name, ranges(addresses), true, false, priority, List.of(), List.of());
  }

  static PoolConfig pinned(
      List<String> namespaces, String selector, String name, String... addresses) {
    List<LabelSelector> selectors =
        selector.isEmpty() ? List.of() : LabelSelector.parse(selector).stream().toList();
    return new PoolConfig(name, ranges(addresses), true, false, 0, namespaces, selectors);
  }

  static List<AddressRange> ranges(String... texts) {
    return Stream.of(texts).map(text -> AddressRange.parse(text).orElseThrow()).toList();
  }

  /** The Service of that name; a new one is younger than all others. */
  TestService service(String name) {
    return services.computeIfAbsent(name, _ -> new TestService(name, services.size()));
  }

  Addressing addressing() {
    return new Addressing(pools, metallb);
  }

  List<Claim> built() {
    return services.values().stream().map(TestService::claim).toList();
  }

  Cluster decide() {
    now = addressing().assign(built(), now);
    return this;
  }

  /** As an edge decides that has not the Lease. */
  Cluster adopt() {
    now = addressing().adopt(built());
    return this;
  }

  /** As after the writer has told the cluster. */
  Cluster tell() {
    services.values().forEach(service -> service.status(of(service.key).addresses()));
    return this;
  }

  /** Nothing is remembered but what the cluster has been told. */
  Cluster restart() {
    tell();
    now = Map.of();
    return decide();
  }

  Assignment of(ServiceKey key) {
    return Objects.requireNonNull(now.get(key), () -> key + " is not assigned");
  }

  Assignment of(String name) {
    return of(service(name).key);
  }

  String addresses(String name) {
    return String.join(",", of(name).addresses().stream().map(Addresses::text).toList());
  }

  List<String> reasons(String name) {
    return of(name).remarks().stream().map(Remark::reason).toList();
  }

  String remark(String name, String reason) {
    return of(name).remarks().stream()
        .filter(remark -> remark.reason().equals(reason))
        .map(Remark::message)
        .findFirst()
        .orElse("");
  }

  List<String> lostPorts(String name) {
    return of(name).portProblems().stream()
        .map(problem -> problem.protocol() + " " + problem.port())
        .toList();
  }
}
