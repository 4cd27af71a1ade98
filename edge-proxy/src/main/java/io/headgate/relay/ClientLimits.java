package io.headgate.relay;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How many connections each client of a route has and how fast it opens them. An IPv6 client is its
 * /64, because one host has as many addresses as it likes there. Safe from any thread.
 *
 * <p>Remembers a client only while it has connections or has opened one within the last second, and
 * at most {@link #MOST_CLIENTS} of them: clients beyond that are served unlimited, because a full
 * memory must not lock everybody out.
 */
final class ClientLimits {
  static final int MOST_CLIENTS = 100_000;

  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

  private final Map<Long, Client> clients = new ConcurrentHashMap<>();

  /** All fields are guarded by the map's lock on the client's entry. */
  private static final class Client {
    private int connections;
    private double tokens;
    private long filledAtNs;
  }

  /**
   * Counts a connection of the client; false, and not counted, where it is one too many.
   *
   * @param mostConnections at once, 0 for no limit
   * @param perSecond new connections, 0 for no limit; as many may come in one burst
   */
  boolean enter(InetAddress address, int mostConnections, int perSecond, long nowNs) {
    long key = key(address);
    boolean[] admitted = {true};
    clients.compute(
        key,
        (_, known) -> {
          if (known == null && clients.size() >= MOST_CLIENTS) {
            return null;
          }
          Client client = known == null ? fresh(perSecond, nowNs) : known;
          admitted[0] = admit(client, mostConnections, perSecond, nowNs);
          return client;
        });
    return admitted[0];
  }

  /** The end of a connection that {@link #enter} has counted. */
  void leave(InetAddress address) {
    clients.computeIfPresent(
        key(address),
        (_, client) -> {
          client.connections = Math.max(0, client.connections - 1);
          return client;
        });
  }

  /** Forgets clients that have no connection and whose rate is as if they had never come. */
  void sweep(long nowNs) {
    for (Long key : clients.keySet()) {
      clients.computeIfPresent(
          key,
          (_, client) ->
              client.connections == 0 && nowNs - client.filledAtNs >= SECOND_NS ? null : client);
    }
  }

  int size() {
    return clients.size();
  }

  private static Client fresh(int perSecond, long nowNs) {
    var client = new Client();
    client.tokens = perSecond;
    client.filledAtNs = nowNs;
    return client;
  }

  private static boolean admit(Client client, int mostConnections, int perSecond, long nowNs) {
    double refilled = (nowNs - client.filledAtNs) / (double) SECOND_NS * perSecond;
    client.tokens = Math.min(perSecond, client.tokens + refilled);
    client.filledAtNs = nowNs;
    if (mostConnections > 0 && client.connections >= mostConnections) {
      return false;
    }
    if (perSecond > 0 && client.tokens < 1) {
      return false;
    }
    client.tokens = Math.max(0, client.tokens - 1);
    client.connections++;
    return true;
  }

  /** IPv4 addresses cannot meet IPv6 prefixes: 0::/32 is not given to anybody (RFC 4291). */
  private static long key(InetAddress address) {
    byte[] bytes = address.getAddress();
    long key = 0;
    for (int i = 0; i < Math.min(8, bytes.length); i++) {
      key = key << 8 | (bytes[i] & 0xff);
    }
    return key;
  }
}
