package io.headgate.bench.takeover;

import static io.headgate.testing.Eventually.eventually;
import static io.headgate.testing.Eventually.pause;

import io.headgate.bench.takeover.Contender.Edge;
import io.headgate.testing.ConnectProbe;
import io.headgate.testing.EdgeOnLan;
import io.headgate.testing.Lan;
import io.headgate.testing.ProbeRecord;
import io.headgate.testing.VirtualRouter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;

/** Two edges of one contender and a client on a switch of their own: fault after fault. */
final class Pair implements AutoCloseable {
  private static final Duration SPLIT = Duration.ofSeconds(5);
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofSeconds(90); // keepalived has been seen to need 45
  private static final Duration AGREEMENT = Duration.ofSeconds(5); // an address of the dead expires
  private static final Duration BEFORE = Duration.ofMillis(100); // so that a gap has a first answer
  private static final int STEADY = 50; // attempts: half a second
  private static final int HEARD = 2; // intervals until the backup has surely heard the owner
  private static final Duration TOLD =
      Duration.ofSeconds(1); // and both the other's word by the link

  private final Contender contender;
  private final Duration interval;
  private final String peerKey;
  private final Lan lan = Lan.open();
  private final Lan.Host first = lan.add("first");
  private final Lan.Host second = lan.add("second");
  private final Lan.Host client = lan.add("client");
  private final InetAddress address;
  private Edge owner;
  private final Edge backup;

  private Pair(Contender contender, Duration interval, String peerKey) {
    this.contender = contender;
    this.interval = interval;
    this.peerKey = peerKey;
    this.address = router(250).served().getFirst();
    this.owner = startFirst();
    this.backup = contender.start(second, first, router(200), peerKey);
  }

  /**
   * Starts both; returns at once.
   *
   * @param peerKey of the peer link
   */
  static Pair start(Contender contender, Duration interval, String peerKey) {
    return new Pair(contender, interval, peerKey);
  }

  private VirtualRouter router(int priority) {
    return VirtualRouter.of(priority).every(interval);
  }

  private Edge startFirst() {
    return contender.start(first, second, router(250), peerKey);
  }

  /** Who owns the addresses while nothing is wrong. */
  Edge owner() {
    return owner;
  }

  /** How often either has changed its role. */
  int changes() {
    return owner.changes() + backup.changes();
  }

  /** Returns once the first owns, the second knows it, and both see each other as they are to. */
  void awaitReady() {
    eventually(
        START,
        () ->
            require(
                owner.owns() && backup.waits() && owner.isLinked() && backup.isLinked(),
                "the pair does not get ready"));
    Duration heard = interval.multipliedBy(HEARD);
    pause(heard.compareTo(TOLD) > 0 ? heard : TOLD);
  }

  /** One fault, once, from a whole pair to a whole pair. */
  Result meet(Fault fault, Random random) {
    awaitReady();
    if (fault == Fault.HEAL) {
      split();
    }
    try (ConnectProbe probe =
            ConnectProbe.start(client, new InetSocketAddress(address, EdgeOnLan.PORT));
        LiveConnection live =
            LiveConnection.open(client, new InetSocketAddress(address, Contender.LIVE_PORT))) {
      String serving = fault == Fault.HEAL ? "second" : "first";
      eventually(
          START,
          () ->
              require(
                  live.lives() && probe.record().endsServedBy(serving, STEADY),
                  "the " + serving + " does not serve"));
      pause(interval.multipliedBy(random.nextInt(1000)).dividedBy(1000));
      long faultNs = System.nanoTime();
      strike(fault);
      eventually(
          END, () -> require(settled(fault, probe.record()), "the client is not served again"));
      ProbeRecord seen = probe.record().since(faultNs - BEFORE.toNanos());
      int owners = owners(fault);
      return new Result(
          seen.longestGap(), seen.failures(), seen.moves(), owners, live.fate(faultNs));
    } finally {
      mend(fault);
    }
  }

  private void split() {
    first.cut();
    eventually(START, () -> require(second.holds(address), "the second does not take over"));
    pause(SPLIT);
  }

  private void strike(Fault fault) {
    switch (fault) {
      case CRASH -> first.crash();
      case CABLE -> first.cableOut();
      case CUT -> first.cut();
      case LEAVE -> owner.leave();
      case PLANNED -> owner.handOver();
      case PAUSE -> pauseFor(1.5);
      case LONG_PAUSE -> pauseFor(5);
      case HEAL -> first.heal();
    }
  }

  private void mend(Fault fault) {
    switch (fault) {
      case CRASH, LEAVE -> {
        owner.close();
        owner = startFirst();
      }
      case CABLE, CUT, HEAL -> first.heal();
      case PLANNED -> owner.takeBack();
      case PAUSE, LONG_PAUSE -> {}
    }
  }

  private void pauseFor(double downIntervals) {
    double skew = (256 - 200) / 256.0; // of the backup, RFC 9568 section 6.1
    first.pause();
    pause(Duration.ofNanos((long) (downIntervals * (3 + skew) * interval.toNanos())));
    first.resume();
  }

  private boolean settled(Fault fault, ProbeRecord seen) {
    return switch (fault) {
      case CRASH, CABLE, CUT, LEAVE, PLANNED -> seen.endsServedBy("second", STEADY);
      case PAUSE, LONG_PAUSE, HEAL ->
          owner.owns() && backup.waits() && seen.endsServedBy("first", STEADY);
    };
  }

  private int owners(Fault fault) {
    if (fault.endsTogether()) {
      long endNs = System.nanoTime() + AGREEMENT.toNanos();
      while (holding() != 1 && System.nanoTime() - endNs < 0) {
        pause(Duration.ofMillis(100));
      }
    }
    return holding();
  }

  private int holding() {
    return (int) Stream.of(first, second).filter(host -> host.holdsOnCable(address)).count();
  }

  private static void require(boolean held, String orElse) {
    if (!held) {
      throw new AssertionError(orElse);
    }
  }

  @Override
  public void close() {
    owner.close();
    backup.close();
    lan.close();
  }
}
