package io.headgate.vrrp;

import static io.headgate.vrrp.Roles.millis;

import io.headgate.vrrp.ElectionAction.SendAdvertisement;
import io.headgate.vrrp.ElectionAction.Told;
import io.headgate.vrrp.ElectionAction.Topic;
import io.headgate.vrrp.ElectionEvent.Heard;
import io.headgate.vrrp.ElectionEvent.PeerGone;
import io.headgate.vrrp.ElectionState.Backup;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** RFC 9568 6.4.2, with the preempt delay of keepalived and our own handover. */
final class WhileBackup {
  private WhileBackup() {}

  /** The Active_Down_Timer fires. */
  static Step timeReached(Backup backup, long nowNs) {
    return nowNs - backup.downAtNs() < 0
        ? Step.to(backup)
        : Roles.takeOver(backup.standing(), nowNs, whyDown(backup, nowNs));
  }

  /**
   * How long overdue we are if that is long enough to have missed others; else 0. What they sent
   * meanwhile may be lost, if the whole machine stood still.
   */
  static long awayNs(Backup backup, long nowNs) {
    long lateNs = nowNs - backup.awakeByNs();
    return lateNs >= backup.activeIntervalNs() / 2 ? lateNs : 0;
  }

  /** It was we who were silent, so the others get time to be heard. */
  static Step late(Backup backup, long nowNs, long lateNs) {
    long untilNs = nowNs + backup.standing().listenNs(backup.activeIntervalNs());
    return untilNs - backup.downAtNs() <= 0
        ? Step.to(backup.awake(nowNs))
        : Step.to(
            backup.awake(nowNs).withDownAt(untilNs),
            new Told(Topic.LATE, "was not running for " + millis(lateNs) + "; listening first"));
  }

  static Step heard(Backup backup, Heard heard, long nowNs) {
    int own = backup.standing().priority();
    if (heard.priority() == Advertisement.LEAVING
        || (heard.priority() == Advertisement.YIELDING && own > Advertisement.YIELDING)) {
      return leaving(backup, heard, nowNs);
    }
    if (heard.priority() >= own) {
      return follow(backup.withPreemptAt(OptionalLong.empty()), heard, nowNs);
    }
    return backup.standing().preempts()
        ? lower(backup, heard, nowNs)
        : follow(backup, heard, nowNs);
  }

  /** The best of several goes first, since its skew is the shortest. */
  static Step peerGone(Backup backup, PeerGone gone, long nowNs) {
    if (!Leaders.isGone(backup.leaders(), gone.addresses(), nowNs)) {
      return Step.to(backup);
    }
    return backup.standing().priority() > gone.nextPriority()
        ? Roles.takeOver(backup.standing(), nowNs, "the process of the active edge is gone")
        : Step.to(soonest(backup, nowNs));
  }

  /** The new interval is ours to wait by only while there is no Active to adopt one from. */
  static Backup settingsChanged(Backup backup, ElectionSettings settings, long nowNs) {
    Standing standing = backup.standing().with(settings);
    boolean adopted = settings.version() == 3 && !backup.leaders().isEmpty();
    return adopted ? backup.with(standing) : Roles.backup(standing, nowNs);
  }

  /**
   * Priority 0, or an edge that hands over: both ask for the best of the Backups. The RFC obeys
   * anybody's; one who only gave way to the Active that we hear must not call it dead.
   */
  private static Step leaving(Backup backup, Heard heard, long nowNs) {
    return Leaders.isOther(backup.leaders(), heard, nowNs)
        ? Step.to(backup)
        : Step.to(soonest(backup, nowNs).withEcho(null)); // the winner is none any more
  }

  /**
   * Active_Down_Timer = Skew_Time; a second word of the same, by the other family, delays nothing.
   */
  private static Backup soonest(Backup backup, long nowNs) {
    long atNs = nowNs + backup.standing().skewNs(backup.activeIntervalNs());
    return atNs - backup.downAtNs() < 0 ? backup.withDownAt(atNs) : backup;
  }

