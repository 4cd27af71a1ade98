package io.headgate.takeover;

/** What the agent has to say. Called on its threads; must not wait. */
public interface TakeoverEvents {
  /** Something an operator should know about a group, or about takeover as a whole. */
  void told(boolean warning, String subject, String words);

  /** The vrrp thread has died of a bug; the process must end. */
  void bug(Throwable bug);
}
