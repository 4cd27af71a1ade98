package io.headgate.takeover.peer;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * How an edge takes part.
 *
 * @param listen where the peers dial; empty: nowhere, and this edge is never found gone
 * @param peers where they listen, resolved: addresses of their hosts, never one that moves. Where
 *     this edge itself listens is left out, so that all edges may have the same list
 * @param edgeName at most 255 bytes of UTF-8
 */
public record PeerLinkSettings(
    Optional<InetSocketAddress> listen,
    List<InetSocketAddress> peers,
    PeerKey key,
    String edgeName) {
  /** Refuses unresolved addresses and a name that no frame holds. */
  public PeerLinkSettings {
    peers = peers.stream().distinct().filter(peer -> !listen.equals(Optional.of(peer))).toList();
    Frames.checkName(edgeName);
    if (peers.stream().anyMatch(InetSocketAddress::isUnresolved)
        || listen.filter(InetSocketAddress::isUnresolved).isPresent()) {
      throw new IllegalArgumentException("an address is not resolved");
    }
  }

  /** Where this edge's lifeline listens: the port after that of the link; empty: it has none. */
  Optional<InetSocketAddress> lifeline() {
    return listen
        .filter(address -> address.getPort() < 65_535)
        .map(address ->
            new InetSocketAddress(
                address.getAddress(), address.getPort() == 0 ? 0 : address.getPort() + 1));
  }
}
