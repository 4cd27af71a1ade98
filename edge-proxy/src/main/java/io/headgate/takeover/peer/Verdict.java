package io.headgate.takeover.peer;

/** What the link knows of a peer's process. */
public enum Verdict {
  /** Never met since this process started. */
  UNKNOWN,
  /** It has answered lately, with the shared key. */
  ALIVE,
  /** It has said goodbye; it may still be serving. */
  LEAVING,
  /** Nothing is heard of it. Decides nothing: VRRP does. */
  SILENT,
  /**
   * The process has gone and its host lives: its kernel has closed a connection, of the link or of
   * its lifeline, without a goodbye and refuses a new one.
   */
  GONE
}
