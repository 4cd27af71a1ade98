package io.headgate.model;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Every listener, route and backend at one moment. A table never changes: a new one replaces it by
 * one swap of one reference, and a connection keeps the decision it was given.
 *
 * @param generation grows by one with every published table
 */
public record RouteTable(long generation, Map<Listener, Route> listeners) {
  public static final RouteTable EMPTY = new RouteTable(0, Map.of());

  public RouteTable {
    listeners = Map.copyOf(listeners);
  }

  public static RouteTable of(long generation, Collection<Route> routes) {
    Map<Listener, Route> listeners = new HashMap<>();
    for (Route route : routes) {
      for (Listener listener : route.listeners()) {
        Route other = listeners.put(listener, route);
        if (other != null) {
          throw new IllegalArgumentException(
              listener + " belongs to both " + other.name() + " and " + route.name());
        }
      }
    }
    return new RouteTable(generation, listeners);
  }

  public Optional<Route> route(Listener listener) {
    return Optional.ofNullable(listeners.get(listener));
  }

  /** Every route once, by name in alphabetical order. */
  public Map<String, Route> routes() {
    Map<String, Route> routes = new TreeMap<>();
    listeners.values().forEach(route -> routes.put(route.name(), route));
    return routes;
  }

  /** How long a connection is left on a backend, or an edge, that drains; zero without routes. */
  public Duration longestDrain() {
    return listeners.values().stream()
        .map(route -> route.policy().drainTimeout())
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** True where both say the same, whatever their generation. */
  public boolean sameAs(RouteTable other) {
    return listeners.equals(other.listeners);
  }
}
