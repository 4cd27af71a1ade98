package io.headgate.addressing;

import io.headgate.addressing.Placement.Toll;
import io.headgate.model.Addresses;
import io.headgate.model.IpFamily;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One decision about all Services, the oldest first. In rounds: everybody gets what he has had;
 * then those move that ask for something else, and the next round begins without what they have
 * left. When nobody moves any more, those who have nothing are given something.
 *
 * <p>So nobody who asks for nothing new ever loses an address to one who does, and of two Services
 * on one address the older has the ports that both want, however they came there.
 */
final class Allocation {
  // A chain of Services, each waiting for the place of the next: the rest moves in later decisions.
  private static final int MOST_ROUNDS = 8;

  private final Pools pools;
  private final List<Claimant> claimants;
  private final List<Optional<Holding>> holdings;
  private final List<Optional<Placement>> places = new ArrayList<>();
  private Occupancy occupancy = new Occupancy();

  /**
   * @param claimants the oldest first
   * @param holdings what each of them has had
   */
  Allocation(Pools pools, List<Claimant> claimants, List<Optional<Holding>> holdings) {
    this.pools = pools;
    this.claimants = claimants;
    this.holdings = new ArrayList<>(holdings);
  }

  /** Where each of the claimants is now. To be called once. */
  List<Optional<Placement>> places() {
    int round = 0;
    do {
      settleIn();
    } while (round++ < MOST_ROUNDS && anyoneMoves());
    for (Claimant claimant : claimants) {
      if (places.get(claimant.age()).isEmpty() && claimant.mayAsk()) {
        places.set(
            claimant.age(),
            find(claimant).map(found -> occupancy.occupy(found.holding(), claimant)));
      }
    }
    return List.copyOf(places);
  }

  /** Where each of the claimants is by what it has had, and nobody is given anything new. */
  List<Optional<Placement>> placesAsTheyAre() {
    settleIn();
    return List.copyOf(places);
  }

  private void settleIn() {
    occupancy = new Occupancy();
    places.clear();
    for (Claimant claimant : claimants) {
      places.add(
          holdings
              .get(claimant.age())
              .flatMap(holding -> open(holding, claimant))
              .map(holding -> occupancy.occupy(holding, claimant)));
    }
  }

  /** What is left of a holding where an older Service with another share key has been faster. */
  private Optional<Holding> open(Holding holding, Claimant claimant) {
    List<InetAddress> open =
        holding.addresses().stream()
            .filter(address -> occupancy.closedBy(address, claimant).isEmpty())
            .toList();
    return open.isEmpty() ? Optional.empty() : Optional.of(new Holding(open, holding.pool()));
  }

  private boolean anyoneMoves() {
    boolean anyone = false;
    for (Claimant claimant : claimants) {
      Optional<Placement> place = places.get(claimant.age());
      if (place.isPresent() && claimant.mayAsk()) {
        anyone |= moves(claimant, place.get());
      }
    }
    return anyone;
  }

  private boolean moves(Claimant claimant, Placement now) {
    Wish wish = claimant.wish();
    if (!wish.isMetBy(now.holding())) {
      return moves(claimant, find(claimant).filter(Placement::serves));
    }
    List<IpFamily> missing =
        wish.families().stream().filter(family -> !now.holding().has(family)).toList();
    if (!missing.isEmpty() && now.holding().pool().paused().isEmpty()) {
      Optional<Placement> extended = extended(claimant, now, missing);
      if (extended.isEmpty() && wish.every()) {
        holdings.set(claimant.age(), Optional.empty());
        return true;
      }
      return moves(claimant, extended);
    }
    if (!now.serves() && wish.addresses().isEmpty()) {
      return moves(claimant, find(claimant).filter(Placement::serves));
    }
    return false;
  }

  private boolean moves(Claimant claimant, Optional<Placement> to) {
    to.ifPresent(place -> {
      holdings.set(claimant.age(), Optional.of(place.holding()));
      occupancy.occupy(place.holding(), claimant); // nobody else may move there in this round
    });
    return to.isPresent();
  }

  /** The same addresses and one of each missing family, where that costs no port, or must be. */
  private Optional<Placement> extended(Claimant claimant, Placement now, List<IpFamily> missing) {
    Pool pool = now.holding().pool();
    List<InetAddress> more =
        missing.stream()
            .flatMap(family -> occupancy.room(pool, family, claimant).stream())
            .toList();
    if (more.size() < missing.size()) {
      return Optional.empty();
    }
    var holding = new Holding(ordered(claimant, now.addresses(), more), pool);
    return Optional.of(occupancy.placement(holding, claimant))
        .filter(place -> claimant.wish().every() || place.lost().size() == now.lost().size());
  }

