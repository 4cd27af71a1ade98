package io.headgate.addressing;

import io.headgate.addressing.Conflict.Port;
import io.headgate.model.EdgePort;
import io.headgate.model.IpFamily;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who has which port of which address, while one decision is made. It only fills up: nothing is
 * given back. Used by one thread, and by one decision.
 */
final class Occupancy {
  private final Map<InetAddress, Tenancy> tenancies = new HashMap<>();
  private final Map<Pool, Map<IpFamily, Vacancies>> vacancies = new HashMap<>();

  /** An address that is in use: by Services of one share key. */
  private static final class Tenancy {
    final Claimant first;
    final SharedAddresses among;
    final int index;
    final Map<Port, Claimant> owners = new HashMap<>();

    Tenancy(Claimant first, SharedAddresses among, int index) {
      this.first = first;
      this.among = among;
      this.index = index;
    }
  }

  /** The Service that an address is closed by: it has another share key. */
  Optional<Claimant> closedBy(InetAddress address, Claimant claimant) {
    return Optional.ofNullable(tenancies.get(address))
        .map(tenancy -> tenancy.first)
        .filter(first -> !first.wish().shareKey().equals(claimant.wish().shareKey()));
  }

  /** What it would be like for the Service to have these addresses. */
  Placement placement(Holding holding, Claimant claimant) {
    List<Conflict> conflicts = new ArrayList<>();
    for (InetAddress address : holding.addresses()) {
      Tenancy tenancy = tenancies.get(address);
      if (tenancy != null && !tenancy.owners.isEmpty()) {
        for (EdgePort port : claimant.ports()) {
          var wanted = Port.of(port);
          Claimant owner = tenancy.owners.get(wanted);
          if (owner != null && owner.age() != claimant.age()) {
            conflicts.add(new Conflict(wanted, address, owner));
          }
        }
      }
    }
    return Placement.of(holding, conflicts, claimant);
  }

  /** Gives the Service these addresses, and every port that is free on all of them. */
  Placement occupy(Holding holding, Claimant claimant) {
    Placement placement = placement(holding, claimant);
    Set<Port> lost = placement.lost();
    for (InetAddress address : holding.addresses()) {
      Tenancy tenancy =
          tenancies.computeIfAbsent(address, _ -> tenancy(address, holding.pool(), claimant));
      for (EdgePort port : claimant.ports()) {
        var owned = Port.of(port);
        if (!lost.contains(owned)) {
          tenancy.owners.put(owned, claimant);
          tenancy.among.take(owned, tenancy.index);
        }
      }
    }
    return placement;
  }

  private Tenancy tenancy(InetAddress address, Pool pool, Claimant first) {
    SharedAddresses among = vacancies(pool, IpFamily.of(address)).shared(first.wish().shareKey());
    return new Tenancy(first, among, among.add(address));
  }

  /**
   * The address of the pool where the Service loses the fewest ports, and takes none from a younger
   * Service. Without a share key it rather has one for itself; with a key, one of that key.
   */
  Optional<InetAddress> room(Pool pool, IpFamily family, Claimant claimant) {
    Vacancies among = vacancies(pool, family);
    SharedAddresses shared = among.shared(claimant.wish().shareKey());
    List<Port> ports = claimant.ports().stream().map(Port::of).toList();
    Optional<InetAddress> undisturbed =
        claimant.wish().shareKey().isEmpty()
            ? among.unused(tenancies::containsKey).or(() -> shared.withAllFree(ports))
            : shared.withAllFree(ports).or(() -> among.unused(tenancies::containsKey));
    return undisturbed
        .or(() -> shared.withSomeFree(ports, address -> robsNobody(address, pool, claimant)))
        .or(() -> shared.withNoneFree(ports, address -> robsNobody(address, pool, claimant)));
  }

  private boolean robsNobody(InetAddress address, Pool pool, Claimant claimant) {
    return !placement(new Holding(List.of(address), pool), claimant).robs(claimant);
  }

  private Vacancies vacancies(Pool pool, IpFamily family) {
    return vacancies
        .computeIfAbsent(pool, _ -> new HashMap<>())
        .computeIfAbsent(family, _ -> new Vacancies(pool, family));
  }
}
