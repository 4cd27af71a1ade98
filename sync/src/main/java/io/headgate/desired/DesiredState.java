package io.headgate.desired;

import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.Explanation;
import io.headgate.model.ProbeTarget;
import io.headgate.model.RouteTable;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What should be so, after the latest inputs.
 *
 * @param table with the generation of the last one published where nothing in it has changed
 * @param probes what has to be probed for the next decision
 * @param histories what the next decision needs to remember of each backend
 * @param explanations by route
 * @param changes what is different from the state before, for log and events, in order
 * @param wakeAtNs when the passing of time alone may change something, on the clock of {@code
 *     System.nanoTime}
 * @param freshness of the cluster that was decided on
 * @param mistakes what is written on a Node and means nothing, by its name
 */
public record DesiredState(
    RouteTable table,
    Set<ProbeTarget> probes,
    Map<BackendKey, BackendHistory> histories,
    Map<String, Explanation> explanations,
    List<Change> changes,
    OptionalLong wakeAtNs,
    Freshness freshness,
    Map<String, String> mistakes) {
  /** Before the first decision. */
  public static final DesiredState INITIAL =
      new DesiredState(
          RouteTable.EMPTY,
          Set.of(),
          Map.of(),
          Map.of(),
          List.of(),
          OptionalLong.empty(),
          Freshness.NONE,
          Map.of());

  public DesiredState {
    // Not Set.copyOf and Map.copyOf: those probe linearly, and neighbouring addresses have
    // neighbouring hashes, so that thousands of them would be searched one after the other.
    probes = Collections.unmodifiableSet(new HashSet<>(probes));
    histories = Collections.unmodifiableMap(new HashMap<>(histories));
    explanations = Map.copyOf(explanations);
    changes = List.copyOf(changes);
    mistakes = Map.copyOf(mistakes);
  }
}
