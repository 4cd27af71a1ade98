package io.headgate.takeover;

import io.headgate.linux.Attempt;
import io.headgate.linux.Change;
import io.headgate.linux.MacAddress;
import io.headgate.linux.SocketDestroy;
import io.headgate.model.Addresses;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Addresses on an interface: put there, kept there, announced, and taken away.
 *
 * <p>Each has a lifetime that is begun anew every second: of a process that has died, or a thread
 * that hangs, the kernel takes them away by itself. Owned by the vrrp thread.
 */
final class Holding {
  static final int LIFETIME_SECONDS = 3;

  private static final long REFRESH_NS = Duration.ofSeconds(1).toNanos();
  private static final long ANNOUNCE_GAP_NS = Duration.ofSeconds(1).toNanos();

  /** Whoever held it before may have died with its addresses on: its kernel answers meanwhile. */
  private static final long OTHERS_LET_GO_NS = Duration.ofSeconds(LIFETIME_SECONDS + 2).toNanos();

  private static final long CLAIM_AGE_NS = Duration.ofSeconds(2).toNanos();
  private static final long PROBE_AGAIN_NS = Duration.ofSeconds(1).toNanos();

  private final Kernel kernel;
  private final ToIntFunction<InetAddress> interfaceOf;
  private final Teller told;
  private final RareTeller rarely;
  private final @Nullable Neighbours neighbours;
  private final Set<InetAddress> wanted = new HashSet<>();
  private final Set<InetAddress> held = new HashSet<>();
  private final Map<InetAddress, String> problems = new HashMap<>();
  private final Map<InetAddress, Claim> claims = new HashMap<>();
  private boolean owned;
  private long ownedSinceNs;
  private long refreshAtNs;
  private long probeAtNs;
  private AnnouncementSchedule schedule = AnnouncementSchedule.begin(0);
  private long conflicts;
  private long announcements;

  private record Claim(MacAddress by, long atNs) {}

  /**
   * @param interfaceOf where an address is put: the index
   * @param neighbours none on an interface without a link, such as lo
   */
  Holding(
      Kernel kernel,
      ToIntFunction<InetAddress> interfaceOf,
      Optional<Neighbours> neighbours,
      Teller told) {
    this.kernel = kernel;
    this.interfaceOf = interfaceOf;
    this.neighbours = neighbours.orElse(null);
    this.told = told;
    this.rarely = new RareTeller(told);
  }

  /** Those that are to be held whenever they are ours. */
  void want(Set<InetAddress> addresses, long nowNs) {
    want(addresses, this::letGo, nowNs);
  }

  /** The same, and connections of those that are no longer wanted go on. */
  void wantQuietly(Set<InetAddress> addresses, long nowNs) {
    want(addresses, this::takeOff, nowNs);
  }

  private void want(Set<InetAddress> addresses, Consumer<InetAddress> leave, long nowNs) {
    if (wanted.equals(addresses)) {
      return;
    }
    List.copyOf(held).stream().filter(gone -> !addresses.contains(gone)).forEach(leave);
    boolean more = !wanted.containsAll(addresses);
    wanted.clear();
    wanted.addAll(addresses);
    problems.keySet().retainAll(wanted);
    if (owned && more) {
      putMissing();
      schedule = AnnouncementSchedule.begin(nowNs);
    }
  }

  /**
   * From now on they are ours.
   *
   * @param free whether nobody can have had them lawfully until now: then one that somebody answers
   *     for is not taken
   */
  void take(boolean free, long nowNs) {
    owned = true;
    ownedSinceNs = nowNs;
    refreshAtNs = nowNs + REFRESH_NS;
    probeAtNs = nowNs + PROBE_AGAIN_NS;
    for (InetAddress address : wanted) {
      Claim claim = claims.get(address);
      if (free && claim != null && nowNs - claim.atNs() < CLAIM_AGE_NS) {
        String words =
            "%s answers at %s and takes no part in the election: not taken until it is silent"
                .formatted(claim.by(), Addresses.text(address));
        problems.put(address, words);
        rarely.warn("taken " + address, words, nowNs);
      } else {
        put(address);
      }
    }
  }

  /** From now on they are somebody else's; established connections are reset first. */
  void release() {
    release(Set.of());
  }

  /** The same, and connections of some go on. */
  void release(Set<InetAddress> quietly) {
    owned = false;
    problems.clear();
    for (InetAddress address : List.copyOf(held)) {
      if (quietly.contains(address)) {
        takeOff(address);
      } else {
        letGo(address);
      }
    }
  }

  /** Tells the neighbours, from the beginning of the schedule. */
  void announce(boolean always, long nowNs) {
    if (always || nowNs - schedule.sinceNs() >= ANNOUNCE_GAP_NS) {
      schedule = AnnouncementSchedule.begin(nowNs);
    }
  }

