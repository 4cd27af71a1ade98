package io.headgate.vrrp;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;

/**
 * One host of the simulated LAN: a thread that reads its socket and then looks at its timer, as the
 * agent does. While paused it does neither; its socket buffer fills, or not, if the whole machine
 * stood still.
 */
abstract class Participant {
  private static final int SOCKET_BUFFER = 64;

  final int number;
  final Map<Family, InetAddress> sources;
  private final Queue<ElectionEvent.Heard> inbox = new ArrayDeque<>();
  boolean alive;
  boolean paused;
  boolean deaf;

  /** Until when it is known to sleep, by its own clock. */
  OptionalLong sleepsUntilNs = OptionalLong.empty();

  /** How far its clock is ahead of the simulation's. */
  long clockAheadNs;

  Participant(int number, Map<Family, InetAddress> sources) {
    this.number = number;
    this.sources = sources;
  }

  abstract void start(long nowNs);

  abstract void crash();

  abstract void heard(ElectionEvent.Heard heard, long nowNs);

  abstract void timeReached(long nowNs);

  /** By its own clock. */
  abstract OptionalLong wakeAtNs();

  abstract boolean owns(Family family);

  /** Whether it would serve if nobody else did. */
  abstract boolean isFit();

  boolean is(Participant other) {
    return number == other.number;
  }

  boolean isUp() {
    return alive && !paused;
  }

  void receive(ElectionEvent.Heard heard) {
    if (alive && !deaf && inbox.size() < SOCKET_BUFFER) {
      inbox.add(heard);
    }
  }

  void run(long trueNowNs) {
    if (!isUp()) {
      return;
    }
    long nowNs = trueNowNs + clockAheadNs;
    for (ElectionEvent.Heard heard = inbox.poll(); heard != null; heard = inbox.poll()) {
      heard(heard, nowNs);
    }
    OptionalLong wakeAtNs = wakeAtNs();
    if (wakeAtNs.isPresent() && nowNs - wakeAtNs.getAsLong() >= 0) {
      timeReached(nowNs);
    }
  }

  void forget() {
    inbox.clear();
    alive = false;
    paused = false;
    deaf = false;
  }

  /** Of its own addresses, those that a peer link might know. */
  Set<InetAddress> addresses() {
    return Set.copyOf(sources.values());
  }
}
