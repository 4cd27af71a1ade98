package io.headgate.takeover.peer;

/** Who wants to know. Called on the peer link's thread, which it must not hold up. */
public interface PeerEvents {
  /** The verdict is another, or the same of another process. */
  void verdict(PeerStatus peer);

  /**
   * A connection with the peer's process is new: what is sent from now on reaches it, and nothing
   * that was sent before may have.
   */
  void reachable(PeerStatus peer);

  /** A peer has said something. */
  void received(PeerStatus peer, PeerMessage message);
}
