package io.headgate.takeover;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the peers have said of second chances, by where their advertisements come from. A word is
 * worth something for {@link #FRESH_NS}. Owned by the vrrp thread.
 */
final class PeerWords {
  /** As long as the addresses of a process that has died stay: nothing outlives it for longer. */
  static final long FRESH_NS = Duration.ofSeconds(Holding.LIFETIME_SECONDS).toNanos();

  private final Map<InetAddress, Word> words = new HashMap<>();

  /**
   * What a peer says.
   *
   * @param living connections of former clients, by the group that they live on of
   * @param forwarding groups whose former owner it would forward, or does forward, packets to
   */
  record Word(Map<String, Integer> living, Set<String> forwarding, long saidAtNs) {
    Word {
      living = Map.copyOf(living);
      forwarding = Set.copyOf(forwarding);
    }
  }

  void said(Collection<InetAddress> sources, Word word) {
    sources.forEach(source -> words.put(source, word));
  }

  /** Its process has died: it keeps no word. */
  void gone(Collection<InetAddress> sources) {
    words.keySet().removeAll(sources);
  }

  /** Whether any peer would forward packets of a group to us. */
  boolean anyForwards(String group, long nowNs) {
    return words.values().stream()
        .anyMatch(word -> nowNs - word.saidAtNs() < FRESH_NS && word.forwarding().contains(group));
  }

  /** Of the peer that advertises from one of these. */
  Optional<Word> of(Collection<InetAddress> sources, long nowNs) {
    return sources.stream()
        .filter(words::containsKey)
        .map(words::get)
        .filter(word -> nowNs - word.saidAtNs() < FRESH_NS)
        .findFirst();
  }
}
