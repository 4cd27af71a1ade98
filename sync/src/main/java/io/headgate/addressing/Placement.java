package io.headgate.addressing;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a Service is, or could be.
 *
 * @param holding what it has there
 * @param conflicts with older Services there: those ports it does not get
 * @param toll how much of itself it pays for being there
 */
record Placement(Holding holding, List<Conflict> conflicts, Toll toll) {
  /** From the best to the worst. */
  enum Toll {
    /** Every port is its own. */
    NONE,
    /** Some ports belong to others. */
    SOME_PORTS,
    /** All ports belong to others. */
    EVERY_PORT
  }

  static Placement of(Holding holding, List<Conflict> conflicts, Claimant claimant) {
    int lost = ports(conflicts).size();
    Toll toll =
        lost == 0 ? Toll.NONE : lost < claimant.ports().size() ? Toll.SOME_PORTS : Toll.EVERY_PORT;
    return new Placement(holding, List.copyOf(conflicts), toll);
  }

  /** The ports that belong to others. */
  Set<Conflict.Port> lost() {
    return ports(conflicts);
  }

  private static Set<Conflict.Port> ports(List<Conflict> conflicts) {
    return conflicts.isEmpty() // nearly always
        ? Set.of()
        : conflicts.stream().map(Conflict::port).collect(Collectors.toSet());
  }

  boolean serves() {
    return toll != Toll.EVERY_PORT;
  }

  /** Whether a Service that is here takes a port from one that has it. */
  boolean robs(Claimant claimant) {
    return conflicts.stream().anyMatch(conflict -> claimant.isOlderThan(conflict.owner()));
  }

  List<InetAddress> addresses() {
    return holding.addresses();
  }
}
