package io.headgate.app;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.headgate.config.LogConfig;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go: to standard error, by a queue that drops lines rather than wait, so that a
 * full disk or a slow journal never holds up a thread that moves bytes.
 */
final class LogSetup {
  private static final int QUEUED_LINES = 8192;
  private static final String PLAIN = "%d{HH:mm:ss.SSS} %-5level %msg%n%ex{full}";
  // journald keeps the time itself and reads the priority from the line (sd-daemon(3)).
  private static final String JOURNAL = "%priority%msg%n%ex{full}";

  private LogSetup() {}

  /** May be called again: the last call holds. */
  static void apply(LogConfig config, Map<String, String> environment) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    var console = new ConsoleAppender<ILoggingEvent>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder(config.format(), context, environment));
    console.start();
    var queue = new AsyncAppender();
    queue.setContext(context);
    queue.setQueueSize(QUEUED_LINES);
    queue.setNeverBlock(true);
    queue.addAppender(console);
    queue.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(queue);
    root.setLevel(Level.WARN);
    context.getLogger("headgate").setLevel(level(config.level()));
    context.getLogger("io.headgate").setLevel(level(config.level()));
  }

  /** Lets the queue empty; call last. */
  static void flush() {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
  }

  private static Encoder<ILoggingEvent> encoder(
      LogConfig.Format format, LoggerContext context, Map<String, String> environment) {
    boolean journal = environment.containsKey("JOURNAL_STREAM");
    return switch (format) {
      case JSON -> {
        var json = new JsonEncoder();
        json.setContext(context);
        json.start();
        yield json;
      }
      case TEXT -> pattern(PLAIN, context);
      case AUTO -> pattern(journal ? JOURNAL : PLAIN, context);
    };
  }

  private static Encoder<ILoggingEvent> pattern(String text, LoggerContext context) {
    var layout = new PatternLayout();
    layout.setContext(context);
    layout.getInstanceConverterMap().put("priority", Priority::new);
    layout.setPattern(text);
    layout.start();
    var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();
    return encoder;
  }

  private static Level level(LogConfig.Level level) {
    return switch (level) {
      case ERROR -> Level.ERROR;
      case WARN -> Level.WARN;
      case INFO -> Level.INFO;
      case DEBUG -> Level.DEBUG;
    };
  }

  /** A syslog priority for journald. */
  static final class Priority extends ClassicConverter {
    @Override
    public String convert(ILoggingEvent event) {
      return switch (event.getLevel().toInt()) {
        case Level.ERROR_INT -> "<3>";
        case Level.WARN_INT -> "<4>";
        case Level.INFO_INT -> "<6>";
        default -> "<7>";
      };
    }
  }
}
