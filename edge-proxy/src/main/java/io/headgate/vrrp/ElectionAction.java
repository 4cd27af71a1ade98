package io.headgate.vrrp;

/** What the agent is to do, in the order given. */
public sealed interface ElectionAction {
  /** Send by every family of the group, with our own interval. */
  record SendAdvertisement(int priority) implements ElectionAction {}

  /** Put the addresses in place. The advertisement goes before, so that the old Active lets go. */
  record TakeAddresses() implements ElectionAction {}

  /** Take the addresses away, at once. */
  record ReleaseAddresses() implements ElectionAction {}

  /**
   * Gratuitous ARP and unsolicited neighbour advertisements, from the beginning of their schedule.
   */
  record AnnounceAddresses(AnnounceReason reason) implements ElectionAction {}

  /** For the event log. */
  record Told(Topic topic, String words) implements ElectionAction {}

  /** Why neighbours must learn anew where the addresses are. */
  enum AnnounceReason {
    TOOK_OVER,
    /** Another edge served as well and is told to stop: neighbours may have learnt it. */
    LOWER_HEARD,
    /** Another edge served as well and has stopped. */
    OTHER_LEFT
  }

  /** What kind of thing is told. */
  enum Topic {
    STATE,
    LATE,
    PREEMPT_DELAY,
    PEER_INTERVAL,
    SECOND_OWNER,
    EQUAL_PRIORITY,
    HANDOVER
  }
}
