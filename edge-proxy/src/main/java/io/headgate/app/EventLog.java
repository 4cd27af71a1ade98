package io.headgate.app;

import io.headgate.admin.EventView;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has changed lately, for {@code headgate events}; each event is one line in the log as well.
 * Safe on any thread: events are few.
 */
final class EventLog {
  /** How much an event matters. */
  enum Level {
    INFO,
    WARNING
  }

  private static final Logger LOG = LoggerFactory.getLogger("headgate");
  private static final int KEPT = 1000;

  private final Deque<EventView> events = new ArrayDeque<>(); // guarded by this
  private long sequence; // guarded by this

  void add(Level level, String subject, String message) {
    switch (level) {
      case INFO -> LOG.info("{}: {}", subject, message);
      case WARNING -> LOG.warn("{}: {}", subject, message);
    }
    remember(level, subject, message);
  }

  void tell(boolean warning, String subject, String message) {
    add(warning ? Level.WARNING : Level.INFO, subject, message);
  }

  synchronized List<EventView> after(long afterSequence) {
    return events.stream().filter(event -> event.sequence() > afterSequence).toList();
  }

  private synchronized void remember(Level level, String subject, String message) {
    sequence++;
    events.addLast(
        new EventView(
            sequence,
            Instant.now().toString(),
            level.name().toLowerCase(Locale.ROOT),
            subject,
            message));
    if (events.size() > KEPT) {
      events.removeFirst();
    }
  }
}
