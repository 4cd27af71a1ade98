package io.headgate.relay;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** How often each reason has come up. Safe from any thread. */
final class ReasonCounts {
  private final Map<CloseReason, LongAdder> counts = new EnumMap<>(CloseReason.class);

  /** Other reasons are not counted. */
  ReasonCounts(Set<CloseReason> reasons) {
    reasons.forEach(reason -> counts.put(reason, new LongAdder()));
  }

  void count(CloseReason reason) {
    LongAdder counter = counts.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }

  /** Those that have come up. */
  Map<CloseReason, Long> sums() {
    Map<CloseReason, Long> sums = new EnumMap<>(CloseReason.class);
    counts.forEach((reason, counter) -> {
      long sum = counter.sum();
      if (sum > 0) {
        sums.put(reason, sum);
      }
    });
    return sums;
  }
}
