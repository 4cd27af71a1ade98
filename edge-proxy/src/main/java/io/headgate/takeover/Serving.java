package io.headgate.takeover;

import io.headgate.model.Listener;
import io.headgate.model.Route;
import io.headgate.model.RouteTable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What this edge can do for clients just now: what makes it fit to own an address. Nothing here
 * depends on the API server. Never changes; by address, because there may be thousands.
 */
public final class Serving {
  /** Before the first table. */
  public static final Serving NOTHING = new Serving(false, RouteTable.EMPTY, Map.of(), Map.of());

  private final boolean published;
  private final RouteTable table;
  private final Map<String, List<InetAddress>> poolAddresses;

  private final Map<InetAddress, List<Route>> routes = new HashMap<>();

  private final List<Route> routesEverywhere = new ArrayList<>();
  private final Map<InetAddress, List<String>> problems = new HashMap<>();
  private final List<String> problemsEverywhere = new ArrayList<>();

  /**
   * Of a table and what became of it.
   *
   * @param published whether the event loops follow the table
   * @param problems of listeners that could not be bound
   * @param poolAddresses those that Services were given, by the name of their pool
   */
  public Serving(
      boolean published,
      RouteTable table,
      Map<Listener, String> problems,
      Map<String, List<InetAddress>> poolAddresses) {
    this.published = published;
    this.table = table;
    this.poolAddresses = Map.copyOf(poolAddresses);
    table
        .listeners()
        .forEach((listener, route) -> put(listener, route, this.routes, routesEverywhere));
    problems.forEach((listener, why) -> put(listener, why, this.problems, problemsEverywhere));
  }

  private static <T> void put(
      Listener listener, T what, Map<InetAddress, List<T>> byAddress, List<T> everywhere) {
    if (listener.address().isAnyLocalAddress()) {
      everywhere.add(what);
    } else {
      byAddress.computeIfAbsent(listener.address(), _ -> new ArrayList<>()).add(what);
    }
  }

  boolean published() {
    return published;
  }

  RouteTable table() {
    return table;
  }

  Map<String, List<InetAddress>> poolAddresses() {
    return poolAddresses;
  }

  /** Every single address that the table has a listener for. */
  List<InetAddress> addresses() {
    return routes.keySet().stream().filter(address -> !address.isLoopbackAddress()).toList();
  }

  /** Whether there are listeners, and none for a single address. */
  boolean everywhereOnly() {
    return !table.listeners().isEmpty() && addresses().isEmpty();
  }

  /** Why clients of these addresses could not be accepted; empty where they can be. */
  Optional<String> bindProblem(Collection<InetAddress> addresses) {
    return at(addresses, problems, problemsEverywhere).sorted().findFirst();
  }

  /** Whether anything listens at these addresses. */
  boolean listensAt(Collection<InetAddress> addresses) {
    return at(addresses, routes, routesEverywhere).findAny().isPresent();
  }

  /**
   * Whether a client of these addresses reaches a backend. A route all of whose probes fail does
   * not count: its connections are tried all the same, but a peer whose probes succeed serves them
   * better.
   */
  boolean hasBackend(Collection<InetAddress> addresses) {
    return at(addresses, routes, routesEverywhere)
        .anyMatch(route ->
            switch (route.mode()) {
              case NORMAL, DRAINING_ONLY -> true;
              case FAIL_OPEN, EMPTY -> false;
            });
  }

  private static <T> Stream<T> at(
      Collection<InetAddress> addresses, Map<InetAddress, List<T>> byAddress, List<T> everywhere) {
    Stream<List<T>> single =
        addresses.stream().map(address -> byAddress.getOrDefault(address, List.of()));
    return Stream.concat(Stream.of(everywhere), single).flatMap(List::stream);
  }
}
