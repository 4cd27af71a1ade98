package io.headgate.takeover.peer;

import io.headgate.takeover.peer.WatchAction.Dial;
import io.headgate.takeover.peer.WatchAction.Drop;
import io.headgate.takeover.peer.WatchAction.Ping;
import io.headgate.takeover.peer.WatchEvent.DialFailed;
import io.headgate.takeover.peer.WatchEvent.DialFailure;
import io.headgate.takeover.peer.WatchEvent.Died;
import io.headgate.takeover.peer.WatchEvent.End;
import io.headgate.takeover.peer.WatchEvent.Ended;
import io.headgate.takeover.peer.WatchEvent.Ending;
import io.headgate.takeover.peer.WatchEvent.Heard;
import io.headgate.takeover.peer.WatchEvent.Met;
import io.headgate.takeover.peer.WatchEvent.SaidGoodbye;
import io.headgate.takeover.peer.WatchEvent.Started;
import io.headgate.takeover.peer.WatchEvent.Ticked;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one peer's connections say about its process: events in, actions and a verdict out. It has
 * no clock and no socket; the same events give the same answers. Owned by one thread.
 *
 * <p>A connection that closes without a goodbye starts a probe: a dial at once. Only if that is
 * refused the process has gone, and only if our dials had reached this very process before, and if
 * no other connection with it still answers: a listener can be taken away, or hidden by a firewall,
 * from a process that lives. A dial that is accepted proves nothing until a hello comes: the kernel
 * of a dying process closes its sockets one by one, and its backlog may still take a connection
 * that is reset in the next moment; so it is tried again. A probe without a result leaves it to
 * VRRP. Sooner than the connections a {@link LifelineWatch} may say that the process has died; of
 * one that answers after all, it is not believed.
 */
final class PeerWatch {
  /** Pauses before the second to fifth try of a probe: 100 ms in all. */
  private static final List<Long> PROBE_PAUSES_MS = List.of(1L, 9L, 30L, 60L);

  /** Woken so much too late, it is us who were away, and nothing is the peer's silence. */
  private static final long LATE_NS = 200_000_000;

  private static final long NS_PER_MS = 1_000_000;

  private final PeerTimings timings;
  private final Map<End, Link> links =
      new EnumMap<>(Map.of(End.DIALLED, new Link(), End.ACCEPTED, new Link()));
  private List<WatchAction> actions = new ArrayList<>();

  private Verdict verdict = Verdict.UNKNOWN;
  private OptionalLong startId = OptionalLong.empty();
  private OptionalLong formerStartId = OptionalLong.empty();
  private Optional<GoodbyeReason> leaving = Optional.empty();

  /** Our dials reach this process. */
  private boolean proven;

  /** That it has gone is the word of its lifeline; its listener has refused nobody. */
  private boolean unseen;

  private boolean dialling;
  private long dialBeganNs;
  private long dialAtNs;
  private int dialsInVain;
  private Probe probe = new Probe.None();
  private OptionalLong wakeAtNs = OptionalLong.empty();

  PeerWatch(PeerTimings timings) {
    this.timings = timings;
  }

  private static final class Link {
    private boolean up;
    private long heardAtNs;
    private long pingAtNs;
  }

  /** The question whether the process has gone. */
  private sealed interface Probe {
    /** Not asked. */
    record None() implements Probe {}

    /**
     * @param tries that came to nothing
     */
    record Dials(long beganNs, int tries) implements Probe {}

    /** Refused, and a connection is still open: it has until then to answer. */
    record Witness(long untilNs) implements Probe {}
  }

  /** What is to be done now, in this order. Time never runs backwards. */
  List<WatchAction> on(WatchEvent event) {
    actions = new ArrayList<>();
    long nowNs = event.nowNs();
    excuseLateness(nowNs);
    switch (event) {
      case Started _ -> dialAtNs = nowNs;
      case Met(_, var end, var id) -> met(nowNs, end, id);
      case Heard(_, var end, var answers) -> heard(nowNs, end, answers);
      case SaidGoodbye(_, var end, var reason) -> saidGoodbye(end, reason);
      case Ended(_, var end, var how) -> ended(nowNs, end, how);
      case DialFailed(_, var why) -> dialFailed(nowNs, why);
      case Died(_, var id) -> died(nowNs, id);
      case Ticked _ -> {}
    }
    doWhatIsDue(nowNs);
    wakeAtNs = nextWakeNs();
    return actions;
  }

