package io.headgate.health;

import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeTarget;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Every target, and what is to be done about it next: start its probe, or end the one that runs.
 * Never more than one probe per target, nor more than {@code atOnce} in all, and fewer while this
 * host is overstrained.
 *
 * <p>Owned by the monitor's thread; times are of {@code System.nanoTime}.
 */
final class ProbeQueue {
  /** So many run even on a host that can do next to nothing. */
  static final int LEAST_AT_ONCE = 16;

  private final int atOnce;
  private final LagGuard lag;
  private final RandomGenerator random;
  private final Function<ProbeTarget, Probe> launch;
  private final Map<ProbeTarget, ProbeStatus> statuses;
  private final Map<ProbeTarget, Turn> turns = new HashMap<>();
  private final Map<Probe, Turn> running = new HashMap<>();
  private final TreeSet<Turn> byTime = new TreeSet<>();
  private final ArrayDeque<Turn> waiting = new ArrayDeque<>();
  private int allowed;
  private long turnsEver;
  private boolean changed;

  /**
   * @param launch starts a probe, whose outcome comes back by {@link #ended}
   * @param statuses where every target's status is kept for others to read
   */
  ProbeQueue(
      int atOnce,
      LagGuard lag,
      RandomGenerator random,
      Function<ProbeTarget, Probe> launch,
      Map<ProbeTarget, ProbeStatus> statuses) {
    this.atOnce = atOnce;
    this.allowed = atOnce;
    this.lag = lag;
    this.random = random;
    this.launch = launch;
    this.statuses = statuses;
  }

  /** From now on exactly these; the others are forgotten, and their probes ended. */
  void follow(Set<ProbeTarget> targets, long nowNs) {
    List<ProbeTarget> gone = turns.keySet().stream().filter(t -> !targets.contains(t)).toList();
    gone.forEach(this::forget);
    // Asked again it must not be taken to have answered: another may stand in its place.
    changed |= gone.stream().anyMatch(target -> target.kind().asksForProxy());
    List<ProbeTarget> added = targets.stream().filter(t -> !turns.containsKey(t)).toList();
    for (ProbeTarget target : added) {
      var turn = new Turn(target, turnsEver++);
      turns.put(target, turn);
      statuses.put(target, ProbeStatus.NONE);
      Duration delay = ProbeSchedule.first(added.size(), target, random.nextDouble());
      wakeAt(turn, nowNs + delay.toNanos());
    }
  }

  /** Does what is due. */
  void advance(long nowNs) {
    boolean overstrained = false;
    while (!byTime.isEmpty() && byTime.first().wakeNs - nowNs <= 0) {
      Turn turn = byTime.pollFirst();
      Probe probe = turn.probe;
      if (probe == null) {
        waiting.add(turn);
      } else {
        overstrained |= !expire(turn, probe, nowNs);
      }
    }
    if (overstrained) {
      strain();
    }
    while (!waiting.isEmpty() && running.size() < allowed) {
      start(waiting.remove(), nowNs);
    }
  }

  /** A probe has come to its end by itself; one that has expired by now is not listened to. */
  void ended(Probe probe, ProbeOutcome outcome, long nowNs) {
    Turn turn = running.remove(probe);
    if (turn == null) {
      return;
    }
    byTime.remove(turn);
    switch (outcome) {
      case ProbeOutcome.Answered(var answer) -> settle(turn, answer, nowNs);
      case ProbeOutcome.NotAsked _ -> {
        strain();
        repeat(turn, nowNs);
      }
    }
  }

  /** When {@link #advance} has something to do, as far as time alone brings it about. */
  OptionalLong nextNs() {
    return byTime.isEmpty() ? OptionalLong.empty() : OptionalLong.of(byTime.first().wakeNs);
  }

  boolean busy() {
    return !running.isEmpty();
  }

  /** Anything that decides has changed since {@link #takeChanged}. */
  boolean changed() {
    return changed;
  }

  boolean takeChanged() {
    boolean was = changed;
    changed = false;
    return was;
  }

  private void start(Turn turn, long nowNs) {
    Probe probe = launch.apply(turn.target);
    turn.probe = probe;
    turn.startedNs = nowNs;
    running.put(probe, turn);
    wakeAt(turn, nowNs + turn.target.timeout().toNanos());
  }

  /** False where the probe's time was not its own, and nothing can be said. */
  private boolean expire(Turn turn, Probe probe, long nowNs) {
    running.remove(probe);
    probe.expire();
    if (lag.slowWithin(turn.startedNs, nowNs)) {
      repeat(turn, nowNs);
      return false;
    }
    settle(turn, probe.timedOut(), nowNs);
    return true;
  }

  /**
   * This host cannot carry so many probes: half as many finish in time where twice as many would
   * all be given up half-way and repeated. Every probe that counts allows one more again.
   */
  private void strain() {
    allowed = Math.max(Math.min(LEAST_AT_ONCE, atOnce), allowed / 2);
  }

  private void settle(Turn turn, ProbeAnswer answer, long nowNs) {
    ProbeStatus before = statuses.getOrDefault(turn.target, ProbeStatus.NONE);
    ProbeStatus after = ProbeTally.after(before, answer);
    statuses.put(turn.target, after);
    changed |= ProbeTally.differ(before, after);
    allowed = Math.min(atOnce, allowed + 1);
    rest(turn, ProbeSchedule.afterAnswer(after, turn.target, random.nextDouble()), nowNs);
  }

  private void repeat(Turn turn, long nowNs) {
    rest(turn, ProbeSchedule.again(turn.target, random.nextDouble()), nowNs);
  }

  /** Until so long after the start of the last probe, which may have been long ago. */
  private void rest(Turn turn, Duration fromStart, long nowNs) {
    turn.probe = null;
    long wakeNs = turn.startedNs + fromStart.toNanos();
    wakeAt(turn, wakeNs - nowNs > 0 ? wakeNs : nowNs);
  }

  private void wakeAt(Turn turn, long wakeNs) {
    turn.wakeNs = wakeNs;
    byTime.add(turn);
  }

  private void forget(ProbeTarget target) {
    Turn turn = turns.remove(target);
    statuses.remove(target);
    if (turn == null) {
      return;
    }
    byTime.remove(turn);
    waiting.remove(turn);
    Probe probe = turn.probe;
    if (probe != null) {
      running.remove(probe);
      probe.expire();
    }
  }

  /** One target between two acts: resting while {@code probe} is null, otherwise being asked. */
  private static final class Turn implements Comparable<Turn> {
    private final ProbeTarget target;
    private final long number;
    private @Nullable Probe probe;
    private long startedNs;
    private long wakeNs; // not to be changed while in byTime

    private Turn(ProbeTarget target, long number) {
      this.target = target;
      this.number = number;
    }

    @Override
    public int compareTo(Turn other) {
      int byTime = Long.signum(wakeNs - other.wakeNs);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }
}
