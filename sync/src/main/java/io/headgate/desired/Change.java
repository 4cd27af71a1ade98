package io.headgate.desired;

/**
 * Something an operator cares about that has changed: one line in the log, one event.
 *
 * @param subject a route's name, {@code route/node}, a node's name, or {@code cluster}
 * @param message in words: {@code UP -> DRAIN: node is being deleted}
 */
public record Change(Level level, String subject, String message) {
  /** How much it matters. */
  public enum Level {
    INFO,
    WARNING
  }
}
