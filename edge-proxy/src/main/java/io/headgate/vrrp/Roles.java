package io.headgate.vrrp;

import io.headgate.vrrp.ElectionAction.AnnounceAddresses;
import io.headgate.vrrp.ElectionAction.AnnounceReason;
import io.headgate.vrrp.ElectionAction.ReleaseAddresses;
import io.headgate.vrrp.ElectionAction.SendAdvertisement;
import io.headgate.vrrp.ElectionAction.TakeAddresses;
import io.headgate.vrrp.ElectionAction.Told;
import io.headgate.vrrp.ElectionAction.Topic;
import io.headgate.vrrp.ElectionState.Active;
import io.headgate.vrrp.ElectionState.Backup;
import io.headgate.vrrp.ElectionState.Hold;
import io.headgate.vrrp.ElectionState.Initialize;
import java.util.Map;
import java.util.OptionalLong;

/** The ways from one role to another, and what each asks for. */
final class Roles {
  private Roles() {}

  /** RFC 9568 6.4.1: startup. Also the way back from being unfit. */
  static Step start(Standing standing, long nowNs) {
    if (standing.priority() == Advertisement.LEAVING) {
      return Step.to(new Hold(standing), told("hold", "not fit to serve"));
    }
    if (standing.isOwner() && !standing.yielded()) {
      return takeOver(standing, nowNs, "owner of the addresses");
    }
    return Step.to(backup(standing, nowNs), told("backup", "listening for an active edge"));
  }

  /** The advertisement goes first, so that whoever served until now lets go. */
  static Step takeOver(Standing before, long nowNs, String why) {
    Standing standing = before.with(false);
    return Step.to(
        new Active(standing, nowNs + standing.intervalNs(), null),
        new SendAdvertisement(standing.advertised()),
        new TakeAddresses(),
        new AnnounceAddresses(AnnounceReason.TOOK_OVER),
        told("active", why));
  }

  /**
   * RFC 9568 6.4.3, an Active gives way. Its last advertisement is not in the RFC: the addresses
   * are gone by then, and the winner, who hears a lower one, announces them once more. Without it
   * neighbours may keep the loser's hardware address for as long as their caches last. It is said
   * again ({@link Echo}).
   */
  static Step giveWay(Active active, ElectionEvent.Heard heard, long nowNs, String why) {
    Standing standing = active.standing();
    return Step.to(
        rearmed(backup(standing, nowNs), heard, nowNs)
            .withEcho(standing.yielded() ? null : Echo.after(nowNs, standing.intervalNs())),
        new ReleaseAddresses(),
        new SendAdvertisement(standing.advertised()),
        told("backup", why));
  }

  /**
   * The thread did not run for so long that the others must have taken over. It listens before it
   * speaks for itself; but it says that it leaves, which demotes nobody, and makes whoever serves
   * announce once more, now that we no longer answer for the addresses.
   */
  static Step late(Active active, long nowNs, long lateNs) {
    Standing standing = active.standing();
    long listenNs = standing.listenNs(standing.intervalNs());
    return Step.to(
        backup(standing, nowNs).withDownAt(nowNs + listenNs),
        new ReleaseAddresses(),
        new SendAdvertisement(Advertisement.LEAVING),
        new Told(Topic.LATE, "was not running for " + millis(lateNs)),
        told("backup", "others may have taken over meanwhile; listening first"));
  }

  static Step leave(ElectionState next, String name, String why) {
    return Step.to(
        next,
        new ReleaseAddresses(),
        new SendAdvertisement(Advertisement.LEAVING),
        told(name, why));
  }

  static Step stop(ElectionState state) {
    Standing standing = state.standing().with(false);
    var next = new Initialize(standing);
    return switch (state) {
      case Initialize _ -> Step.to(state);
      case Active _ -> leave(next, "stopped", "asked to stop");
      case Backup _, Hold _ -> Step.to(next, told("stopped", "asked to stop"));
    };
  }

  /** A Backup that has heard nobody yet. */
  static Backup backup(Standing standing, long nowNs) {
    long intervalNs = standing.intervalNs();
    return new Backup(
        standing,
        intervalNs,
        nowNs + standing.downNs(intervalNs),
        nowNs + intervalNs,
        OptionalLong.empty(),
        Map.of(),
        null);
  }

  /** The Active lives: adopts its interval and waits for its silence, RFC 9568 6.4.2. */
  static Backup rearmed(Backup backup, ElectionEvent.Heard heard, long nowNs) {
    Map<Family, Leader> leaders = Leaders.after(backup.leaders(), heard, nowNs);
    Standing standing = backup.standing();
    long intervalNs =
        standing.settings().version() == 2
            ? standing.intervalNs()
            : Leaders.intervalNs(leaders, heard, nowNs);
    return new Backup(
        standing,
        intervalNs,
        nowNs + standing.downNs(intervalNs),
        nowNs + intervalNs,
        backup.preemptAtNs(),
        leaders,
        backup.echo());
  }

  static Told told(String role, String why) {
    return new Told(Topic.STATE, role + ": " + why);
  }

  static String millis(long ns) {
    return ns / 1_000_000 + " ms";
  }
}
