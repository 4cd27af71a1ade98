package io.headgate.relay;

import io.headgate.model.IpFamily;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The source addresses of a route. By rendezvous hashing each client has an order of them that
 * depends on nothing but addresses: it comes from the first that can be had, so that when one goes
 * only its own clients move, and when it is back the same clients come back. Immutable but for the
 * loads.
 */
final class SourcePool {
  /** More are not tried for one connection: each that is full costs a search through its ports. */
  static final int MOST_TRIES = 4;

  private final SourceLoad[] ipv4;
  private final SourceLoad[] ipv6;

  SourcePool(List<InetAddress> addresses, Function<InetAddress, SourceLoad> loads) {
    this.ipv4 = of(IpFamily.IPV4, addresses, loads);
    this.ipv6 = of(IpFamily.IPV6, addresses, loads);
  }

  private static SourceLoad[] of(
      IpFamily family, List<InetAddress> addresses, Function<InetAddress, SourceLoad> loads) {
    return addresses.stream()
        .filter(address -> IpFamily.of(address) == family)
        .map(loads)
        .toArray(SourceLoad[]::new);
  }

  /** There is none at all: the kernel chooses. */
  boolean isEmpty() {
    return ipv4.length == 0 && ipv6.length == 0;
  }

  /** Whether there is any for backends of this address's family. */
  boolean serves(InetSocketAddress backend) {
    return family(backend).length > 0;
  }

  /**
   * Where a client's connection to a backend is to come from: the first in the client's order
   * behind {@code after} that the host has and that has ports left, null where there is none.
   * Counts those that are passed over.
   *
   * @param after where no connection could come from, null for the first try
   */
  @Nullable SourceLoad pick(
      long clientHash, InetSocketAddress backend, @Nullable SourceLoad after, long nowNs) {
    SourceLoad[] all = family(backend);
    SourceLoad before = after;
    while (true) {
      SourceLoad next = next(all, clientHash, before);
      if (next == null) {
        return null;
      }
      if (next.isMissing()) {
        next.missed();
      } else if (next.isFull(backend, nowNs)) {
        next.exhausted();
      } else {
        return next;
      }
      before = next;
    }
  }

  /** The next in the client's order; null behind the last. */
  private static @Nullable SourceLoad next(
      SourceLoad[] all, long clientHash, @Nullable SourceLoad before) {
    long bound = before == null ? 0 : before.rank(clientHash);
    SourceLoad best = null;
    long bestRank = 0;
    for (SourceLoad candidate : all) {
      long rank = candidate.rank(clientHash);
      boolean later = before == null || rank < bound;
      if (later && (best == null || rank > bestRank)) {
        best = candidate;
        bestRank = rank;
      }
    }
    return best;
  }

  private SourceLoad[] family(InetSocketAddress backend) {
    return IpFamily.of(backend.getAddress()) == IpFamily.IPV4 ? ipv4 : ipv6;
  }

  /** For the newest table's accounts. */
  Stream<SourceLoad> loads() {
    return Stream.of(ipv4, ipv6).flatMap(Stream::of);
  }
}
