package io.headgate.takeover;

import java.time.Duration;

/**
 * When the neighbours are told who has an address: five times within the first second, each second
 * for ten more, then each half minute, because the tables of switches and of neighbours that missed
 * it all age. Pure; times are those of one monotonic clock.
 *
 * @param sinceNs when it began
 * @param sent how often they were told since
 */
record AnnouncementSchedule(long sinceNs, int sent) {
  private static final int BURST = 5;
  private static final long BURST_GAP_NS = Duration.ofMillis(200).toNanos();
  private static final int SECONDS = 10;
  private static final long SECOND_NS = Duration.ofSeconds(1).toNanos();
  private static final long REFRESH_NS = Duration.ofSeconds(30).toNanos();

  static AnnouncementSchedule begin(long nowNs) {
    return new AnnouncementSchedule(nowNs, 0);
  }

  long dueNs() {
    return sinceNs + offsetNs(sent);
  }

  /** After one was sent. A thread that comes late does not send all that it missed. */
  AnnouncementSchedule sentAt(long nowNs) {
    int next = sent + 1;
    while (offsetNs(next) <= nowNs - sinceNs) {
      next++;
    }
    return new AnnouncementSchedule(sinceNs, next);
  }

  private static long offsetNs(int count) {
    if (count < BURST) {
      return count * BURST_GAP_NS;
    }
    int seconds = count - BURST + 1;
    return seconds <= SECONDS
        ? seconds * SECOND_NS
        : SECONDS * SECOND_NS + (seconds - SECONDS) * REFRESH_NS;
  }
}