  /** The RFC discards it and lets the timer run on; the delay makes it count until it is over. */
  private static Step lower(Backup backup, Heard heard, long nowNs) {
    long delayNs = backup.standing().settings().preemptDelay().toNanos();
    if (delayNs == 0 || backup.standing().isOwner()) {
      return Step.to(noted(backup, heard, nowNs));
    }
    if (backup.preemptAtNs().isEmpty()) {
      Step step = follow(backup.withPreemptAt(OptionalLong.of(nowNs + delayNs)), heard, nowNs);
      return and(step, new Told(Topic.PREEMPT_DELAY, delayed(heard, delayNs)));
    }
    return nowNs - backup.preemptAtNs().getAsLong() < 0
        ? follow(backup, heard, nowNs)
        : Step.to(noted(backup, heard, nowNs));
  }

  private static Step follow(Backup backup, Heard heard, long nowNs) {
    Backup next = Roles.rearmed(backup, heard, nowNs);
    Standing standing = backup.standing();
    List<ElectionAction> actions = new ArrayList<>();
    Echo echo = backup.echo();
    if (echo != null && echo.isDue(nowNs) && isLowest(next, nowNs)) {
      next = next.withEcho(echo.next(nowNs, standing.intervalNs()));
      actions.add(new SendAdvertisement(standing.advertised()));
    }
    if (next.activeIntervalNs() != backup.activeIntervalNs()
        && next.activeIntervalNs() != standing.intervalNs()) {
      actions.add(
          new Told(
              Topic.PEER_INTERVAL,
              heard.sender()
                  + " advertises every "
                  + millis(heard.intervalNs())
                  + ", we would every "
                  + millis(standing.intervalNs())));
    }
    if (standing.isOwner() && heard.priority() == Advertisement.OWNER && !isLeader(backup, heard)) {
      actions.add(new Told(Topic.SECOND_OWNER, heard.sender() + " says that it is the owner, too"));
    }
    return new Step(next, actions);
  }

  /** What it says demotes nobody: whoever serves, in each family, was just heard to be higher. */
  private static boolean isLowest(Backup backup, long nowNs) {
    Standing standing = backup.standing();
    return backup.leaders().keySet().equals(standing.settings().sources().keySet())
        && backup.leaders().values().stream()
            .allMatch(leader -> leader.speaks(nowNs) && leader.priority() > standing.advertised());
  }

  private static boolean isLeader(Backup backup, Heard heard) {
    Leader known = backup.leaders().get(heard.family());
    return known != null && known.source().equals(heard.source());
  }

  /** Remembers who serves, and leaves the timer alone. */
  private static Backup noted(Backup backup, Heard heard, long nowNs) {
    return backup.with(Leaders.after(backup.leaders(), heard, nowNs));
  }

  private static Step and(Step step, ElectionAction action) {
    List<ElectionAction> actions = new ArrayList<>(step.actions());
    actions.add(action);
    return new Step(step.next(), actions);
  }

  private static String delayed(Heard heard, long delayNs) {
    return heard.sender() + " serves with a lower priority; left to it for " + millis(delayNs);
  }

  private static String whyDown(Backup backup, long nowNs) {
    return backup.leaders().values().stream()
        .max((one, other) -> Long.signum(one.heardAtNs() - other.heardAtNs()))
        .map(leader -> whyDown(backup, leader, nowNs))
        .orElse("no active edge heard");
  }

  private static String whyDown(Backup backup, Leader leader, long nowNs) {
    String name = leader.source().getHostAddress() + " (priority " + leader.priority() + ")";
    return leader.isFresh(nowNs) && leader.priority() < backup.standing().priority()
        ? "in place of " + name
        : name + " was last heard " + millis(nowNs - leader.heardAtNs()) + " ago";
  }
}