  private static List<InetAddress> ordered(
      Claimant claimant, List<InetAddress> some, List<InetAddress> more) {
    List<InetAddress> all = Stream.concat(some.stream(), more.stream()).toList();
    return claimant.wish().families().stream()
        .flatMap(family -> all.stream().filter(address -> IpFamily.of(address) == family))
        .toList();
  }

  /** The best place for a Service, as if it had none. */
  private Optional<Placement> find(Claimant claimant) {
    Wish wish = claimant.wish();
    if (!wish.addresses().isEmpty()) {
      return wish.pool()
          .filter(pool -> pool.paused().isEmpty())
          .map(pool -> new Holding(wish.addresses(), pool))
          .filter(holding -> open(holding, claimant).filter(holding::equals).isPresent())
          .map(holding -> occupancy.placement(holding, claimant))
          .filter(place -> !place.robs(claimant));
    }
    Optional<Placement> best = Optional.empty();
    for (Pool pool :
        wish.pool().map(List::of).orElseGet(() -> pools.automatic(claimant.service()))) {
      for (Placement place : places(pool, claimant)) {
        if (best.isEmpty() || isBetter(place, best.get())) {
          best = Optional.of(place);
        }
      }
      if (best.isPresent() && isPerfect(best.get(), wish)) {
        break;
      }
    }
    return best;
  }

  private static boolean isPerfect(Placement place, Wish wish) {
    return place.toll() == Toll.NONE && place.addresses().size() == wish.families().size();
  }

  /** More ports before more families; what was found first, where both are alike. */
  private static boolean isBetter(Placement place, Placement than) {
    int toll = place.toll().compareTo(than.toll());
    return toll < 0 || (toll == 0 && place.addresses().size() > than.addresses().size());
  }

  /** With every family that the pool has; where the Service can do without, with one alone. */
  private List<Placement> places(Pool pool, Claimant claimant) {
    Wish wish = claimant.wish();
    List<InetAddress> rooms =
        wish.families().stream()
            .flatMap(family -> occupancy.room(pool, family, claimant).stream())
            .toList();
    if (!pool.paused().isEmpty()
        || rooms.isEmpty()
        || (wish.every() && rooms.size() < wish.families().size())) {
      return List.of();
    }
    Stream<List<InetAddress>> choices =
        wish.every() || rooms.size() == 1
            ? Stream.of(rooms)
            : Stream.concat(Stream.of(rooms), rooms.stream().map(List::of));
    return choices
        .map(addresses -> occupancy.placement(new Holding(addresses, pool), claimant))
        .toList();
  }

  /** Why a Service has not what it asks for. To be called after {@link #places()}. */
  String whyNot(Claimant claimant) {
    Wish wish = claimant.wish();
    Optional<String> paused = wish.pool().map(Pool::paused).filter(why -> !why.isEmpty());
    if (paused.isPresent()) {
      return paused.get();
    }
    if (!wish.addresses().isEmpty()) {
      return wish.addresses().stream()
          .flatMap(address -> obstacle(address, claimant).stream())
          .findFirst()
          .orElse("what it asks for belongs to others");
    }
    List<Pool> asked =
        wish.pool().map(List::of).orElseGet(() -> pools.automatic(claimant.service()));
    if (asked.isEmpty()) {
      return "no pool serves this Service unasked (auto-assign, its namespace, its labels)";
    }
    if (asked.stream().noneMatch(pool -> pool.paused().isEmpty())) {
      return asked.getFirst().paused();
    }
    String families =
        String.join(
            wish.every() ? " and " : " or ",
            wish.families().stream().map(IpFamily::toString).toList());
    String names = String.join(", ", asked.stream().map(Pool::name).toList());
    return "no address of " + families + " is left for it in " + names;
  }

  private Optional<String> obstacle(InetAddress address, Claimant claimant) {
    Optional<String> closed =
        occupancy
            .closedBy(address, claimant)
            .map(other ->
                Addresses.text(address)
                    + " belongs to "
                    + other.key()
                    + ", whose share-key is "
                    + (other.wish().shareKey().isEmpty() ? "not set" : "another"));
    Optional<Pool> pool = claimant.wish().pool();
    return closed.or(() ->
        pool.flatMap(around ->
            occupancy
                .placement(new Holding(List.of(address), around), claimant)
                .conflicts()
                .stream()
                .findFirst()
                .map(Conflict::toString)));
  }

  /** The Service that keeps another from an address that it has had. */
  Optional<Claimant> closedBy(InetAddress address, Claimant claimant) {
    return occupancy.closedBy(address, claimant);
  }
}
