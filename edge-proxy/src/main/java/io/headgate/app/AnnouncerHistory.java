package io.headgate.app;

import io.headgate.kubernetes.Announcers;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who announces each address, as far as it has lasted: while addresses change hands, for a moment
 * nobody has them, or two seem to, and the cluster is to be told of a takeover once. Pure.
 *
 * @param beganNs when this edge began to look
 * @param rows by the address
 */
record AnnouncerHistory(long beganNs, Map<InetAddress, Row> rows) {
  /** Longer than an edge that loses an address takes to hear of it and say so. */
  private static final long LASTS_NS = Duration.ofSeconds(2).toNanos();

  /**
   * Longer than another edge takes to take over, by the slowest of usual settings, and than the
   * word of one that has fallen silent counts.
   */
  private static final long UNSURE_NS = Duration.ofSeconds(10).toNanos();

  /**
   * Of one address.
   *
   * @param lasting the names that have lasted; none where nobody is known
   * @param seen those of now
   * @param sinceNs since when it is them
   */
  record Row(Set<String> lasting, Set<String> seen, long sinceNs) {
    private static Row of(long nowNs) {
      return new Row(Set.of(), Set.of(), nowNs);
    }

    private Row after(Set<String> now, long nowNs) {
      if (!now.equals(seen)) {
        return new Row(lasting, Set.copyOf(now), nowNs);
      }
      boolean lasts = nowNs - sinceNs >= (isUnsure() ? UNSURE_NS : LASTS_NS);
      return lasts && !lasting.equals(seen) ? new Row(seen, seen, sinceNs) : this;
    }

    /** Nobody, or somebody beside those of before: so it looks in the middle of a takeover. */
    private boolean isUnsure() {
      return seen.isEmpty() || (!lasting.isEmpty() && seen.containsAll(lasting));
    }

    private boolean isOver() {
      return lasting.isEmpty() && seen.isEmpty();
    }
  }

  AnnouncerHistory {
    rows = Map.copyOf(rows);
  }

  static AnnouncerHistory of(long nowNs) {
    return new AnnouncerHistory(nowNs, Map.of());
  }

  /**
   * After a look.
   *
   * @param seen the names of those that announce an address now
   */
  AnnouncerHistory after(Map<InetAddress, Set<String>> seen, long nowNs) {
    Set<InetAddress> addresses = new HashSet<>(rows.keySet());
    addresses.addAll(seen.keySet());
    Map<InetAddress, Row> next = HashMap.newHashMap(addresses.size());
    for (InetAddress address : addresses) {
      Row before = rows.getOrDefault(address, Row.of(nowNs));
      Row row = before.after(seen.getOrDefault(address, Set.of()), nowNs);
      if (!row.isOver()) {
        next.put(address, row);
      }
    }
    return new AnnouncerHistory(beganNs, next);
  }

  /** What the cluster is to be told. */
  Announcers announcers(long nowNs) {
    Map<InetAddress, Set<String>> edges = HashMap.newHashMap(rows.size());
    rows.forEach((address, row) -> {
      if (!row.lasting().isEmpty()) {
        edges.put(address, row.lasting());
      }
    });
    return new Announcers(edges, nowNs - beganNs >= UNSURE_NS);
  }
}
