package io.headgate.takeover.peer;

/** What edges tell each other through the link. */
public sealed interface PeerMessage {
  /** The operator's orders of drain and maintenance that the sender knows. */
  record Orders(Payload payload) implements PeerMessage {}

  /** Entries of the sender's affinity table. */
  record Affinity(Payload payload) implements PeerMessage {}

  /**
   * Please take over: the sender wants to give up the addresses of a group.
   *
   * @param group its name, at most 255 bytes of UTF-8
   */
  record Handover(String group) implements PeerMessage {
    public Handover {
      Frames.checkName(group);
    }
  }
}
