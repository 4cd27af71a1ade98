package io.headgate.bench.takeover;

import static io.headgate.testing.Eventually.eventually;

import io.headgate.bench.takeover.Contender.Edge;
import io.headgate.testing.ConnectProbe;
import io.headgate.testing.EdgeOnLan;
import io.headgate.testing.Eventually;
import io.headgate.testing.Lan;
import io.headgate.testing.ProbeRecord;
import io.headgate.testing.VirtualRouter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;

/** One fault, once: a fresh pair on a fresh switch. */
record Trial(Contender contender, Fault fault, Duration interval) {
  private static final Duration SPLIT = Duration.ofSeconds(5);
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofSeconds(90); // keepalived has been seen to need 45
  private static final Duration AGREEMENT = Duration.ofSeconds(5); // an address of the dead expires
  private static final Duration BEFORE = Duration.ofMillis(100); // so that a gap has a first answer
  private static final int STEADY = 100; // attempts: a second

  /**
   * What the client saw.
   *
   * @param gap the longest time from one answer to the next
   * @param lost attempts that were not answered
   * @param moves how often another edge answered than before
   * @param owners hosts that hold the address at the end
   */
  record Result(Duration gap, long lost, int moves, int owners) {}

  Result run(Random random, String peerKey) {
    InetAddress address = router(250).served().getFirst();
    try (Lan lan = Lan.open()) {
      Lan.Host first = lan.add("first");
      Lan.Host second = lan.add("second");
      Lan.Host client = lan.add("client");
      try (Edge owner = contender.start(first, second, router(250), peerKey);
          Edge backup = startAfter(owner, second, first, peerKey);
          ConnectProbe probe =
              ConnectProbe.start(client, new InetSocketAddress(address, EdgeOnLan.PORT))) {
        eventually(
            START,
            () ->
                require(
                    owner.owns() && backup.waits() && probe.record().endsServedBy("first", STEADY),
                    "the pair does not get ready"));
        pause(interval.multipliedBy(random.nextInt(1000)).dividedBy(1000));
        if (fault == Fault.HEAL) {
          first.cut();
          pause(SPLIT);
        }
        long faultNs = System.nanoTime();
        strike(first, owner);
        eventually(
            END,
            () ->
                require(settled(owner, backup, probe.record()), "the client is not served again"));
        ProbeRecord seen = probe.record().since(faultNs - BEFORE.toNanos());
        return new Result(
            seen.longestGap(), seen.failures(), seen.moves(), owners(address, first, second));
      }
    }
  }

  /** Whoever hands over is not to take back at once. */
  private VirtualRouter router(int priority) {
    VirtualRouter preempting = VirtualRouter.of(priority).every(interval);
    return fault == Fault.PLANNED ? preempting.unpreemptive() : preempting;
  }

  private Edge startAfter(Edge owner, Lan.Host host, Lan.Host peer, String peerKey) {
    eventually(START, () -> require(owner.owns(), "the first does not become the owner"));
    return contender.start(host, peer, router(200), peerKey);
  }

  private void strike(Lan.Host first, Edge owner) {
    switch (fault) {
      case CRASH -> first.crash();
      case CABLE -> first.cableOut();
      case CUT -> first.cut();
      case LEAVE -> owner.leave();
      case PLANNED -> owner.handOver();
      case PAUSE -> pauseFor(first, 1.5);
      case LONG_PAUSE -> pauseFor(first, 5);
      case HEAL -> first.heal();
    }
  }

  private void pauseFor(Lan.Host host, double downIntervals) {
    double skew = (256 - 200) / 256.0; // of the backup, RFC 9568 section 6.1
    host.pause();
    pause(Duration.ofNanos((long) (downIntervals * (3 + skew) * interval.toNanos())));
    host.resume();
  }

  private boolean settled(Edge owner, Edge backup, ProbeRecord seen) {
    return switch (fault) {
      case CRASH, CABLE, CUT, LEAVE, PLANNED -> seen.endsServedBy("second", STEADY);
      case PAUSE, LONG_PAUSE, HEAL ->
          owner.owns() && backup.waits() && seen.endsServedBy("first", STEADY);
    };
  }

  private int owners(InetAddress address, Lan.Host... hosts) {
    if (fault.endsTogether()) {
      long endNs = System.nanoTime() + AGREEMENT.toNanos();
      while (holding(address, hosts) != 1 && System.nanoTime() - endNs < 0) {
        pause(Duration.ofMillis(100));
      }
    }
    return holding(address, hosts);
  }

  private static int holding(InetAddress address, Lan.Host... hosts) {
    return (int) Stream.of(hosts).filter(host -> host.holds(address)).count();
  }

  private static void require(boolean held, String orElse) {
    if (!held) {
      throw new AssertionError(orElse);
    }
  }

  private static void pause(Duration time) {
    Eventually.pause(time);
  }
}
