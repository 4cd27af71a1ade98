package io.headgate.vrrp;

import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Whom a Backup takes for the Active, by family. */
final class Leaders {
  private Leaders() {}

  /** Of two that are heard at once the lower is about to stop. */
  static Map<Family, Leader> after(
      Map<Family, Leader> leaders, ElectionEvent.Heard heard, long nowNs) {
    Leader known = leaders.get(heard.family());
    if (known != null
        && known.isFresh(nowNs)
        && !known.source().equals(heard.source())
        && known.priority() > heard.priority()) {
      return leaders;
    }
    Map<Family, Leader> after = new EnumMap<>(Family.class);
    after.putAll(leaders);
    after.put(
        heard.family(), new Leader(heard.source(), heard.priority(), heard.intervalNs(), nowNs));
    return after;
  }

  /**
   * The interval to wait by. Families may differ in it (two machines of keepalived): the longer one
   * counts while both are heard, or losing the faster would look like a death.
   */
  static long intervalNs(Map<Family, Leader> leaders, ElectionEvent.Heard heard, long nowNs) {
    return leaders.values().stream()
        .filter(leader -> leader.isFresh(nowNs))
        .mapToLong(Leader::intervalNs)
        .reduce(heard.intervalNs(), Math::max);
  }

  /** Whether another than the sender is known to serve by that family. */
  static boolean isOther(Map<Family, Leader> leaders, ElectionEvent.Heard heard, long nowNs) {
    Leader known = leaders.get(heard.family());
    return known != null && known.isFresh(nowNs) && !known.source().equals(heard.source());
  }

  /**
   * Whether the dead peer was the one who served: it was heard lately, and nobody else was by a
   * family of which the peer's address is known.
   */
  static boolean isGone(Map<Family, Leader> leaders, Set<InetAddress> addresses, long nowNs) {
    boolean met = false;
    for (Map.Entry<Family, Leader> entry : leaders.entrySet()) {
      Leader leader = entry.getValue();
      if (!leader.isFresh(nowNs)) {
        continue;
      }
      if (addresses.contains(leader.source())) {
        met = true;
      } else if (addresses.stream().anyMatch(address -> Family.of(address) == entry.getKey())) {
        return false;
      }
    }
    return met;
  }
}
