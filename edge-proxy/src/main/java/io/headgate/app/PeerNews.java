package io.headgate.app;

import io.headgate.takeover.peer.PeerMessage.Announced;
import io.headgate.takeover.peer.PeerMessage.Draining;
import io.headgate.takeover.peer.PeerStatus;
import io.headgate.takeover.peer.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the cluster is to know of the peers, as they said last; by their addresses on the link. What
 * a process said counts for no other one that comes after it. Told by the link's thread, asked by
 * any.
 */
final class PeerNews {
  private final Map<InetSocketAddress, Said<Announced>> announced = new ConcurrentHashMap<>();
  private final Map<InetSocketAddress, Said<Draining>> draining = new ConcurrentHashMap<>();

  /**
   * @param process that has said it
   */
  private record Said<T>(Optional<String> process, T word) {}

  void told(PeerStatus peer, Announced word) {
    announced.put(peer.address(), new Said<>(peer.startId(), word));
  }

  void told(PeerStatus peer, Draining word) {
    draining.put(peer.address(), new Said<>(peer.startId(), word));
  }

  /** The names of the peers that announce an address, as far as they are heard now. */
  Map<InetAddress, Set<String>> announced(Collection<PeerStatus> peers) {
    Map<InetAddress, Set<String>> edges = new HashMap<>();
    for (PeerStatus peer : peers) {
      if (peer.verdict() == Verdict.ALIVE && peer.name().isPresent()) {
        said(announced, peer)
            .map(Announced::addresses)
            .orElse(Set.of())
            .forEach(address ->
                edges.computeIfAbsent(address, _ -> new HashSet<>()).add(peer.name().get()));
      }
    }
    return edges;
  }

  /**
   * How many connections all of these peers have to a node. Empty where one of them has not said,
   * or is silent: it may have any number.
   */
  OptionalInt connections(String node, Collection<PeerStatus> peers) {
    int sum = 0;
    for (PeerStatus peer : peers) {
      if (!hasEnded(peer)) {
        Optional<Integer> ofPeer =
            peer.connected()
                ? said(draining, peer)
                    .flatMap(word -> Optional.ofNullable(word.connections().get(node)))
                : Optional.empty();
        if (ofPeer.isEmpty()) {
          return OptionalInt.empty();
        }
        sum += ofPeer.get();
      }
    }
    return OptionalInt.of(sum);
  }

  /** Its process is gone, and with it its connections. */
  private static boolean hasEnded(PeerStatus peer) {
    return switch (peer.verdict()) {
      case GONE -> true;
      case LEAVING -> !peer.connected();
      case UNKNOWN, ALIVE, SILENT -> false;
    };
  }

  private static <T> Optional<T> said(Map<InetSocketAddress, Said<T>> all, PeerStatus peer) {
    return Optional.ofNullable(all.get(peer.address()))
        .filter(said -> said.process().equals(peer.startId()))
        .map(Said::word);
  }
}
