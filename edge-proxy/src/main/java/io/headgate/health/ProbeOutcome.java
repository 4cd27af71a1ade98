package io.headgate.health;

/** How one probe has ended. */
sealed interface ProbeOutcome {
  /** It says something about its target. */
  record Answered(ProbeAnswer answer) implements ProbeOutcome {}

  /**
   * It could not be carried out for want of something on this host, a file descriptor or a local
   * port; that says nothing about the target.
   */
  record NotAsked(String why) implements ProbeOutcome {}
}
