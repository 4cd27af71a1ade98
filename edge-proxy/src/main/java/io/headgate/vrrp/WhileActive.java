package io.headgate.vrrp;

import static io.headgate.vrrp.Roles.millis;

import io.headgate.vrrp.ElectionAction.AnnounceAddresses;
import io.headgate.vrrp.ElectionAction.AnnounceReason;
import io.headgate.vrrp.ElectionAction.SendAdvertisement;
import io.headgate.vrrp.ElectionAction.Told;
import io.headgate.vrrp.ElectionAction.Topic;
import io.headgate.vrrp.ElectionEvent.Heard;
import io.headgate.vrrp.ElectionState.Active;

/** RFC 9568 6.4.3. */
final class WhileActive {
  /** Two advertisements missed besides the one that is due: the others' timers begin to fire. */
  private static final int LATE_INTERVALS = 2;

  private WhileActive() {}

  /** How long overdue we are if others must have given us up; else 0. */
  static long awayNs(Active active, long nowNs) {
    long lateNs = nowNs - active.nextAdvertAtNs();
    return lateNs >= LATE_INTERVALS * active.standing().intervalNs() ? lateNs : 0;
  }

  /** The Adver_Timer fires. The pace is kept when the thread is a little late. */
  static Step timeReached(Active active, long nowNs) {
    long lateNs = nowNs - active.nextAdvertAtNs();
    if (lateNs < 0) {
      return Step.to(active);
    }
    long intervalNs = active.standing().intervalNs();
    long nextNs = lateNs < intervalNs ? active.nextAdvertAtNs() + intervalNs : nowNs + intervalNs;
    return Step.to(advertAt(active, nextNs), advert(active));
  }

  static Step heard(Active active, Heard heard, long nowNs) {
    int own = active.standing().advertised();
    if (heard.priority() == Advertisement.LEAVING) {
      return Step.to(
          advertAt(active, nowNs + active.standing().intervalNs()),
          advert(active),
          new AnnounceAddresses(AnnounceReason.OTHER_LEFT));
    }
    if (heard.priority() > own) {
      String why = active.standing().yielded() ? "handed over to " : "gives way to ";
      return Roles.giveWay(active, heard, nowNs, why + heard.sender());
    }
    return heard.priority() == own ? equal(active, heard, nowNs) : answer(active);
  }

  private static Step equal(Active active, Heard heard, long nowNs) {
    return switch (Tie.of(active, heard, nowNs)) {
      case Tie.Verdict.Stay _ -> answer(active);
      case Tie.Verdict.Leave _ ->
          Roles.giveWay(active, heard, nowNs, "gives way to its equal " + heard.sender());
      case Tie.Verdict.Wait(Contest contest) when active.contest() == null ->
          Step.to(in(contest, active), told(active, heard));
      case Tie.Verdict.Wait(Contest contest) -> Step.to(in(contest, active));
    };
  }

  /** RFC 9568 6.4.3: asserts itself at once; and neighbours may have learnt the other meanwhile. */
  private static Step answer(Active active) {
    return Step.to(active, advert(active), new AnnounceAddresses(AnnounceReason.LOWER_HEARD));
  }

  private static Told told(Active active, Heard heard) {
    return heard.priority() == Advertisement.OWNER
        ? new Told(Topic.SECOND_OWNER, heard.sender() + " says that it is the owner, too")
        : new Told(
            Topic.EQUAL_PRIORITY,
            heard.sender()
                + " serves with our priority; settled within "
                + millis(Tie.WINNER_INTERVALS * active.standing().intervalNs()));
  }

  static Active with(Active active, Standing standing) {
    return new Active(standing, active.nextAdvertAtNs(), active.contest());
  }

  /** The new interval begins at once if it is the shorter one. */
  static Active settingsChanged(Active active, ElectionSettings settings, long nowNs) {
    Standing standing = active.standing().with(settings);
    long nextNs = nowNs + standing.intervalNs();
    return new Active(
        standing,
        nextNs - active.nextAdvertAtNs() < 0 ? nextNs : active.nextAdvertAtNs(),
        active.contest());
  }

  private static Active in(Contest contest, Active active) {
    return new Active(active.standing(), active.nextAdvertAtNs(), contest);
  }

  private static Active advertAt(Active active, long atNs) {
    return new Active(active.standing(), atNs, active.contest());
  }

  private static SendAdvertisement advert(Active active) {
    return new SendAdvertisement(active.standing().advertised());
  }
}
