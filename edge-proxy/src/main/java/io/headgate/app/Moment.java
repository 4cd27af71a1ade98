package io.headgate.app;

import io.headgate.desired.DesiredState;
import io.headgate.desired.Inputs;
import io.headgate.kubernetes.WatchStatus;
import io.headgate.kubernetes.WriterStatus;
import io.headgate.model.HealthReport;
import io.headgate.relay.ListenerStatus;
import io.headgate.relay.RelayCounters;
import io.headgate.relay.RelayCounters.OfBackend;
import io.headgate.relay.RelayCounters.OfRoute;
import io.headgate.takeover.TakeoverStatus;
import io.headgate.takeover.peer.PeerStatus;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All that a view is made of, taken at one moment.
 *
 * @param cluster the leading one; empty where none is followed
 * @param further those that are only read, by name
 * @param writer empty where nothing is written to it
 */
record Moment(
    Inputs inputs,
    DesiredState state,
    HealthReport health,
    RelayCounters counters,
    List<ListenerStatus> listeners,
    Optional<WatchStatus> cluster,
    Map<String, WatchStatus> further,
    Optional<WriterStatus> writer,
    TakeoverStatus takeover,
    List<PeerStatus> peers,
    boolean stopping,
    long nowNs) {

  static Moment of(RunningEdge edge) {
    return new Moment(
        edge.inputs(),
        edge.state(),
        edge.health(),
        edge.relay().counters(),
        edge.listeners().stream().sorted(Comparator.comparing(ListenerStatus::listener)).toList(),
        edge.cluster().status(),
        edge.clusters().further(),
        edge.cluster().writerStatus(),
        edge.takeover().status(),
        edge.takeover().peers().status(),
        edge.stopping(),
        System.nanoTime());
  }

  /** Whether the file has a route of this name; otherwise a Service asks for it. */
  boolean isConfigured(String route) {
    return inputs.config().routes().stream().anyMatch(known -> known.name().equals(route));
  }

  Map<String, OfRoute> countersByRoute() {
    return counters.routes().stream()
        .collect(Collectors.toMap(OfRoute::route, Function.identity(), (a, b) -> a));
  }

  static Map<InetSocketAddress, OfBackend> countersByBackend(Optional<OfRoute> route) {
    return route.stream()
        .flatMap(counted -> counted.backends().stream())
        .collect(Collectors.toMap(OfBackend::address, Function.identity(), (a, b) -> a));
  }
}
