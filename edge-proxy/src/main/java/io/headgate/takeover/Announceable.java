package io.headgate.takeover;

import io.headgate.linux.InterfaceAddresses;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which addresses a routing daemon may announce, and since when, and why not the others. Pure.
 *
 * @param sinceNs the time since when an address can be served without a break
 * @param unfit why an address cannot be served, or should be by others
 */
record Announceable(Map<InetAddress, Long> sinceNs, Map<InetAddress, String> unfit) {
  static final Announceable NONE = new Announceable(Map.of(), Map.of());

  Announceable {
    sinceNs = Map.copyOf(sinceNs);
    unfit = Map.copyOf(unfit);
  }

  /**
   * What is so from now on; an address that no route has any more is in neither map.
   *
   * @param hindrance why an address should not be announced; empty where it should
   */
  Announceable next(
      Collection<InetAddress> listening,
      Function<InetAddress, Optional<String>> hindrance,
      long nowNs) {
    Map<InetAddress, Long> since = new HashMap<>();
    Map<InetAddress, String> why = new HashMap<>();
    for (InetAddress address : listening) {
      hindrance
          .apply(address)
          .ifPresentOrElse(
              words -> why.put(address, words),
              () -> since.put(address, sinceNs.getOrDefault(address, nowNs)));
    }
    return new Announceable(since, why);
  }

  /** Those that could be served for that long. */
  Set<InetAddress> due(Duration delay, long nowNs) {
    return sinceNs.entrySet().stream()
        .filter(entry -> nowNs - entry.getValue() >= delay.toNanos())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** How long it is until then; of an address that can be served. */
  Duration left(InetAddress address, Duration delay, long nowNs) {
    return delay.minus(Duration.ofNanos(nowNs - sinceNs.getOrDefault(address, nowNs)));
  }

  /**
   * Why an address should not be announced.
   *
   * @param held those that we have put on an interface
   */
  static Optional<String> hindrance(
      InetAddress address,
      Serving serving,
      boolean needsBackend,
      Optional<String> linkProblem,
      Network network,
      Set<InetAddress> held) {
    boolean another =
        !held.contains(address)
            && network.of(address).stream()
                .anyMatch(one -> one.protocol() != InterfaceAddresses.PROTOCOL);
    return another
        ? Optional.of("it is on this host by another's hand, who decides about it")
        : Fitness.of(Set.of(address), serving, linkProblem, needsBackend).reason();
  }
}
