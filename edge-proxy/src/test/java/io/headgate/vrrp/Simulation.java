package io.headgate.vrrp;

import static java.util.Comparator.comparingLong;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/**
 * Edges on a LAN that goes wrong in every way that its seed says, in virtual time.
 *
 * <p>A link, one way and of one family, is up or cut. While it is up it loses at most one packet in
 * a row, delays within {@code delayNs}, duplicates and so reorders. Edges hear each other while
 * every one hears every other one by some family (by both, if one of them is two machines).
 * Everything else that happens to them is a disturbance. After the last disturbance, while the
 * edges that run hear each other, there are
 *
 * <ul>
 *   <li>never two owners for longer than {@link #twoBoundNs}: 3 I, for an Active that must give way
 *       hears one of two advertisements; and 12 I if priorities may be equal and families may
 *       disagree: the longest patience of {@link Tie}, 7 I, and two advertisements, of which one is
 *       heard, at its beginning and end.
 *   <li>never none for longer than {@link #noneBoundNs}: 5 I, which is the longest down interval (3
 *       I and a skew of up to I), and the rest for delay and lateness.
 * </ul>
 *
 * where I is the longest interval.
 */
final class Simulation {
  private static final int LOG_LINES = 60;

  final Random random;
  final List<Participant> participants = new ArrayList<>();
  final List<Family> families;
  final long intervalNs;
  private final long delayNs;
  private final PriorityQueue<Happening> agenda =
      new PriorityQueue<>(
          comparingLong(Happening::atNs).thenComparing(comparingLong(Happening::order)));
  private final Set<Link> cut = new HashSet<>();
  private final Map<Link, Boolean> lostLast = new HashMap<>();
  private final Map<Family, Long> noneSinceNs = new EnumMap<>(Family.class);
  private final Map<Family, Long> manySinceNs = new EnumMap<>(Family.class);
  private final Deque<String> log = new ArrayDeque<>();
  private long order;
  private long nowNs;
  private long calmSinceNs;
  int changesOfOwner;
  private long owned;

  /** Where the monotonic clock starts is nobody's business: here it wraps during the run. */
  Simulation(Random random, List<Family> families, long intervalNs, long shortestNs) {
    this.random = random;
    this.families = families;
    this.intervalNs = intervalNs;
    this.delayNs = shortestNs / 8;
  }

  private record Happening(long atNs, long order, Runnable what) {}

  private record Link(int from, int to, Family family) {}

  void at(long delayNs, Runnable what) {
    agenda.add(new Happening(nowNs + delayNs, order++, what));
  }

  void disturb(long delayNs, String what, Runnable action) {
    at(
        delayNs,
        () -> {
          note(what);
          action.run();
          calmSinceNs = nowNs;
        });
  }

  void note(String line) {
    log.add(nowNs / 1000 + " us: " + line);
    if (log.size() > LOG_LINES) {
      log.remove();
    }
  }

