package io.headgate.app;

import io.headgate.admin.CheckView;
import io.headgate.model.Addresses;
import io.headgate.takeover.peer.LifelineState;
import io.headgate.takeover.peer.PeerStatus;
import java.util.Optional;

/** What is wrong with the link to a peer. Pure. */
final class PeerFindings {
  private PeerFindings() {}

  static Optional<CheckView> of(PeerStatus peer) {
    String who = who(peer);
    return switch (peer.verdict()) {
      case LEAVING -> Optional.empty();
      case ALIVE ->
          peer.lifeline() != LifelineState.UNREACHED
              ? Optional.empty()
              : warn(
                  who + " cannot be reached at its lifeline: its crash is seen some 30 ms later",
                  "does a firewall drop TCP port %d from here"
                      .formatted(peer.address().getPort() + 1));
      case GONE ->
          warn(
              who + ": its process has died, its host lives; nobody would take over from here",
              "over there: systemctl status headgate, journalctl -u headgate");
      case SILENT ->
          warn(
              who + " is silent since " + peer.since() + ": advertisements alone decide",
              "is that host on, is its network; then TCP port %d from here"
                  .formatted(peer.address().getPort()));
      case UNKNOWN -> warn(who + " was never met: " + whyNever(peer), advice(peer));
    };
  }

  /** As events and the doctor name it. */
  static String who(PeerStatus peer) {
    return "peer "
        + peer.name().map(name -> name + " at ").orElse("")
        + Addresses.text(peer.address());
  }

  private static String whyNever(PeerStatus peer) {
    if (peer.counters().otherKeys() > 0) {
      return "it has another key";
    }
    return peer.counters().refusedDials() > 0 ? "it refuses connections" : "no answer";
  }

  private static String advice(PeerStatus peer) {
    if (peer.counters().otherKeys() > 0) {
      return "copy this edge's takeover.peer-link.key-file there, and restart that edge";
    }
    return peer.counters().refusedDials() > 0
        ? "does an edge run there, with takeover.peer-link.listen = \"%s\""
            .formatted(Addresses.text(peer.address()))
        : "is the address right, is that host on, does a firewall drop TCP port %d"
            .formatted(peer.address().getPort());
  }

  private static Optional<CheckView> warn(String finding, String advice) {
    return Optional.of(CheckView.warn(TakeoverFindings.CHECK, finding, advice));
  }
}
