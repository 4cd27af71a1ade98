package io.headgate.vrrp;

import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where the election of one group stands at this edge: the states of RFC 9568 6.4, and one of ours.
 * Times are those of the monotonic clock that {@link Election#step} is given.
 */
public sealed interface ElectionState {
  Standing standing();

  /** When {@link ElectionEvent.TimeReached} is due; empty if time changes nothing. */
  OptionalLong wakeAtNs();

  static ElectionState initial(ElectionSettings settings) {
    return new Initialize(new Standing(settings, settings.priority(), false));
  }

  /** Not started, or stopped. */
  record Initialize(Standing standing) implements ElectionState {
    @Override
    public OptionalLong wakeAtNs() {
      return OptionalLong.empty();
    }
  }

  /** Started but unfit: silent until the priority rises. keepalived calls it FAULT. */
  record Hold(Standing standing) implements ElectionState {
    @Override
    public OptionalLong wakeAtNs() {
      return OptionalLong.empty();
    }
  }

  /**
   * Listening.
   *
   * @param activeIntervalNs Active_Adver_Interval: what the Active adverts by, ours until one is
   *     heard
   * @param downAtNs Active_Down_Timer: when the Active counts as dead
   * @param awakeByNs when it looks around at the latest, one interval from the last event: later
   *     than that means that it was away, and that silence says nothing about the others
   * @param preemptAtNs when the preempt delay that a lower Active started ends
   * @param leaders the Active heard last, by family
   * @param echo what is still to be said of having served until now
   */
  record Backup(
      Standing standing,
      long activeIntervalNs,
      long downAtNs,
      long awakeByNs,
      OptionalLong preemptAtNs,
      Map<Family, Leader> leaders,
      @Nullable Echo echo)
      implements ElectionState {
    public Backup {
      leaders = Map.copyOf(leaders);
    }

    @Override
    public OptionalLong wakeAtNs() {
      return OptionalLong.of(downAtNs - awakeByNs < 0 ? downAtNs : awakeByNs);
    }

    Backup with(Standing newStanding) {
      return new Backup(
          newStanding, activeIntervalNs, downAtNs, awakeByNs, preemptAtNs, leaders, echo);
    }

    Backup withDownAt(long atNs) {
      return new Backup(standing, activeIntervalNs, atNs, awakeByNs, preemptAtNs, leaders, echo);
    }

    Backup withPreemptAt(OptionalLong atNs) {
      return new Backup(standing, activeIntervalNs, downAtNs, awakeByNs, atNs, leaders, echo);
    }

    Backup with(Map<Family, Leader> newLeaders) {
      return new Backup(
          standing, activeIntervalNs, downAtNs, awakeByNs, preemptAtNs, newLeaders, echo);
    }

    Backup withEcho(@Nullable Echo newEcho) {
      return new Backup(
          standing, activeIntervalNs, downAtNs, awakeByNs, preemptAtNs, leaders, newEcho);
    }

    Backup awake(long nowNs) {
      return new Backup(
          standing,
          activeIntervalNs,
          downAtNs,
          nowNs + activeIntervalNs,
          preemptAtNs,
          leaders,
          echo);
    }
  }

  /**
   * Serving.
   *
   * @param nextAdvertAtNs Adver_Timer
   * @param contest with an edge of equal priority, see {@link Tie}
   */
  record Active(Standing standing, long nextAdvertAtNs, @Nullable Contest contest)
      implements ElectionState {
    @Override
    public OptionalLong wakeAtNs() {
      return OptionalLong.of(nextAdvertAtNs);
    }
  }
}
