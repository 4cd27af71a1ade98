package io.headgate.desired;

import io.headgate.model.BackendState;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is remembered of one backend.
 *
 * @param history empty for a backend that the decision before did not know
 * @param firstOfRoute no backend of its route was known before: at the start, or of a new route,
 *     all begin at once and none has to start slowly
 */
record Past(Optional<BackendHistory> history, boolean firstOfRoute) {

  /** The PROXY header that it expects, as far as was known. */
  Optional<Spoken> spoken() {
    return history.flatMap(BackendHistory::spoken);
  }

  ProbeStanding standing() {
    return history.map(BackendHistory::standing).orElse(ProbeStanding.UNPROVEN);
  }

  /**
   * The history with one more decision.
   *
   * @param blameless it is down only because the whole Service has nothing to serve: all of the
   *     route come back together
   */
  BackendHistory then(
      BackendState state,
      ProbeStanding standing,
      Optional<Spoken> spoken,
      boolean blameless,
      Duration slowStart,
      long nowNs) {
    boolean wasCold = history.map(BackendHistory::cold).orElse(!firstOfRoute);
    boolean inUse = state.inUse();
    boolean cold =
        switch (state) {
          case UP, SUSPECT -> false;
          case PENDING, DRAIN -> wasCold;
          case DOWN -> wasCold || !blameless;
          case MAINT -> true;
        };
    return new BackendHistory(
        state,
        history
            .filter(before -> before.state() == state)
            .map(BackendHistory::sinceNs)
            .orElse(nowNs),
        inUse || history.map(BackendHistory::servedBefore).orElse(false),
        standing,
        spoken,
        cold,
        warming(inUse, wasCold, cold, slowStart, nowNs));
  }

  private OptionalLong warming(
      boolean inUse, boolean wasCold, boolean cold, Duration slowStart, long nowNs) {
    if (cold || slowStart.isZero()) {
      return OptionalLong.empty();
    }
    if (inUse && wasCold) {
      return OptionalLong.of(nowNs);
    }
    OptionalLong began = history.map(BackendHistory::warmingSinceNs).orElse(OptionalLong.empty());
    return inUse && began.isPresent() && new SlowStart(began.getAsLong(), slowStart).over(nowNs)
        ? OptionalLong.empty()
        : began;
  }
}