  Verdict verdict() {
    return verdict;
  }

  /** Why it leaves, where it has said so. */
  Optional<GoodbyeReason> leaving() {
    return leaving;
  }

  /** Of the process that was met last. */
  OptionalLong startId() {
    return startId;
  }

  /** Another process of the peer has followed the one with this id: it is not to be met again. */
  boolean isFormer(long id) {
    return formerStartId.isPresent() && formerStartId.getAsLong() == id;
  }

  /** When to tick next; empty: not before another event. */
  OptionalLong wakeAtNs() {
    return wakeAtNs;
  }

  private void met(long nowNs, End end, long id) {
    if (startId.isEmpty() || startId.getAsLong() != id) {
      becomeAnotherProcess(end, id);
    }
    Link link = link(end);
    link.up = true;
    link.heardAtNs = nowNs;
    link.pingAtNs = nowNs;
    switch (end) {
      case DIALLED -> {
        dialling = false;
        dialsInVain = 0;
        proven = true;
        probe = new Probe.None();
      }
      case ACCEPTED -> {
        if (!dialling && probe instanceof Probe.None) {
          dialsInVain = 0;
          dialAtNs = nowNs;
        }
      }
    }
    verdict = leaving.isPresent() ? Verdict.LEAVING : Verdict.ALIVE;
  }

  private void becomeAnotherProcess(End end, long id) {
    formerStartId = startId;
    startId = OptionalLong.of(id);
    leaving = Optional.empty();
    proven = false;
    unseen = false;
    probe = new Probe.None();
    if (link(end.other()).up) {
      drop(end.other());
    }
  }

  private void heard(long nowNs, End end, boolean answersLastPing) {
    Link link = link(end);
    if (!link.up) {
      return;
    }
    link.heardAtNs = nowNs;
    boolean witness = probe instanceof Probe.Witness;
    if (answersLastPing && (witness || verdict == Verdict.GONE)) {
      // It lives, though its listener is out of reach: a refusal no longer says anything.
      proven = unseen;
      unseen = false;
      if (witness) {
        probe = new Probe.None();
        dialLater(nowNs);
      }
      verdict = Verdict.ALIVE;
    }
  }

  private void saidGoodbye(End end, GoodbyeReason reason) {
    if (link(end).up) {
      leaving = Optional.of(reason);
      probe = new Probe.None();
      verdict = Verdict.LEAVING;
    }
  }

  private void ended(long nowNs, End end, Ending how) {
    Link link = link(end);
    if (!link.up) {
      return;
    }
    link.up = false;
    if (leaving.isPresent()) {
      dialLater(nowNs);
    } else if (probe instanceof Probe.Witness) {
      if (noneIsUp()) {
        conclude(nowNs, how == Ending.CLOSED ? Verdict.GONE : Verdict.SILENT);
      }
    } else if (probe instanceof Probe.None) {
      dialAtNs = nowNs;
      if (how == Ending.CLOSED && proven && verdict == Verdict.ALIVE) {
        probe = new Probe.Dials(nowNs, 0);
      } else {
        silentIfNoneIsUp();
      }
    }
  }

  private void dialFailed(long nowNs, DialFailure why) {
    dialling = false;
    switch (probe) {
      case Probe.Dials(var beganNs, _) when dialBeganNs - beganNs < 0 -> dialAtNs = nowNs;
      case Probe.Dials dials -> probeFailed(nowNs, dials, why);
      case Probe.None _, Probe.Witness _ -> {
        dialLater(nowNs);
        switch (why) {
          case REFUSED -> proven &= noneIsUp();
          case CUT_SHORT -> {} // what is left of a process that has gone
          case TIMED_OUT, UNREACHABLE, OTHER_KEY, MISDIRECTED -> goneNoLonger();
        }
      }
    }
  }

  private void probeFailed(long nowNs, Probe.Dials dials, DialFailure why) {
    switch (why) {
      case REFUSED -> {
        if (noneIsUp()) {
          conclude(nowNs, Verdict.GONE);
        } else {
          probe = new Probe.Witness(nowNs + timings.witnessWithin().toNanos());
          askWhoIsUp();
        }
      }
      case CUT_SHORT -> {
        if (dials.tries() < PROBE_PAUSES_MS.size()) {
          dialAtNs = nowNs + PROBE_PAUSES_MS.get(dials.tries()) * NS_PER_MS;
          probe = new Probe.Dials(dials.beganNs(), dials.tries() + 1);
        } else {
          withoutResult(nowNs);
        }
      }
      case TIMED_OUT, UNREACHABLE, OTHER_KEY, MISDIRECTED -> withoutResult(nowNs);
    }
  }

