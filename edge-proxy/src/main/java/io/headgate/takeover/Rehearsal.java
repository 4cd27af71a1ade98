package io.headgate.takeover;

import io.headgate.vrrp.ElectionSettings;
import io.headgate.vrrp.ElectionState;
import io.headgate.vrrp.Family;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a takeover does, once, without effect and before it matters: where code runs for the first
 * time it is linked, which takes a millisecond or two in each place. What goes by way of sockets is
 * {@link io.headgate.linux.TakeoverCalls}. On the vrrp thread.
 */
final class Rehearsal {
  private static final int NO_INTERFACE = 0; // nothing comes of changes there

  /** Never one of ours: RFC 5737. */
  private static final InetAddress NOBODYS = InetAddress.ofLiteral("192.0.2.0");

  private static final ElectionSettings ANY =
      new ElectionSettings(
          3, Duration.ofSeconds(1), 100, false, Duration.ZERO, Map.of(Family.IPV4, NOBODYS));

  private Rehearsal() {}

  static void play(Kernel kernel, PeerWords words, long nowNs) {
    Teller nobody = (_, _) -> {};
    new SecondChance("rehearsal", kernel, words, nobody).taken(ElectionState.initial(ANY), nowNs);
    var holding = new Holding(kernel, _ -> NO_INTERFACE, Optional.empty(), nobody);
    holding.want(Set.of(NOBODYS), nowNs);
    holding.take(false, nowNs);
    holding.turn(nowNs);
    holding.release();
  }
}
