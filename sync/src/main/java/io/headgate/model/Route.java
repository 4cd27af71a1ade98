package io.headgate.model;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a listener's connections are forwarded to. No backends is legal: the address stays ours and
 * the client is refused, not left hanging.
 *
 * @param backends all that are selected, in a stable order, whatever their state
 */
public record Route(
    String name, List<Listener> listeners, RoutePolicy policy, List<Backend> backends) {
  public Route {
    listeners = List.copyOf(listeners);
    backends = List.copyOf(backends);
  }

  /** Why new connections go where they go. */
  public enum Mode {
    /** To backends that work. */
    NORMAL,
    /** To draining backends that have weight, because nothing else is left. */
    DRAINING_ONLY,
    /** To backends whose probes fail, because all of them do: more likely the probes are wrong. */
    FAIL_OPEN,
    /** Nowhere. */
    EMPTY
  }

  public Mode mode() {
    return Arrays.stream(Mode.values())
        .filter(mode -> mode == Mode.EMPTY || !backendsFor(mode).isEmpty())
        .findFirst()
        .orElseThrow();
  }

  /**
   * The backends that the next connection may go to: first those with weight, then those in
   * reserve, without, which get what none of the first can take. Of several clusters one in which
   * none has weight stands by: it has no reserve.
   */
  public List<Backend> candidates() {
    return backendsFor(mode());
  }

  private List<Backend> backendsFor(Mode mode) {
    return switch (mode) {
      case NORMAL -> withReserve(backends.stream().filter(Backend::works).toList());
      case DRAINING_ONLY ->
          backends.stream().filter(b -> b.state() == BackendState.DRAIN && b.weight() > 0).toList();
      case FAIL_OPEN -> backends.stream().filter(Backend::lastResort).toList();
      case EMPTY -> List.of();
    };
  }

  private static List<Backend> withReserve(List<Backend> usable) {
    List<Backend> ordinary = usable.stream().filter(backend -> backend.weight() > 0).toList();
    if (ordinary.isEmpty() || ordinary.size() == usable.size()) {
      return usable;
    }
    Set<String> serving = ordinary.stream().map(Backend::cluster).collect(Collectors.toSet());
    return Stream.concat(
            ordinary.stream(),
            usable.stream()
                .filter(backend -> backend.weight() == 0 && serving.contains(backend.cluster())))
        .toList();
  }
}
