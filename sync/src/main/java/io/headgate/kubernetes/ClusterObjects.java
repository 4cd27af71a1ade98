package io.headgate.kubernetes;

import io.headgate.kubernetes.Update.Source;
import io.headgate.model.AddressPool;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterPools;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.PoolAdvertisement;
import io.headgate.model.ServiceKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as the reflectors have told it so far. Not thread-safe: the watch's thread owns it.
 */
final class ClusterObjects {
  private final Set<Source> awaited;
  private final Map<Source, Map<String, Item>> items = new HashMap<>();
  private final Kind<String, ClusterNode> nodes = new Kind<>();
  private final Kind<ServiceKey, ClusterService> services = new Kind<>();
  private final Map<ServiceKey, Map<String, Item.OfSlice>> slices = new HashMap<>();
  private final Kind<ServiceKey, List<ClusterEndpoint>> endpoints = new Kind<>();
  private final Kind<String, AddressPool> pools = new Kind<>();
  private final Kind<String, PoolAdvertisement> advertisements = new Kind<>();
  private final Kind<String, Map<String, String>> namespaces = new Kind<>();
  private final Map<String, String> unread = new TreeMap<>();
  private boolean changed = true;

  ClusterObjects(Set<Source> sources) {
    awaited = new HashSet<>(sources);
  }

  /**
   * What an earlier run has seen of pools counts until the cluster is heard: a pool that makes no
   * sense now is what it was then.
   *
   * @param sources those of this run
   */
  void assume(ClusterPools before, Collection<Source> sources) {
    for (Source source : sources) {
      switch (source.resource()) {
        case NAMESPACES ->
            before
                .namespaces()
                .forEach((name, labels) -> put(source, name, new Item.OfNamespace(name, labels)));
        case IPADDRESSPOOLS ->
            before.pools().values().stream()
                .filter(pool -> pool.namespace().equals(source.namespace()))
                .forEach(pool -> put(source, pool.key(), new Item.OfPool(pool)));
        case SERVICES, ENDPOINTSLICES, NODES, L2ADVERTISEMENTS -> {}
      }
    }
  }

  /** The keys of what is here of a source. */
  Set<String> keys(Source source) {
    return Set.copyOf(of(source).keySet());
  }

  /**
   * Every source has been listed, or cannot be and may be missing: what is not here is not in the
   * cluster.
   */
  boolean complete() {
    return awaited.isEmpty();
  }

  /** Whether {@link #snapshot} would differ from the last one that was taken. */
  boolean changed() {
    return changed;
  }

  ClusterSnapshot snapshot() {
    changed = false;
    return new ClusterSnapshot(
        nodes.copy(),
        services.copy(),
        endpoints.copy(),
        new ClusterPools(pools.copy(), advertisements.copy(), namespaces.copy(), unread));
  }

  void apply(Update update) {
    switch (update) {
      case Update.Replaced all -> replace(all);
      case Update.Put(var source, var key, var item) -> put(source, key, item);
      case Update.Removed(var source, var key) -> remove(source, key);
      case Update.Unread(var source, var why) -> {
        awaited.remove(source);
        changed |= !why.equals(unread.put(source.resource().plural(), why));
      }
    }
  }

  private void replace(Update.Replaced all) {
    awaited.remove(all.source());
    changed |= unread.remove(all.source().resource().plural()) != null;
    for (String key : List.copyOf(of(all.source()).keySet())) {
      if (!all.items().containsKey(key) && !all.kept().contains(key)) {
        remove(all.source(), key);
      }
    }
    all.items().forEach((key, item) -> put(all.source(), key, item));
  }

  private void put(Source source, String key, Item read) {
    Item before = of(source).get(key);
    Item item = after(before, read);
    of(source).put(key, item);
    if (item.equals(before)) {
      return;
    }
    if (before != null) {
      forget(key, before);
    }
    changed = true;
    switch (item) {
      case Item.OfNode(var node) -> nodes.put(node.name(), node);
      case Item.OfService(var service) -> services.put(service.key(), service);
      case Item.OfSlice slice -> {
        slices.computeIfAbsent(slice.service(), _ -> new TreeMap<>()).put(key, slice);
        join(slice.service());
      }
      case Item.OfPool(var pool) -> pools.put(pool.name(), pool);
      case Item.OfAdvertisement(var advertisement) ->
          advertisements.put(advertisement.name(), advertisement);
      case Item.OfNamespace(var name, var labels) -> namespaces.put(name, labels);
      case Item.Irrelevant() -> {}
    }
  }

  private static Item after(@Nullable Item before, Item read) {
    return before instanceof Item.OfPool(var old) && read instanceof Item.OfPool(var pool)
        ? new Item.OfPool(pool.after(old))
        : read;
  }

  private void remove(Source source, String key) {
    Item before = of(source).remove(key);
    if (before != null) {
      changed = true;
      forget(key, before);
    }
  }

  private void forget(String key, Item before) {
    switch (before) {
      case Item.OfNode(var node) -> nodes.remove(node.name());
      case Item.OfService(var service) -> services.remove(service.key());
      case Item.OfSlice slice -> {
        slices.computeIfAbsent(slice.service(), _ -> new TreeMap<>()).remove(key);
        join(slice.service());
      }
      case Item.OfPool(var pool) -> pools.remove(pool.name());
      case Item.OfAdvertisement(var advertisement) -> advertisements.remove(advertisement.name());
      case Item.OfNamespace(var name, _) -> namespaces.remove(name);
      case Item.Irrelevant() -> {}
    }
  }

  private void join(ServiceKey service) {
    Map<String, Item.OfSlice> all = slices.getOrDefault(service, Map.of());
    if (all.isEmpty()) {
      slices.remove(service);
      endpoints.remove(service);
    } else {
      endpoints.put(service, JoinedEndpoints.of(all.values()));
    }
  }

  private Map<String, Item> of(Source source) {
    return items.computeIfAbsent(source, _ -> new HashMap<>());
  }

  /** Objects of one kind. What one EndpointSlice changes does not copy thousands of Nodes. */
  private static final class Kind<K, V> {
    private final Map<K, V> objects = new HashMap<>();
    private @Nullable Map<K, V> copy;

    void put(K key, V object) {
      objects.put(key, object);
      copy = null;
    }

    void remove(K key) {
      objects.remove(key);
      copy = null;
    }

    /** The same one as long as nothing of the kind changes. */
    Map<K, V> copy() {
      Map<K, V> taken = copy == null ? Map.copyOf(objects) : copy;
      copy = taken;
      return taken;
    }
  }
}
