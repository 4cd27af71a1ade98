package io.headgate.desired;

import io.headgate.model.Listener;
import java.net.Inet4Address;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Who listens where, each address and port once. Used for one decision, by one thread. */
final class Occupied {
  private final Map<Listener, String> owners = new HashMap<>();
  private final Map<Integer, String> everywhere = new HashMap<>();
  private final Map<Integer, String> everyIpv4 = new HashMap<>();

  /** Gives the listener to {@code route}, unless it is another's already: then says whose. */
  Optional<String> take(Listener listener, String route) {
    Optional<String> other = owner(listener).filter(owner -> !owner.equals(route));
    if (other.isEmpty()) {
      owners.put(listener, route);
      if (listener.everyAddress()) {
        everywhere.putIfAbsent(listener.port(), route);
      } else if (listener.address().isAnyLocalAddress()) {
        everyIpv4.putIfAbsent(listener.port(), route);
      }
    }
    return other;
  }

  private Optional<String> owner(Listener listener) {
    String owner = owners.get(listener);
    if (owner == null) {
      owner = everywhere.get(listener.port());
    }
    if (owner == null && listener.address() instanceof Inet4Address) {
      owner = everyIpv4.get(listener.port());
    }
    return Optional.ofNullable(owner);
  }
}
