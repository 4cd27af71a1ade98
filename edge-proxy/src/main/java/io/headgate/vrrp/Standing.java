package io.headgate.vrrp;

import java.time.Duration;

/**
 * How this edge stands, whatever its role.
 *
 * @param priority in effect now, 0..255: that of the settings, or lowered; 0 is unfit
 * @param yielded handed over by request: as Active it serves until somebody else does, as Backup it
 *     takes nothing back from a living edge
 */
public record Standing(ElectionSettings settings, int priority, boolean yielded) {
  private static final int PRIORITIES = 256;

  public Standing {
    Wire.checkRange("priority", priority, 0, 255);
  }

  /** What an Active advertises, and compares with what it hears. */
  int advertised() {
    return yielded ? Advertisement.YIELDING : priority;
  }

  boolean preempts() {
    return !yielded && (settings.preempt() || isOwner());
  }

  boolean isOwner() {
    return priority == Advertisement.OWNER;
  }

  long intervalNs() {
    return settings.interval().toNanos();
  }

  /** RFC 9568 6.1 in nanoseconds: centiseconds would round the skew of short intervals to zero. */
  long skewNs(long activeIntervalNs) {
    long scaleNs = settings.version() == 2 ? Duration.ofSeconds(1).toNanos() : activeIntervalNs;
    return (PRIORITIES - priority) * scaleNs / PRIORITIES;
  }

  /** Active_Down_Interval, RFC 9568 6.1. */
  long downNs(long activeIntervalNs) {
    return 3 * activeIntervalNs + skewNs(activeIntervalNs);
  }

  /**
   * How long to listen after having been away: long enough to hear an Active that there is, short
   * enough not to leave the addresses to nobody for a whole down interval when there is none.
   */
  long listenNs(long activeIntervalNs) {
    return activeIntervalNs + activeIntervalNs / 2 + skewNs(activeIntervalNs);
  }

  Standing with(int newPriority) {
    return new Standing(settings, newPriority, yielded);
  }

  Standing with(boolean newYielded) {
    return new Standing(settings, priority, newYielded);
  }

  /** A priority that was lowered stays so until told otherwise. */
  Standing with(ElectionSettings newSettings) {
    boolean asSet = priority == settings.priority();
    return new Standing(newSettings, asSet ? newSettings.priority() : priority, yielded);
  }
}
