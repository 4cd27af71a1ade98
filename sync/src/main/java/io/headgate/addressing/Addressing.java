package io.headgate.addressing;

import io.headgate.config.PoolConfig;
import io.headgate.model.ClusterService;
import io.headgate.model.IpFamily;
import io.headgate.model.ServiceKey;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The pools, and what Services are given of them. Pure: the same Services and the same memory of
 * the decision before make the same decision, in whatever order they come. What has been found out
 * about a Service is kept for the next decision, where that is of the same Service.
 *
 * <p>What a Service has had, it keeps: by the decision before, or, after a restart, by its own
 * status. It loses an address only where no pool may give it that any more, or where an older
 * Service with another share key has come to it. It moves where it asks for something else that can
 * be had. New addresses are given afterwards, to the oldest first.
 *
 * <p>Services share an address where their ports (protocol and number on the edge) differ and their
 * share keys are equal or not set on either. A port that both want belongs to the older one
 * (creationTimestamp, then uid). A newcomer is never put where it would take a port from a younger
 * Service.
 */
public final class Addressing {
  private static final Comparator<Claim> OLDEST_FIRST =
      Comparator.comparing(Claim::service, ClusterService.OLDEST_FIRST);

  private final PoolCatalog catalog;
  private final Pools pools;
  private final boolean metallb;
  private final Function<ClusterService, String> leftAlone;

  /** Of the last decision; saves time, and changes nothing. Never written to after it is set. */
  private volatile Map<ServiceKey, Known> known = Map.of();

  /**
   * @param metallb whether MetalLB's annotations mean what ours mean, where ours are not set
   * @param leftAlone why a Service is given nothing and keeps what its status says, because
   *     somebody else gives it addresses; the empty text for the others
   */
  public Addressing(
      PoolCatalog catalog, boolean metallb, Function<ClusterService, String> leftAlone) {
    this.catalog = catalog;
    this.pools = new Pools(catalog);
    this.metallb = metallb;
    this.leftAlone = leftAlone;
  }

  /** Of pools of a file, whose ranges are disjoint, and with all Services ours alone. */
  Addressing(List<PoolConfig> pools, boolean metallb) {
    this(PoolCatalog.of(pools), metallb, _ -> "");
  }

  /** The pools that it gives addresses of. */
  public PoolCatalog catalog() {
    return catalog;
  }

  /**
   * What each Service has now.
   *
   * @param claims of all that are to be served, and no other
   * @param before what the last decision said; empty for the first one after a start
   * @return one assignment for each of them, the oldest first
   */
  public Map<ServiceKey, Assignment> assign(
      Collection<Claim> claims, Map<ServiceKey, Assignment> before) {
    return decide(claims, before, Allocation::places);
  }

  /**
   * What each Service has by its own status, for an edge that is not the one to give: nothing new,
   * nothing moves, so that all edges serve what the cluster says.
   */
  public Map<ServiceKey, Assignment> adopt(Collection<Claim> claims) {
    Map<ServiceKey, Assignment> adopted = new LinkedHashMap<>();
    decide(claims, Map.of(), Allocation::placesAsTheyAre)
        .forEach((service, assignment) ->
            adopted.put(
                service, assignment.leavesStatus() ? assignment : assignment.withoutRemarks()));
    return Collections.unmodifiableMap(adopted);
  }

  private Map<ServiceKey, Assignment> decide(
      Collection<Claim> claims,
      Map<ServiceKey, Assignment> before,
      Function<Allocation, List<Optional<Placement>>> placing) {
    Map<ServiceKey, Known> remembered = known;
    List<Known> all = new ArrayList<>(claims.size());
    for (Claim claim : claims.stream().sorted(OLDEST_FIRST).toList()) {
      ServiceKey key = claim.service().key();
      Optional<Assignment> last = Optional.ofNullable(before.get(key));
      all.add(known(claim, all.size(), last, Optional.ofNullable(remembered.get(key))));
    }
    var allocation =
        new Allocation(
            pools,
            all.stream().map(Known::claimant).toList(),
            all.stream().map(one -> one.memory().holding()).toList());
    List<Optional<Placement>> places = placing.apply(allocation);
    Map<ServiceKey, Known> now = HashMap.newHashMap(all.size());
    Map<ServiceKey, Assignment> assignments = LinkedHashMap.newLinkedHashMap(all.size());
    for (Known one : all) {
      Claimant claimant = one.claimant();
      var verdict =
          new Verdict(
              claimant, one.memory(), places.get(claimant.age()), allocation, catalog.uncertain());
      Assignment assignment = one.said(verdict).orElseGet(verdict::assignment);
      assignments.put(claimant.key(), assignment);
      now.put(claimant.key(), one.with(verdict, assignment));
    }
    known = now;
    return Collections.unmodifiableMap(assignments);
  }

  private Known known(
      Claim claim, int age, Optional<Assignment> before, Optional<Known> remembered) {
    Optional<Known> same = remembered.filter(old -> old.isOf(claim)).map(old -> old.aged(age));
    ClusterService service = claim.service();
    Claimant claimant =
        same.map(Known::claimant)
            .orElseGet(() ->
                new Claimant(
                    service,
                    claim.ports(),
                    WishReading.read(service, pools, metallb),
                    age,
                    leftAlone.apply(service)));
    Optional<Assignment> last =
        before.filter(given -> claimant.leftAlone().isEmpty() && !given.leavesStatus());
    return same.filter(old -> old.last().equals(last))
        .orElseGet(() ->
            new Known(
                claimant, last, Memory.of(claimant, last, pools), same.flatMap(Known::settled)));
  }

  /**
   * Whether an edge may listen on an address that a Service's user has named ({@code
   * spec.externalIPs}): only where it lies in a pool that serves the Service, or anybody could take
   * any address of the network (CVE-2020-8554).
   */
  public boolean mayBind(ClusterService service, InetAddress address) {
    return pools.around(address).filter(pool -> pool.admits(service)).isPresent();
  }

  /** How full each pool is, in the order in which they are asked. */
  public List<PoolUse> use(Map<ServiceKey, Assignment> assignments) {
    Map<Pool, Set<InetAddress>> used = new LinkedHashMap<>();
    pools.all().forEach(pool -> used.put(pool, new HashSet<>()));
    for (Assignment assignment : assignments.values()) {
      pools
          .named(assignment.pool())
          .ifPresent(pool ->
              assignment.addresses().stream()
                  .filter(address -> pools.around(address).filter(pool::equals).isPresent())
                  .forEach(address -> used.getOrDefault(pool, Set.of()).add(address)));
    }
    return used.entrySet().stream().map(entry -> use(entry.getKey(), entry.getValue())).toList();
  }

  private static PoolUse use(Pool pool, Set<InetAddress> used) {
    long ipv4 = used.stream().filter(address -> IpFamily.of(address) == IpFamily.IPV4).count();
    long ipv6 = used.size() - ipv4;
    return new PoolUse(
        pool.name(), ipv4, pool.size(IpFamily.IPV4) - ipv4, ipv6, pool.size(IpFamily.IPV6) - ipv6);
  }
}
