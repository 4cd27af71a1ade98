package io.headgate.takeover.peer;

/** One frame of a connection. */
sealed interface Frame {
  /**
   * The first frame in either direction: who speaks.
   *
   * @param startId of the process, random
   * @param listenPort where it accepts, 0 for nowhere
   */
  record Hello(String edgeName, int protocol, long startId, int listenPort) implements Frame {}

  record Goodbye(GoodbyeReason reason) implements Frame {}

  record Ping(long token) implements Frame {}

  /** Answers the ping with the same token. */
  record Pong(long token) implements Frame {}

  record Carried(PeerMessage message) implements Frame {}
}
