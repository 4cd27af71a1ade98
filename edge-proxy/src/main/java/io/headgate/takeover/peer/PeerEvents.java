package io.headgate.takeover.peer;

/** Who wants to know. Called on the peer link's thread, which it must not hold up. */
public interface PeerEvents {
  /** The verdict is another, or the same of another process. */
  void verdict(PeerStatus peer);

  /** A peer has said something. */
  void received(PeerStatus peer, PeerMessage message);
}
