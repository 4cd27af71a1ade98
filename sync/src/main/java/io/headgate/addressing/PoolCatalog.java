package io.headgate.addressing;

import io.headgate.config.LoadBalancerConfig;
import io.headgate.config.PoolConfig;
import io.headgate.model.AddressPool;
import io.headgate.model.AddressRange;
import io.headgate.model.ClusterPools;
import io.headgate.model.PoolAdvertisement;
import io.headgate.model.ServiceReport.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The pools of the file and MetalLB's IPAddressPools as one, in which every address is of one pool
 * and every name means one. The file comes first, then the IPAddressPools, the oldest first: a
 * later pool has not the addresses that an earlier one has, and where its name is taken it is
 * called by its namespace, too. So none disappears because of another. Pure.
 *
 * @param namespaces labels of each namespace, for those pools that serve some
 * @param paused why those of IPAddressPools give nothing new; empty where they do
 * @param uncertain why what a Service has may be of a pool all the same that is not here; empty
 *     where all is known
 * @param notices what the operator should know of them
 */
public record PoolCatalog(
    List<Entry> entries,
    Map<String, Map<String, String>> namespaces,
    String paused,
    String uncertain,
    List<Notice> notices) {
  /** {@link Entry#from} of a pool of the file. */
  public static final String FILE = "file";

  public PoolCatalog {
    entries = List.copyOf(entries);
    namespaces = Map.copyOf(namespaces);
    notices = List.copyOf(notices);
  }

  /**
   * A pool.
   *
   * @param from {@code file}, or {@code IPAddressPool metallb-system/public}
   */
  public record Entry(PoolConfig pool, String from) {
    boolean ofFile() {
      return from.equals(FILE);
    }
  }

  /**
   * Something to say once, as long as it is so.
   *
   * @param subject whom it is about: {@code IPAddressPool metallb-system/public}
   */
  public record Notice(Level level, String subject, String text) {}

  /** Pools of a file alone, which are disjoint, of a cluster whose namespaces have no labels. */
  static PoolCatalog of(List<PoolConfig> pools) {
    return new PoolCatalog(
        pools.stream().map(pool -> new Entry(pool, FILE)).toList(), Map.of(), "", "", List.of());
  }

  /**
   * What a configuration and a cluster have together.
   *
   * @param rival why somebody else seems to give addresses of the IPAddressPools, too; empty where
   *     nobody does
   */
  public static PoolCatalog of(LoadBalancerConfig config, ClusterPools cluster, String rival) {
    var merging = new Merging();
    config.pools().forEach(pool -> merging.add(pool, FILE));
    if (config.metallb()) {
      cluster.pools().values().stream()
          .filter(pool -> pool.namespace().equals(config.metallbNamespace()))
          .sorted(Comparator.comparing(AddressPool::createdAt).thenComparing(AddressPool::key))
          .forEach(merging::add);
      merging.advertised(cluster);
    }
    String uncertain = config.needsNamespaces() ? unread(config, cluster, merging) : "";
    String paused = rival.isEmpty() && config.metallb() ? unreadPools(cluster) : rival;
    if (!uncertain.isEmpty()) {
      merging.warn(
          "pools", uncertain + "; Services that have an address of another pool are left alone");
    }
    return new PoolCatalog(
        merging.entries, cluster.namespaces(), paused, uncertain, merging.notices);
  }

  private static String unreadPools(ClusterPools cluster) {
    String why = cluster.unread().getOrDefault("ipaddresspools", "");
    return why.isEmpty() ? "" : "ipaddresspools cannot be read: " + why;
  }

  private static String unread(LoadBalancerConfig config, ClusterPools cluster, Merging merging) {
    String pools = config.metallb() ? unreadPools(cluster) : "";
    String why = cluster.unread().getOrDefault("namespaces", "");
    boolean matters =
        merging.entries.stream().anyMatch(entry -> !entry.pool().namespaceSelectors().isEmpty());
    return !pools.isEmpty() || why.isEmpty() || !matters
        ? pools
        : "namespaces cannot be read: " + why;
  }

  /** One way through all pools. Used once, by one thread. */
  private static final class Merging {
    private final List<Entry> entries = new ArrayList<>();
    private final List<Notice> notices = new ArrayList<>();
    private final Map<AddressRange, String> owned = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();

    void add(AddressPool pool) {
      String from = "IPAddressPool " + pool.key();
      AddressPool.Spec spec = pool.spec();
      boolean before = !spec.addresses().isEmpty();
      if (!pool.problem().isEmpty()) {
        warn(
            from,
            pool.problem()
                + (before ? "; what it said before stays in force" : "; it gives no address"));
      }
      if (before) {
        add(
            new PoolConfig(
                names.contains(pool.name()) ? pool.key() : pool.name(),
                spec.addresses(),
                spec.autoAssign(),
                spec.avoidBuggyIps(),
                spec.priority(),
                spec.namespaces(),
                spec.namespaceSelectors(),
                spec.serviceSelectors()),
            from);
        if (names.contains(pool.key())) {
          warn(
              from,
              "its name belongs to a pool of the file: Services ask for this one as " + pool.key());
        }
      }
    }

    void add(PoolConfig pool, String from) {
      List<AddressRange> left = new ArrayList<>();
      for (AddressRange range : pool.addresses()) {
        left.addAll(unowned(range, pool.name(), from));
      }
      names.add(pool.name());
      if (!left.isEmpty()) {
        entries.add(new Entry(pool.with(left), from));
      }
    }

    private List<AddressRange> unowned(AddressRange range, String pool, String from) {
      List<AddressRange> left = List.of(range);
      for (Map.Entry<AddressRange, String> other : owned.entrySet()) {
        if (range.overlaps(other.getKey())) {
          left = left.stream().flatMap(part -> part.without(other.getKey()).stream()).toList();
          warn(
              from,
              "%s overlaps %s of pool %s, which keeps what both have"
                  .formatted(range, other.getKey(), other.getValue()));
        }
      }
      left.forEach(part -> owned.put(part, pool));
      return left;
    }

    /**
     * In MetalLB an L2Advertisement says which nodes answer for a pool's addresses. Here the edge
     * does, for all that it gives out: an address that is given and answers nobody helps nobody.
     */
    void advertised(ClusterPools cluster) {
      for (Entry entry : List.copyOf(entries)) {
        cluster.pools().values().stream()
            .filter(pool -> entry.from.equals("IPAddressPool " + pool.key()))
            .filter(pool ->
                cluster.advertisements().values().stream().noneMatch(one -> one.names(pool)))
            .filter(_ -> !cluster.unread().containsKey("l2advertisements"))
            .forEach(_ ->
                notices.add(
                    new Notice(
                        Level.NORMAL,
                        entry.from,
                        "no L2Advertisement names it, so that MetalLB would not announce it in its"
                            + " network; the edge serves its addresses all the same")));
      }
      cluster.advertisements().values().stream()
          .filter(one -> !one.ofNodes().isEmpty())
          .sorted(Comparator.comparing(PoolAdvertisement::name))
          .forEach(one ->
              notices.add(
                  new Notice(
                      Level.NORMAL,
                      "L2Advertisement " + one.name(),
                      String.join(", ", one.ofNodes())
                          + " mean nothing here: the edge answers for the addresses, not a node")));
    }

    private void warn(String subject, String text) {
      notices.add(new Notice(Level.WARNING, subject, text));
    }
  }
}