  long nowNs() {
    return nowNs;
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  long upTo(long ns) {
    return random.nextLong(ns + 1);
  }

  void cut(int from, int to, Family family, boolean isCut) {
    var link = new Link(from, to, family);
    if (isCut) {
      cut.add(link);
    } else {
      cut.remove(link);
    }
  }

  void healAll() {
    cut.clear();
  }

  void send(Participant from, Family family, Advertisement advertisement) {
    InetAddress source = from.sources.get(family);
    if (source == null) {
      throw new AssertionError("no " + family + " at " + from.number);
    }
    ElectionEvent.Heard heard =
        Adverts.heard(source, advertisement.priority(), advertisement.interval());
    for (Participant to : participants) {
      if (!to.is(from)) {
        deliver(from, to, family, heard);
      }
    }
  }

  private void deliver(Participant from, Participant to, Family family, ElectionEvent.Heard heard) {
    var link = new Link(from.number, to.number, family);
    if (cut.contains(link)) {
      return;
    }
    boolean lost = chance(0.1) && !lostLast.getOrDefault(link, false);
    lostLast.put(link, lost);
    if (lost) {
      return;
    }
    for (int copies = chance(0.05) ? 2 : 1; copies > 0; copies--) {
      at(
          upTo(delayNs),
          () -> {
            to.receive(heard);
            to.run(nowNs);
            wakeLater(to);
          });
    }
  }

  void startLater(Participant participant, long delayNs) {
    disturb(
        delayNs,
        "start " + participant.number,
        () -> {
          if (!participant.alive) {
            participant.start(nowNs + participant.clockAheadNs);
            wakeLater(participant);
          }
        });
  }

  /** The thread wakes a little late, as threads do. */
  void wakeLater(Participant participant) {
    OptionalLong wakeAtNs = participant.wakeAtNs();
    if (!participant.isUp() || wakeAtNs.isEmpty() || wakeAtNs.equals(participant.sleepsUntilNs)) {
      return;
    }
    participant.sleepsUntilNs = wakeAtNs;
    long trueNs = wakeAtNs.getAsLong() - participant.clockAheadNs;
    long waitNs = Math.max(0, trueNs - nowNs) + upTo(delayNs / 8);
    at(
        waitNs,
        () -> {
          if (wakeAtNs.equals(participant.sleepsUntilNs)) {
            participant.sleepsUntilNs = OptionalLong.empty();
            participant.run(nowNs);
            wakeLater(participant);
          }
        });
  }

  /** Runs what is due until {@code untilNs}, and asserts after each. */
  void runUntil(long untilNs) {
    for (Happening next = agenda.peek(); next != null; next = agenda.peek()) {
      if (next.atNs() > untilNs) {
        break;
      }
      agenda.remove();
      nowNs = next.atNs();
      next.what().run();
      check();
    }
    nowNs = untilNs;
    check();
  }

  private void check() {
    countChanges();
    if (!hearEachOther()) {
      calmSinceNs = nowNs;
    }
    for (Family family : families) {
      int owners = 0;
      boolean anyFit = false;
      for (Participant participant : participants) {
        owners += participant.isUp() && participant.owns(family) ? 1 : 0;
        anyFit |= participant.isUp() && participant.isFit();
      }
      since(noneSinceNs, family, owners == 0 && anyFit, noneBoundNs(), "no owner of ");
      since(manySinceNs, family, owners > 1, twoBoundNs(), owners + " owners of ");
    }
  }

  private void countChanges() {
    long owns = 0;
    for (Participant participant : participants) {
      for (Family family : families) {
        owns = (owns << 1) | (participant.owns(family) ? 1 : 0);
      }
    }
    if (owns != owned) {
      changesOfOwner++;
      owned = owns;
    }
  }

  private void since(
      Map<Family, Long> sinceNs, Family family, boolean holds, long boundNs, String what) {
    if (!holds) {
      sinceNs.remove(family);
      return;
    }
    long fromNs = Math.max(sinceNs.computeIfAbsent(family, _ -> nowNs), calmSinceNs);
    if (nowNs - fromNs > boundNs) {
      fail(what + family + " for " + (nowNs - fromNs) / intervalNs + " intervals");
    }
  }

  void fail(String what) {
    List<String> states = new ArrayList<>();
    for (Participant participant : participants) {
      states.add(
          participant instanceof SimulatedEdge edge
              ? participant.number + " " + edge.state
              : participant.number + " keepalived " + participant.owns(families.getFirst()));
    }
    throw new AssertionError(
        what
            + " at "
            + nowNs / 1000
            + " us\n"
            + String.join("\n", states)
            + "\ncut "
            + cut
            + "\n"
            + String.join("\n", log));
  }

  List<Participant> owners(Family family) {
    return participants.stream().filter(p -> p.isUp() && p.owns(family)).toList();
  }

  private boolean hearEachOther() {
    if (cut.isEmpty()) {
      return true;
    }
    for (Participant one : participants) {
      for (Participant other : participants) {
        if (!one.is(other) && one.isUp() && other.isUp() && !hears(one, other)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean hears(Participant one, Participant other) {
    boolean two = participants.stream().anyMatch(SimulatedKeepalived.class::isInstance);
    long up =
        families.stream()
            .filter(family -> !cut.contains(new Link(one.number, other.number, family)))
            .count();
    return two ? up == families.size() : up > 0;
  }

  long twoBoundNs() {
    return (families.size() > 1 ? 12 : 3) * intervalNs;
  }

  long noneBoundNs() {
    return 5 * intervalNs;
  }
}