  /** Asks for all of them whether somebody has them. */
  void probe() {
    if (neighbours != null) {
      wanted.forEach(neighbours::probe);
    }
  }

  /** Something about the host's addresses is different: what somebody took away is put back. */
  void look(long nowNs) {
    if (!owned) {
      return;
    }
    for (InetAddress address : List.copyOf(held)) {
      if (!kernel.network().has(interfaceOf.applyAsInt(address), address)) {
        held.remove(address);
        rarely.warn(
            "removed " + address,
            Addresses.text(address) + " was taken off the interface by somebody else: put back",
            nowNs);
        put(address);
        schedule = AnnouncementSchedule.begin(nowNs);
      }
    }
  }

  /** Hears the neighbours, keeps what is held alive, announces what is due. */
  void turn(long nowNs) {
    if (neighbours != null) {
      neighbours.receive((address, by) -> claimed(address, by, nowNs));
    }
    if (!owned) {
      return;
    }
    if (nowNs - refreshAtNs >= 0) {
      refreshAtNs = nowNs + REFRESH_NS;
      takeWhatIsFree(nowNs);
      List.copyOf(held).forEach(this::put);
      putMissing();
    }
    if (neighbours != null && nowNs - schedule.dueNs() >= 0) {
      for (InetAddress address : held) {
        neighbours.announce(address);
      }
      announcements++;
      schedule = schedule.sentAt(nowNs);
    }
  }

  long dueNs() {
    return neighbours == null ? refreshAtNs : Math.min(refreshAtNs, schedule.dueNs());
  }

  boolean owned() {
    return owned;
  }

  private void putMissing() {
    for (InetAddress address : wanted) {
      if (!held.contains(address) && !claims.containsKey(address)) {
        put(address);
      }
    }
  }

  /** Those that somebody answered for and no longer does. */
  private void takeWhatIsFree(long nowNs) {
    boolean waiting = wanted.stream().anyMatch(address -> !held.contains(address));
    if (neighbours == null || !waiting || nowNs - probeAtNs < 0) {
      return;
    }
    probeAtNs = nowNs + PROBE_AGAIN_NS;
    for (InetAddress address : wanted) {
      Claim claim = claims.get(address);
      if (held.contains(address)) {
        continue;
      }
      if (claim == null || nowNs - claim.atNs() >= CLAIM_AGE_NS) {
        claims.remove(address);
        problems.remove(address);
        put(address);
        schedule = AnnouncementSchedule.begin(nowNs);
      } else {
        neighbours.probe(address);
      }
    }
  }

  private void claimed(InetAddress address, MacAddress by, long nowNs) {
    if (!wanted.contains(address)) {
      return;
    }
    claims.put(address, new Claim(by, nowNs));
    if (!held.contains(address) || nowNs - ownedSinceNs < OTHERS_LET_GO_NS) {
      if (held.contains(address)) {
        announce(false, nowNs);
      }
      return;
    }
    conflicts++;
    rarely.warn(
        "conflict " + address, "%s has %s, too".formatted(by, Addresses.text(address)), nowNs);
    announce(false, nowNs);
  }

  private void put(InetAddress address) {
    Attempt<Change> done =
        kernel
            .addresses()
            .put(interfaceOf.applyAsInt(address), address, bits(address), LIFETIME_SECONDS);
    switch (done) {
      case Attempt.Succeeded<Change> _ -> {
        held.add(address);
        problems.remove(address);
      }
      case Attempt.Refused<Change>(_, String why) -> {
        held.remove(address);
        if (!why.equals(problems.put(address, why))) {
          told.tell(true, why);
        }
      }
    }
  }

  /** The reset goes out while the address is still ours. */
  private void letGo(InetAddress address) {
    if (SocketDestroy.connectionsOf(address) instanceof Attempt.Refused<Integer>(_, String why)) {
      told.tell(true, "connections of " + Addresses.text(address) + " are not reset: " + why);
    }
    takeOff(address);
  }

  private void takeOff(InetAddress address) {
    if (kernel.addresses().remove(interfaceOf.applyAsInt(address), address, bits(address))
        instanceof Attempt.Refused<Change>(_, String why)) {
      told.tell(true, why);
    }
    held.remove(address);
  }

  private static int bits(InetAddress address) {
    return address.getAddress().length * Byte.SIZE;
  }

  /** Each that is wanted, and what is wrong with it; empty where nothing is. */
  Map<InetAddress, Optional<String>> wanted() {
    Map<InetAddress, Optional<String>> all = new TreeMap<>(Addresses.ORDER);
    wanted.forEach(address -> all.put(address, Optional.ofNullable(problems.get(address))));
    return all;
  }

  Set<InetAddress> held() {
    return Set.copyOf(held);
  }

  /** How often another host was heard with an address that is ours. */
  long conflicts() {
    return conflicts;
  }

  long announcements() {
    return announcements;
  }
}
