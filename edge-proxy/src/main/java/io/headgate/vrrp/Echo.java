package io.headgate.vrrp;

/**
 * An edge that gave way to a higher one says so more than once. When a cut heals one way sooner
 * than the other, or a packet is lost, the winner hears nothing of its having served, and
 * neighbours go on with its Ethernet address for as long as their caches last.
 *
 * @param atNs not before, monotonic; it is said when the winner is heard then
 * @param untilNs and not later: who serves may be another by then
 */
record Echo(long atNs, long untilNs) {
  private static final int INTERVALS = 3;

  /** After the first time, which was now. */
  static Echo after(long nowNs, long intervalNs) {
    return new Echo(nowNs + intervalNs / 2, nowNs + INTERVALS * intervalNs);
  }

  boolean isDue(long nowNs) {
    return nowNs - atNs >= 0 && nowNs - untilNs < 0;
  }

  /** Said once more. */
  Echo next(long nowNs, long intervalNs) {
    return new Echo(nowNs + intervalNs, untilNs);
  }
}
