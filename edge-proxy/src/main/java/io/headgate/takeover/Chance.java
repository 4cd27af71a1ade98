package io.headgate.takeover;

import io.headgate.takeover.PeerWords.Word;
import io.headgate.vrrp.Family;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where a group stands with its second chance, and when that is over. Never changes. */
sealed interface Chance {
  /** It takes a word so long, and a bit, to go round after the addresses have moved. */
  long CONFIRM_NS = Duration.ofSeconds(2).toNanos();

  /** Nothing of it is there. */
  record None() implements Chance {}

  /**
   * A backup whose rules wait for the addresses.
   *
   * @param owner who serves now, by family
   */
  record Ready(Map<Family, InetAddress> owner, Set<InetAddress> addresses) implements Chance {
    public Ready {
      owner = Map.copyOf(owner);
      addresses = Set.copyOf(addresses);
    }
  }

  /**
   * The new owner: it forwards.
   *
   * @param to the former owner, by family
   * @param confirmed whether that one has said that connections live on
   */
  record Forwarding(Map<Family, InetAddress> to, long sinceNs, boolean confirmed)
      implements Chance {
    public Forwarding {
      to = Map.copyOf(to);
    }

    Forwarding heard(Optional<Word> word, String group) {
      boolean now = word.filter(said -> said.living().containsKey(group)).isPresent();
      return new Forwarding(to, sinceNs, confirmed || now);
    }

    /** Why it is over; empty where it is not. */
    Optional<String> end(Optional<Word> word, String group, long nowNs) {
      if (word.isEmpty()) {
        return Optional.of("the former owner is silent");
      }
      boolean waiting = !confirmed && nowNs - sinceNs < CONFIRM_NS;
      return word.get().living().containsKey(group) || waiting
          ? Optional.empty()
          : Optional.of("no connection of former clients is left");
    }
  }

  /**
   * The former owner: its connections live on.
   *
   * @param successor who forwards, by family
   * @param living how many there are
   */
  record Keeping(
      Set<InetAddress> addresses,
      Map<Family, InetAddress> successor,
      long sinceNs,
      long untilNs,
      int living)
      implements Chance {
    public Keeping {
      addresses = Set.copyOf(addresses);
      successor = Map.copyOf(successor);
    }

    Keeping counted(int now) {
      return new Keeping(addresses, successor, sinceNs, untilNs, now);
    }

    /** Why it is over; empty where it is not. */
    Optional<String> end(Optional<Word> word, String group, long nowNs) {
      if (living == 0) {
        return Optional.of("no connection of former clients is left");
      }
      if (nowNs - untilNs >= 0) {
        return Optional.of("drain-timeout is over");
      }
      return word.filter(said -> said.forwarding().contains(group)).isEmpty()
          ? Optional.of("the new owner forwards no more")
          : Optional.empty();
    }
  }
}
