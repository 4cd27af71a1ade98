package io.headgate.takeover;

import io.headgate.model.Listener;
import io.headgate.model.Route;
import io.headgate.model.RouteTable;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What this edge can do for clients just now: what makes it fit to own an address. Nothing here
 * depends on the API server.
 *
 * @param published whether the event loops follow a table
 * @param table that they follow
 * @param problems of listeners that could not be bound
 * @param poolAddresses those that Services were given, by the name of their pool
 */
public record Serving(
    boolean published,
    RouteTable table,
    Map<Listener, String> problems,
    Map<String, List<InetAddress>> poolAddresses) {
  /** Before the first table. */
  public static final Serving NOTHING = new Serving(false, RouteTable.EMPTY, Map.of(), Map.of());

  public Serving {
    problems = Map.copyOf(problems);
    poolAddresses = Map.copyOf(poolAddresses);
  }

  /** Every single address that the table has a listener for. */
  List<InetAddress> addresses() {
    return table.listeners().keySet().stream()
        .map(Listener::address)
        .filter(address -> !address.isAnyLocalAddress() && !address.isLoopbackAddress())
        .distinct()
        .toList();
  }

  /** Whether there are listeners, and none for a single address. */
  boolean everywhereOnly() {
    return !table.listeners().isEmpty() && addresses().isEmpty();
  }

  /** Why clients of these addresses could not be accepted; empty where they can be. */
  Optional<String> bindProblem(Collection<InetAddress> addresses) {
    return problems.entrySet().stream()
        .filter(problem -> isFor(problem.getKey(), addresses))
        .map(Map.Entry::getValue)
        .sorted()
        .findFirst();
  }

  /** Whether anything listens at these addresses. */
  boolean listensAt(Collection<InetAddress> addresses) {
    return routesAt(addresses).findAny().isPresent();
  }

  /**
   * Whether a client of these addresses reaches a backend. A route all of whose probes fail does
   * not count: its connections are tried all the same, but a peer whose probes succeed serves them
   * better.
   */
  boolean hasBackend(Collection<InetAddress> addresses) {
    return routesAt(addresses)
        .anyMatch(route ->
            switch (route.mode()) {
              case NORMAL, DRAINING_ONLY -> true;
              case FAIL_OPEN, EMPTY -> false;
            });
  }

  private Stream<Route> routesAt(Collection<InetAddress> addresses) {
    return table.listeners().entrySet().stream()
        .filter(entry -> isFor(entry.getKey(), addresses))
        .map(Map.Entry::getValue);
  }

  private static boolean isFor(Listener listener, Collection<InetAddress> addresses) {
    return listener.address().isAnyLocalAddress() || addresses.contains(listener.address());
  }
}
