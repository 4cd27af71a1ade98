package io.headgate.vrrp;

import io.headgate.vrrp.ElectionState.Active;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * Which of two Actives of equal priority stays. RFC 9568 6.4.3 compares source addresses, but a
 * group speaks by two families, whose addresses may disagree, and each edge knows only by which it
 * hears. If each family decided for itself, two edges could both stay (each hears the other by the
 * family that it wins) or both go. Therefore:
 *
 * <ul>
 *   <li>By the first family of the group the address decides at once, as the RFC says.
 *   <li>By the second it decides only against a rival that goes on: who loses there leaves after
 *       {@value #LOSER_INTERVALS} intervals, who wins there leaves too after {@value
 *       #WINNER_INTERVALS}.
 * </ul>
 *
 * <p>Take A, who wins the first family, and B, and any way of hearing each other at all. B hears A
 * by the first: B goes at once. Else B hears by the second only, and A by the first (only): A never
 * goes, B goes after one of the two times. Else both hear by the second: the loser goes at the
 * first time, and the other then hears nothing more and stays, for the second time is longer than
 * twice the first. Nobody answers by the second family at once, or two who disagree would answer
 * each other without end.
 */
final class Tie {
  static final int LOSER_INTERVALS = 3;
  static final int WINNER_INTERVALS = 7;
  private static final int LAPSE_INTERVALS = 3;

  private Tie() {}

  /** What an equal means for an Active. */
  sealed interface Verdict {
    record Stay() implements Verdict {}

    record Leave() implements Verdict {}

    record Wait(Contest contest) implements Verdict {}
  }

  static Verdict of(Active active, ElectionEvent.Heard heard, long nowNs) {
    ElectionSettings settings = active.standing().settings();
    InetAddress own = settings.sources().get(heard.family());
    boolean wins = own != null && isHigher(own, heard.source());
    if (heard.family() == settings.families().getFirst()) {
      return wins ? new Verdict.Stay() : new Verdict.Leave();
    }
    long intervalNs = Math.max(active.standing().intervalNs(), heard.intervalNs());
    Contest contest = going(active, heard, intervalNs, nowNs);
    int patience = wins ? WINNER_INTERVALS : LOSER_INTERVALS;
    return nowNs - contest.sinceNs() >= patience * intervalNs
        ? new Verdict.Leave()
        : new Verdict.Wait(contest);
  }

  /** One contest at a time: a third edge's waits until the first is over. */
  private static Contest going(
      Active active, ElectionEvent.Heard heard, long intervalNs, long nowNs) {
    Contest contest = active.contest();
    if (contest == null || nowNs - contest.heardAtNs() > LAPSE_INTERVALS * intervalNs) {
      return new Contest(heard.source(), nowNs, nowNs);
    }
    return contest.rival().equals(heard.source())
        ? new Contest(contest.rival(), contest.sinceNs(), nowNs)
        : contest;
  }

  /** Unsigned, in network order, RFC 9568 6.4.3. */
  private static boolean isHigher(InetAddress one, InetAddress other) {
    return Arrays.compareUnsigned(one.getAddress(), other.getAddress()) > 0;
  }
}
