package io.headgate.app;

import io.headgate.takeover.peer.PeerMessage.Standing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * How the peers stand in the elections, as they said last; by their addresses on the link. Owned by
 * the link's thread.
 */
final class PeerStandings {
  private static final int UNKNOWN = 255;

  private final Map<InetSocketAddress, Standing> told = new HashMap<>();

  void told(InetSocketAddress peer, Standing standing) {
    told.put(peer, standing);
  }

  /** Where its advertisements come from: its own word, and its address on the link. */
  Set<InetAddress> sources(InetSocketAddress peer) {
    Set<InetAddress> sources = new HashSet<>(Set.of(peer.getAddress()));
    Standing standing = told.get(peer);
    if (standing != null) {
      sources.addAll(standing.sources());
    }
    return Set.copyOf(sources);
  }

  /**
   * The highest priority among these peers for a group, by the group's name: 0 where none of them
   * takes part, 255 where one has not said. May be asked by any thread.
   */
  ToIntFunction<String> highest(Collection<InetSocketAddress> peers) {
    List<Optional<Standing>> standings =
        peers.stream().map(peer -> Optional.ofNullable(told.get(peer))).toList();
    return group ->
        standings.stream()
            .mapToInt(standing ->
                standing.map(known -> known.priorities().getOrDefault(group, 0)).orElse(UNKNOWN))
            .max()
            .orElse(0);
  }
}
