package io.headgate.vrrp;

import io.headgate.vrrp.ElectionAction.SendAdvertisement;
import io.headgate.vrrp.ElectionAction.Told;
import io.headgate.vrrp.ElectionAction.Topic;
import io.headgate.vrrp.ElectionEvent.Heard;
import io.headgate.vrrp.ElectionEvent.PeerGone;
import io.headgate.vrrp.ElectionEvent.PriorityChanged;
import io.headgate.vrrp.ElectionEvent.Reclaim;
import io.headgate.vrrp.ElectionEvent.SettingsChanged;
import io.headgate.vrrp.ElectionEvent.Started;
import io.headgate.vrrp.ElectionEvent.Stopped;
import io.headgate.vrrp.ElectionEvent.TimeReached;
import io.headgate.vrrp.ElectionEvent.Yield;
import io.headgate.vrrp.ElectionState.Active;
import io.headgate.vrrp.ElectionState.Backup;
import io.headgate.vrrp.ElectionState.Hold;
import io.headgate.vrrp.ElectionState.Initialize;
import java.util.ArrayList;
import java.util.List;

/**
 * Who serves the addresses of one group: RFC 9568 6.4 as a pure function, with what keepalived and
 * we add.
 *
 * <p>A group has one or two families and is ONE machine: it advertises by all of them, an Active
 * that is better by any of them is better, and one that is heard by any of them lives. So both
 * families of an edge move together. Beyond the RFC: {@link Tie}, {@link Roles#giveWay}, {@link
 * Roles#late}, preempt delay, being unfit, handing over before leaving, and learning of a dead
 * process from the peer link.
 */
public final class Election {
  private Election() {}

  /**
   * What an event leads to.
   *
   * @param nowNs monotonic, in nanoseconds; only differences count
   */
  public static Step step(ElectionState state, ElectionEvent event, long nowNs) {
    Step step =
        switch (state) {
          case Active active when WhileActive.awayNs(active, nowNs) > 0 ->
              then(Roles.late(active, nowNs, WhileActive.awayNs(active, nowNs)), event, nowNs);
          case Backup backup when WhileBackup.awayNs(backup, nowNs) > 0 ->
              then(
                  WhileBackup.late(backup, nowNs, WhileBackup.awayNs(backup, nowNs)), event, nowNs);
          case Initialize _, Hold _, Backup _, Active _ -> inTime(state, event, nowNs);
        };
    return step.next() instanceof Backup backup
        ? new Step(backup.awake(nowNs), step.actions())
        : step;
  }

  private static Step inTime(ElectionState state, ElectionEvent event, long nowNs) {
    return switch (event) {
      case Started _ -> state instanceof Initialize ? start(state, nowNs) : Step.to(state);
      case Stopped _ -> Roles.stop(state);
      case Heard heard -> heard(state, heard, nowNs);
      case TimeReached _ -> timeReached(state, nowNs);
      case PriorityChanged(int priority) -> priorityChanged(state, priority, nowNs);
      case SettingsChanged(ElectionSettings settings) -> Step.to(changed(state, settings, nowNs));
      case PeerGone gone ->
          state instanceof Backup backup
              ? WhileBackup.peerGone(backup, gone, nowNs)
              : Step.to(state);
      case Yield _ -> handOver(state);
      case Reclaim _ -> reclaim(state);
    };
  }

  private static Step then(Step first, ElectionEvent event, long nowNs) {
    Step second = inTime(first.next(), event, nowNs);
    List<ElectionAction> actions = new ArrayList<>(first.actions());
    actions.addAll(second.actions());
    return new Step(second.next(), actions);
  }

  private static Step start(ElectionState state, long nowNs) {
    return Roles.start(state.standing(), nowNs);
  }

  private static Step heard(ElectionState state, Heard heard, long nowNs) {
    if (!state.standing().settings().sources().containsKey(heard.family())) {
      return Step.to(state); // of a family that a reload took away
    }
    return switch (state) {
      case Backup backup -> WhileBackup.heard(backup, heard, nowNs);
      case Active active -> WhileActive.heard(active, heard, nowNs);
      case Initialize _, Hold _ -> Step.to(state);
    };
  }

  private static Step timeReached(ElectionState state, long nowNs) {
    return switch (state) {
      case Backup backup -> WhileBackup.timeReached(backup, nowNs);
      case Active active -> WhileActive.timeReached(active, nowNs);
      case Initialize _, Hold _ -> Step.to(state);
    };
  }

  private static Step priorityChanged(ElectionState state, int priority, long nowNs) {
    Standing standing = state.standing().with(priority);
    if (state instanceof Initialize) {
      return Step.to(new Initialize(standing));
    }
    if (state instanceof Hold) {
      return priority == 0 ? Step.to(state) : Roles.start(standing, nowNs);
    }
    if (priority == 0) {
      var hold = new Hold(standing);
      String why = "not fit to serve";
      return state instanceof Active
          ? Roles.leave(hold, "hold", why)
          : Step.to(hold, Roles.told("hold", why));
    }
    return Step.to(with(state, standing));
  }

  private static ElectionState changed(ElectionState state, ElectionSettings settings, long nowNs) {
    return switch (state) {
      case Backup backup -> WhileBackup.settingsChanged(backup, settings, nowNs);
      case Active active -> WhileActive.settingsChanged(active, settings, nowNs);
      case Initialize _, Hold _ -> with(state, state.standing().with(settings));
    };
  }

  /** Advertises at once, so that the others need not wait for the timer. */
  private static Step handOver(ElectionState state) {
    ElectionState next = with(state, state.standing().with(true));
    return state instanceof Active active && !active.standing().yielded()
        ? Step.to(
            next,
            new SendAdvertisement(Advertisement.YIELDING),
            new Told(Topic.HANDOVER, "serves until another edge takes over"))
        : Step.to(state instanceof Backup ? next : state);
  }

  private static Step reclaim(ElectionState state) {
    ElectionState next = with(state, state.standing().with(false));
    return state instanceof Active active && active.standing().yielded()
        ? Step.to(
            next,
            new SendAdvertisement(next.standing().advertised()),
            new Told(Topic.HANDOVER, "keeps serving"))
        : Step.to(next);
  }

  private static ElectionState with(ElectionState state, Standing standing) {
    return switch (state) {
      case Initialize _ -> new Initialize(standing);
      case Hold _ -> new Hold(standing);
      case Backup backup -> backup.with(standing);
      case Active active -> WhileActive.with(active, standing);
    };
  }
}
