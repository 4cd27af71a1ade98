package io.headgate.takeover.peer;

/** One frame of a connection. */
sealed interface Frame {
  /**
   * The first frame in either direction: who speaks.
   *
   * @param startId of the process, random
   * @param listenPort where it accepts, 0 for nowhere
   * @param lifelinePort of its {@link io.headgate.linux.Lifeline}, at the same address; 0 for none,
   *     as an older edge has it
   */
  record Hello(String edgeName, int protocol, long startId, int listenPort, int lifelinePort)
      implements Frame {}

  record Goodbye(GoodbyeReason reason) implements Frame {}

  record Ping(long token) implements Frame {}

  /** Answers the ping with the same token. */
  record Pong(long token) implements Frame {}

  record Carried(PeerMessage message) implements Frame {}
}
