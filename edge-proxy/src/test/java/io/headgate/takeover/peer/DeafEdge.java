package io.headgate.takeover.peer;

/** An edge that makes nothing of what its peers say. */
public final class DeafEdge implements PeerEvents {
  @Override
  public void verdict(PeerStatus peer) {}

  @Override
  public void reachable(PeerStatus peer) {}

  @Override
  public void received(PeerStatus peer, PeerMessage message) {}
}
