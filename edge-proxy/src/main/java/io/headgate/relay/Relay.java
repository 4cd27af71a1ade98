package io.headgate.relay;

import io.headgate.model.RouteTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What serves a table. Every implementation passes the same contract tests. */
public interface Relay extends AutoCloseable {
  /**
   * The best relay that this host has, or the one that is asked for. Not started yet.
   *
   * @throws UnsupportedOperationException where this host lacks the transport, with the cause
   */
  static Relay of(RelaySettings settings, RelayEvents events) {
    return new EventLoopRelay(LoopFactory.of(settings), settings, events);
  }

  /** Starts the event loops; no listener is bound before the first {@link #follow}. */
  void start();

  /**
   * Follows a table: new listeners are bound, those that are gone stop accepting, all others go on
   * untouched. Called by one thread, one table after the other. Completes when every loop uses the
   * table, with every listener of the table; one that cannot be bound says why, the others serve.
   * The bind of a failed listener is tried again with every table.
   */
  CompletableFuture<List<ListenerStatus>> follow(RouteTable table);

  /** Which one it is: fast, or the transport of its channels. */
  String label();

  /** Which one it is, and its size; once it is started. */
  String description();

  /** What has been counted since the start; cheap enough to be asked every second. */
  RelayCounters counters();

  /** How many connections are open to each of these nodes, and on the way there. */
  Map<String, Integer> connections(Set<String> nodes);

  /** Completes once every event loop has taken a turn; a loop that hangs never lets it. */
  CompletableFuture<Void> everyLoopAnswers();

  /**
   * Where clients belong that have come since this was asked last, by the route's name: only of
   * routes with affinity. Those of a route that are too many are left for the next time.
   */
  Map<String, List<ClientHome>> newHomes(int mostOfRoute);

  /** From now on every client that belongs somewhere is new again. */
  void tellHomesAnew();

  /** Clients of a route came to another edge: they belong to the same backends here. */
  void learn(String route, List<ClientHome> homes);

  /**
   * Stops accepting, lets connections end by themselves for so long, then resets those that have
   * not. Completes when none is left.
   */
  CompletableFuture<Void> drain(Duration atMost);

  /** Ends what is left and the loops; returns when they have ended. */
  @Override
  void close();
}
