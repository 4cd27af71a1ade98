package io.headgate.vrrp;

import java.net.InetAddress;
import java.util.Set;

/** What the agent tells an election. What has no meaning in a state changes nothing there. */
public sealed interface ElectionEvent {
  record Started() implements ElectionEvent {}

  /** Leave now, with priority 0. */
  record Stopped() implements ElectionEvent {}

  /**
   * An advertisement of another edge. The agent passes all that wait in its sockets before it says
   * that a time is reached.
   */
  record Heard(Family family, InetAddress source, Received.Valid valid) implements ElectionEvent {
    int priority() {
      return valid.advertisement().priority();
    }

    long intervalNs() {
      return valid.advertisement().interval().toNanos();
    }

    /** As an operator would name the sender. */
    String sender() {
      return source.getHostAddress() + " (priority " + priority() + ")";
    }
  }

  /** The clock has come to {@link ElectionState#wakeAtNs}. Too early does no harm. */
  record TimeReached() implements ElectionEvent {}

  /** How fit we are: 1..255, or 0 for leave and stay out until told otherwise. */
  record PriorityChanged(int priority) implements ElectionEvent {
    public PriorityChanged {
      Wire.checkRange("priority", priority, 0, 255);
    }
  }

  /** Reloaded. The role stays. */
  record SettingsChanged(ElectionSettings settings) implements ElectionEvent {}

  /**
   * A peer's process died while its host lives on: known by the peer link.
   *
   * @param addresses the sources of its advertisements, as far as known, of either family
   * @param nextPriority the highest priority among the other edges that still live, ourselves
   *     apart; 0 if there is none, 255 if that is unknown
   */
  record PeerGone(Set<InetAddress> addresses, int nextPriority) implements ElectionEvent {
    public PeerGone {
      addresses = Set.copyOf(addresses);
      Wire.checkRange("priority", nextPriority, 0, 255);
    }
  }

  /** Planned handover: go on serving until another edge does. */
  record Yield() implements ElectionEvent {}

  /** Takes a {@link Yield} back: keep serving, or preempt again as the settings say. */
  record Reclaim() implements ElectionEvent {}
}
