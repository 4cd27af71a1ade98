package io.headgate.relay;

import io.headgate.model.Addresses;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Looks every now and then whether the host has the source addresses, and tells what has changed.
 * Owned by one event loop.
 */
final class SourceWatch {
  /** Each is three system calls, and the loop has connections to serve. */
  private static final int LOOKS_AT_ONCE = 16;

  private static final long TELL_AGAIN_NS = TimeUnit.MINUTES.toNanos(1);

  private final RelayEvents events;
  private final Set<InetAddress> toldMissing = new HashSet<>();
  private final Map<InetAddress, Told> toldExhausted = new HashMap<>();
  private int next;

  private record Told(long connections, long atNs) {}

  SourceWatch(RelayEvents events) {
    this.events = events;
  }

  /** About once a second. */
  void look(Collection<SourceLoad> sources, long nowNs) {
    List<SourceLoad> all =
        sources.stream()
            .sorted(Comparator.comparing(SourceLoad::address, Addresses.ORDER))
            .toList();
    for (int i = 0; i < Math.min(LOOKS_AT_ONCE, all.size()); i++) {
      next = (next + 1) % all.size();
      all.get(next).look();
    }
    all.forEach(source -> {
      tellMissing(source);
      tellExhausted(source, nowNs);
    });
    List<InetAddress> wanted = all.stream().map(SourceLoad::address).toList();
    toldMissing.retainAll(wanted);
    toldExhausted.keySet().retainAll(wanted);
  }

  private void tellMissing(SourceLoad source) {
    if (source.isMissing() && toldMissing.add(source.address())) {
      events.sourceChanged(source.address(), false);
    } else if (!source.isMissing() && toldMissing.remove(source.address())) {
      events.sourceChanged(source.address(), true);
    }
  }

  private void tellExhausted(SourceLoad source, long nowNs) {
    long connections = source.counters().exhausted();
    Told told = toldExhausted.get(source.address());
    long before = told == null ? 0 : told.connections();
    if (connections > before && (told == null || nowNs - told.atNs() >= TELL_AGAIN_NS)) {
      toldExhausted.put(source.address(), new Told(connections, nowNs));
      events.sourceExhausted(source.address(), connections - before);
    }
  }
}
