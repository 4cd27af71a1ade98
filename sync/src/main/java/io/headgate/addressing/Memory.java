package io.headgate.addressing;

import io.headgate.model.Addresses;
import io.headgate.model.IpFamily;
import io.headgate.model.ServiceRequest;
import io.headgate.model.ServiceRequest.Given;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a Service has had, and may still have as far as the pools are concerned.
 *
 * @param holding empty where nothing is left
 * @param lost a sentence for each address that it may not have any more
 */
record Memory(Optional<Holding> holding, List<String> lost) {
  Memory {
    lost = List.copyOf(lost);
  }

  /**
   * @param before by the last decision. Where there is one, be it that the Service has nothing, its
   *     status does not count: that is written later, or by somebody else
   */
  static Memory of(Claimant claimant, Optional<Assignment> before, Pools pools) {
    List<InetAddress> had =
        before
            .filter(assignment -> assignment.uid().equals(claimant.service().uid()))
            .map(Assignment::addresses)
            .orElseGet(() -> shown(claimant.service().request()));
    if (had.isEmpty()) {
      return new Memory(Optional.empty(), List.of());
    }
    return new Sorting(claimant, pools).sorted(had);
  }

  /**
   * What the cluster has been told that a Service has: by our annotation, which is there only where
   * its status names no address, or somebody else's; else by its status.
   */
  static List<InetAddress> shown(ServiceRequest request) {
    String allocated = request.annotations().getOrDefault(ServiceRequest.ALLOCATED, "");
    Stream<String> texts =
        allocated.isBlank()
            ? request.given().stream().map(Given::ip)
            : Stream.of(allocated.split(",", -1)).map(String::strip);
    return texts.flatMap(text -> Addresses.parse(text).stream()).toList();
  }

  /** Sorting what is left from what is lost. */
  private record Sorting(Claimant claimant, Pools pools) {
    Memory sorted(List<InetAddress> had) {
      List<String> lost = new ArrayList<>();
      List<InetAddress> kept = new ArrayList<>();
      Optional<Pool> from = Optional.empty();
      for (InetAddress address :
          had.stream().sorted(WishReading.familyOrder(claimant.service())).toList()) {
        Optional<String> reason = reason(address, kept, from);
        if (reason.isPresent()) {
          lost.add(Addresses.text(address) + " " + reason.get());
        } else {
          kept.add(address);
          from = pools.around(address);
        }
      }
      return new Memory(from.map(pool -> new Holding(kept, pool)), lost);
    }

    /** Why it may not have an address any more. */
    private Optional<String> reason(
        InetAddress address, List<InetAddress> kept, Optional<Pool> from) {
      IpFamily family = IpFamily.of(address);
      Optional<Pool> pool = pools.around(address).filter(around -> around.gives(address));
      if (pool.isEmpty()) {
        return Optional.of("is given by no pool any more");
      }
      if (!pool.get().admits(claimant.service())) {
        return Optional.of("is of pool " + pool.get() + ", which does not serve this Service");
      }
      if (from.isPresent() && from.get() != pool.get()) {
        return Optional.of("is of another pool than " + Addresses.text(kept.getFirst()));
      }
      if (kept.stream().anyMatch(other -> IpFamily.of(other) == family)) {
        return Optional.of("is a second one of " + family);
      }
      boolean wanted =
          claimant.wish().refusal().isPresent()
              || !claimant.wish().addresses().isEmpty()
              || claimant.wish().families().contains(family);
      return wanted
          ? Optional.empty()
          : Optional.of("is of " + family + ", which is not asked for");
    }
  }
}
