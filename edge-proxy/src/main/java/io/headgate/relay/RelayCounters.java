package io.headgate.relay;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * What a relay has counted. Totals only grow, also across tables; a route or backend that has left
 * the table is kept while it has connections.
 *
 * @param active connections now
 * @param limit connections that are allowed at most
 * @param refused connections turned away, by why
 * @param sources addresses of this host that connections to backends come from, where routes name
 *     them
 * @param sourceless connections that left by an address of the kernel's choice although their route
 *     names source addresses for the backend's family
 */
public record RelayCounters(
    long active,
    long limit,
    List<OfRoute> routes,
    Map<CloseReason, Long> refused,
    List<OfSource> sources,
    long sourceless) {
  public RelayCounters {
    routes = List.copyOf(routes);
    refused = Map.copyOf(refused);
    sources = List.copyOf(sources);
  }

  /**
   * One route's share.
   *
   * @param accepted in all
   * @param fromClientBytes that clients have sent and that were written to backends
   * @param toClientBytes the other way
   * @param closed connections ended, by why
   * @param waiting connections that wait for a backend now
   * @param affinity empty of clients where the route has none
   */
  public record OfRoute(
      String route,
      long active,
      long accepted,
      long fromClientBytes,
      long toClientBytes,
      long connectRetries,
      long waiting,
      Map<CloseReason, Long> closed,
      ConnectTimes connectTimes,
      Affinity affinity,
      List<OfBackend> backends) {
    public OfRoute {
      closed = Map.copyOf(closed);
      backends = List.copyOf(backends);
    }
  }

  /** How long it took to reach a backend: counts per bucket of {@link #UPPER_BOUNDS_MS}. */
  public record ConnectTimes(List<Long> counts, double sumSeconds) {
    /** Upper bounds in milliseconds; one more bucket has none. */
    public static final List<Integer> UPPER_BOUNDS_MS =
        List.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500);

    public ConnectTimes {
      counts = List.copyOf(counts);
    }
  }

  /**
   * Clients that come back to their backend.
   *
   * @param clients that are remembered now
   * @param dropped that were forgotten before their time, because there were too many
   */
  public record Affinity(long clients, long dropped) {}

  /**
   * One source address's share.
   *
   * @param missing the host does not have it now
   * @param active connections that come from it now, or are on the way
   * @param total that were made from it
   * @param missed connections that were to come from it and could not, because it was missing
   * @param exhausted the same because no port was left towards the backend
   */
  public record OfSource(
      InetAddress address, boolean missing, long active, long total, long missed, long exhausted) {}

  public record OfBackend(
      InetSocketAddress address,
      String node,
      long active,
      long total,
      long connectFailures,
      long fromClientBytes,
      long toClientBytes) {}
}
