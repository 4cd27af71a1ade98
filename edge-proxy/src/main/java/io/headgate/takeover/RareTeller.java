package io.headgate.takeover;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Warns of what may come again and again, once a minute. Owned by the vrrp thread. */
final class RareTeller {
  private static final long AGAIN_NS = Duration.ofMinutes(1).toNanos();

  private final Teller told;
  private final Map<String, Long> toldNs = new HashMap<>();

  RareTeller(Teller told) {
    this.told = told;
  }

  /**
   * Warns, unless that was done within the last minute.
   *
   * @param about of few kinds, whatever the words are: each is remembered
   */
  void warn(String about, String words, long nowNs) {
    Long before = toldNs.get(about);
    if (before == null || nowNs - before >= AGAIN_NS) {
      toldNs.put(about, nowNs);
      told.tell(true, words);
    }
  }
}
