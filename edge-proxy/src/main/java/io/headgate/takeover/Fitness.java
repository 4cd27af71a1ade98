package io.headgate.takeover;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Optional;

/** Whether this edge should own addresses. */
public sealed interface Fitness {
  /** It can serve them. */
  record Fit() implements Fitness {}

  /** It serves them as long as no peer is better off. */
  record Reluctant(String why) implements Fitness {}

  /** It cannot serve them. */
  record Unfit(String why) implements Fitness {}

  /** In words; empty where there is nothing to say. */
  default Optional<String> reason() {
    return switch (this) {
      case Fit() -> Optional.empty();
      case Reluctant(String why) -> Optional.of(why);
      case Unfit(String why) -> Optional.of(why);
    };
  }

  /**
   * How fit this edge is.
   *
   * @param linkProblem why nothing can be sent on the interface; empty where it can
   */
  static Fitness of(
      Collection<InetAddress> addresses,
      Serving serving,
      Optional<String> linkProblem,
      boolean needsBackend) {
    if (linkProblem.isPresent()) {
      return new Unfit(linkProblem.get());
    }
    if (!serving.published()) {
      return new Unfit("no table is published yet");
    }
    Optional<String> unbound = serving.bindProblem(addresses);
    if (unbound.isPresent()) {
      return new Unfit(unbound.get());
    }
    boolean useless =
        needsBackend && serving.listensAt(addresses) && !serving.hasBackend(addresses);
    return useless ? new Reluctant("no route has a backend that works") : new Fit();
  }
}
