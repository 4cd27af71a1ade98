package io.headgate.config;

/**
 * What is logged, and how.
 *
 * @param connections one line for every connection that has ended
 */
public record LogConfig(Level level, Format format, boolean connections) {
  static LogConfig from(Section log) {
    return new LogConfig(
        log.choice("level", Level.INFO),
        log.choice("format", Format.AUTO),
        log.flag("connections", false));
  }

  /** The least that is logged. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  /** The form of a line. */
  public enum Format {
    /** Text with systemd's priority prefixes under systemd, plain text elsewhere. */
    AUTO,
    TEXT,
    JSON
  }
}
