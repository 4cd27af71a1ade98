package io.headgate.desired;

import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.Route;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A route that fails open for longer than a kube-proxy takes to start anew. The user of its Service
 * is told then: from inside the cluster all looks well when a firewall, a route that the edge lacks
 * or a missing kube-proxy keeps clients out.
 */
final class LastingFailure {
  private static final Duration UNTIL_TOLD = Duration.ofSeconds(30);
  private static final String EVENT = "NoHealthyBackend";

  private LastingFailure() {}

  /** When its user is to be told, on the clock of the histories; empty where nothing is wrong. */
  static OptionalLong toldAtNs(Route route, Map<InetSocketAddress, BackendHistory> histories) {
    if (route.mode() != Route.Mode.FAIL_OPEN) {
      return OptionalLong.empty();
    }
    return route.candidates().stream()
        .flatMap(backend -> Stream.ofNullable(histories.get(backend.address())))
        .mapToLong(history -> history.sinceNs() + UNTIL_TOLD.toNanos())
        .reduce((a, b) -> a - b > 0 ? a : b);
  }

  /** Names one backend: what is wrong with all of them is seldom two things. */
  static Note note(Route route) {
    Backend one = route.candidates().getFirst();
    return new Note(
        EVENT
            + ": every backend fails, such as %s of %s (%s); clients are sent there all the same"
                .formatted(Addresses.text(one.address()), one.node(), one.reason()),
        false,
        EVENT);
  }
}