  /** The connections are still open, for the kernel closes them later; one may yet answer. */
  private void died(long nowNs, long id) {
    if (verdict == Verdict.ALIVE && startId.isPresent() && startId.getAsLong() == id) {
      conclude(nowNs, Verdict.GONE);
      unseen = true;
      askWhoIsUp();
    }
  }

  private void askWhoIsUp() {
    for (End end : End.values()) {
      if (link(end).up) {
        actions.add(new Ping(end));
      }
    }
  }

  private void withoutResult(long nowNs) {
    conclude(nowNs, noneIsUp() ? Verdict.SILENT : verdict);
  }

  private void conclude(long nowNs, Verdict result) {
    probe = new Probe.None();
    verdict = result;
    dialLater(nowNs);
  }

  /** The host can no longer be said to live, or the port is somebody's again. */
  private void goneNoLonger() {
    if (verdict == Verdict.GONE) {
      verdict = Verdict.SILENT;
    }
  }

  private void silentIfNoneIsUp() {
    if (verdict == Verdict.ALIVE && noneIsUp()) {
      verdict = Verdict.SILENT;
    }
  }

  private void doWhatIsDue(long nowNs) {
    dropSilent(nowNs);
    if (probe instanceof Probe.Witness(var untilNs) && nowNs - untilNs >= 0) {
      conclude(nowNs, Verdict.GONE);
    }
    Link dialled = link(End.DIALLED);
    if (dialled.up && nowNs - dialled.pingAtNs >= 0) {
      dialled.pingAtNs = nowNs + timings.pingEvery().toNanos();
      actions.add(new Ping(End.DIALLED));
    }
    if (wantsDial() && nowNs - dialAtNs >= 0) {
      dialling = true;
      dialBeganNs = nowNs;
      actions.add(new Dial());
    }
  }

  private void dropSilent(long nowNs) {
    for (End end : End.values()) {
      Link link = link(end);
      if (link.up && nowNs - silentAtNs(link) >= 0) {
        drop(end);
        if (probe instanceof Probe.None) {
          dialAtNs = nowNs;
          silentIfNoneIsUp();
        }
      }
    }
  }

  private void drop(End end) {
    link(end).up = false;
    actions.add(new Drop(end));
  }

  private void dialLater(long nowNs) {
    long pauseNs = timings.redialAfter().toNanos() << Math.min(dialsInVain, 16);
    dialAtNs = nowNs + Math.min(pauseNs, timings.redialAtMost().toNanos());
    dialsInVain++;
  }

  private boolean wantsDial() {
    return !dialling
        && switch (probe) {
          case Probe.None _ -> !link(End.DIALLED).up;
          case Probe.Dials _ -> true;
          case Probe.Witness _ -> false;
        };
  }

  private OptionalLong nextWakeNs() {
    List<Long> wakes = new ArrayList<>();
    for (Link link : links.values()) {
      if (link.up) {
        wakes.add(silentAtNs(link));
      }
    }
    if (link(End.DIALLED).up) {
      wakes.add(link(End.DIALLED).pingAtNs);
    }
    if (wantsDial()) {
      wakes.add(dialAtNs);
    }
    if (probe instanceof Probe.Witness(var untilNs)) {
      wakes.add(untilNs);
    }
    // Compared by difference: right even when nanoTime wraps.
    return wakes.stream()
        .reduce((one, other) -> one - other <= 0 ? one : other)
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  private void excuseLateness(long nowNs) {
    if (wakeAtNs.isEmpty() || nowNs - wakeAtNs.getAsLong() < LATE_NS) {
      return;
    }
    long lateNs = nowNs - wakeAtNs.getAsLong();
    links.values().forEach(link -> link.heardAtNs += lateNs);
    if (probe instanceof Probe.Witness(var untilNs)) {
      probe = new Probe.Witness(untilNs + lateNs);
    }
  }

  private long silentAtNs(Link link) {
    return link.heardAtNs + timings.silentAfter().toNanos();
  }

  private boolean noneIsUp() {
    return links.values().stream().noneMatch(link -> link.up);
  }

  private Link link(End end) {
    return links.computeIfAbsent(end, _ -> new Link());
  }
}
