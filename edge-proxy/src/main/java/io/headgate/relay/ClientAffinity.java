package io.headgate.relay;

import io.headgate.model.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which backend each client of a route belongs to: Kubernetes' {@code sessionAffinity: ClientIP}.
 * As with kube-proxy, a client is its whole address, and its time begins anew with every connection
 * that it opens. Safe from any thread.
 *
 * <p>What another edge of this address has told counts as if the client had come here then, and is
 * not told on.
 *
 * <p>Remembers at most {@link #MOST_CLIENTS}. Beyond that, those that have not come for longest are
 * forgotten first: within their part, so roughly in all.
 */
final class ClientAffinity {
  static final int PARTS = 32;
  static final int MOST_CLIENTS = 100_000;

  private volatile long lastsNs;
  private final Part[] parts = Stream.generate(Part::new).limit(PARTS).toArray(Part[]::new);

  /** So that loops seldom wait for one another. All of it is guarded by itself. */
  private static final class Part {
    /** The client that has not come for longest is the first. */
    private SequencedMap<Client, Stay> stays = inOrderOfUse();

    private long dropped;

    /** How many of the stays are. */
    private int untold;

    private static SequencedMap<Client, Stay> inOrderOfUse() {
      return new LinkedHashMap<>(16, 0.75f, true);
    }

    private void isUsed(Stay stay, long nowNs) {
      stay.usedAtNs = nowNs;
      isUntold(stay, true);
    }

    private void isUntold(Stay stay, boolean so) {
      if (stay.untold != so) {
        stay.untold = so;
        untold += so ? 1 : -1;
      }
    }

    private void add(Client client, Stay stay) {
      stays.put(client, stay);
      if (stays.size() > MOST_CLIENTS / PARTS) {
        isUntold(stays.pollFirstEntry().getValue(), false);
        dropped++;
      }
    }
  }

  /** An IPv6 address, or the IPv4-mapped one of an IPv4 address. Ordered for the map's sake. */
  private record Client(long high, long low) implements Comparable<Client> {
    static Client of(InetAddress address) {
      byte[] bytes = address.getAddress();
      return bytes.length == 4
          ? new Client(0, 0xffff_0000_0000L | number(bytes, 0, 4))
          : new Client(number(bytes, 0, 8), number(bytes, 8, 16));
    }

    private static long number(byte[] bytes, int from, int to) {
      long number = 0;
      for (int i = from; i < to; i++) {
        number = number << 8 | (bytes[i] & 0xff);
      }
      return number;
    }

    InetAddress address() {
      return Addresses.of(ByteBuffer.allocate(16).putLong(high).putLong(low).array());
    }

    /** Other bits than those that the map goes by. */
    int part() {
      return (int) ((((high * 0x9e3779b97f4a7c15L) ^ low) * 0xbf58476d1ce4e5b9L) >>> 59);
    }

    @Override
    public int compareTo(Client other) {
      int byHigh = Long.compare(high, other.high);
      return byHigh == 0 ? Long.compare(low, other.low) : byHigh;
    }
  }

  private static final class Stay {
    private InetSocketAddress backend;
    private long usedAtNs;

    /** The client has come since other edges were told of it. */
    private boolean untold;

    Stay(InetSocketAddress backend, long usedAtNs) {
      this.backend = backend;
      this.usedAtNs = usedAtNs;
    }
  }

  /** From now on, for how long after it has come a client belongs to its backend; zero for none. */
  void lasts(Duration affinity) {
    lastsNs = affinity.toNanos();
  }

  /** The backend that a client which comes now belongs to; null where it may go anywhere. */
  @Nullable InetSocketAddress home(InetAddress address, long nowNs) {
    var client = Client.of(address);
    Part part = parts[client.part()];
    synchronized (part) {
      Stay stay = part.stays.get(client);
      if (stay == null) {
        return null;
      }
      if (isOver(stay, nowNs)) {
        part.isUntold(stay, false);
        part.stays.remove(client);
        return null;
      }
      part.isUsed(stay, nowNs);
      return stay.backend;
    }
  }

  /**
   * Lets the client belong to a backend; false where another connection of it has been faster, so
   * that those which a client opens at once stay together.
   *
   * @param from what {@link #home} has said
   */
  boolean move(
      InetAddress address, @Nullable InetSocketAddress from, InetSocketAddress to, long nowNs) {
    var client = Client.of(address);
    Part part = parts[client.part()];
    synchronized (part) {
      Stay stay = part.stays.get(client);
      if (stay == null) {
        Stay begun = new Stay(to, nowNs);
        part.add(client, begun);
        part.isUsed(begun, nowNs);
        return true;
      }
      if (!stay.backend.equals(from) && !isOver(stay, nowNs)) {
        return false;
      }
      stay.backend = to;
      part.isUsed(stay, nowNs);
      return true;
    }
  }

  /** Another edge has had a client; what is known here of a later time stays. */
  void learn(ClientHome home, long nowNs) {
    long usedAtNs = nowNs - TimeUnit.MILLISECONDS.toNanos(home.agoMs());
    if (nowNs - usedAtNs >= lastsNs) {
      return;
    }
    var client = Client.of(home.client());
    Part part = parts[client.part()];
    synchronized (part) {
      Stay stay = part.stays.get(client);
      if (stay == null) {
        part.add(client, new Stay(home.backend(), usedAtNs));
      } else if (usedAtNs - stay.usedAtNs > 0) {
        stay.backend = home.backend();
        stay.usedAtNs = usedAtNs;
        part.isUntold(stay, false);
      }
    }
  }

  /**
   * The clients that have come since they were told last, those that came last before others, so
   * many at most; the others are left for the next time.
   */
  List<ClientHome> news(int most, long nowNs) {
    List<ClientHome> news = new ArrayList<>();
    for (Part part : parts) {
      synchronized (part) {
        tell(part, most / PARTS, news, nowNs);
      }
    }
    return news;
  }

  private void tell(Part part, int most, List<ClientHome> news, long nowNs) {
    int left = most;
    for (Map.Entry<Client, Stay> entry : part.stays.sequencedEntrySet().reversed()) {
      if (part.untold == 0 || left == 0) {
        return;
      }
      Stay stay = entry.getValue();
      if (stay.untold) {
        part.isUntold(stay, false);
        left--;
        long agoMs = TimeUnit.NANOSECONDS.toMillis(Math.max(0, nowNs - stay.usedAtNs));
        news.add(new ClientHome(entry.getKey().address(), stay.backend, agoMs));
      }
    }
  }

  /** Another edge has come that knows nothing: every client is news again. */
  void tellAnew() {
    for (Part part : parts) {
      synchronized (part) {
        part.stays.values().forEach(stay -> part.isUntold(stay, true));
      }
    }
  }

  /** Forgets the clients that belong to no backend any more. About once a second. */
  void sweep(long nowNs) {
    for (Part part : parts) {
      synchronized (part) {
        if (lastsNs == 0) {
          part.stays = Part.inOrderOfUse(); // at once, however many there are
          part.untold = 0;
        } else {
          sweep(part, nowNs);
        }
      }
    }
  }

  private void sweep(Part part, long nowNs) {
    Iterator<Stay> longestAgoFirst = part.stays.values().iterator();
    while (longestAgoFirst.hasNext()) {
      Stay stay = longestAgoFirst.next();
      if (!isOver(stay, nowNs)) {
        return;
      }
      part.isUntold(stay, false);
      longestAgoFirst.remove();
    }
  }

  RelayCounters.Affinity counters() {
    long clients = 0;
    long dropped = 0;
    for (Part part : parts) {
      synchronized (part) {
        clients += part.stays.size();
        dropped += part.dropped;
      }
    }
    return new RelayCounters.Affinity(clients, dropped);
  }

  private boolean isOver(Stay stay, long nowNs) {
    return nowNs - stay.usedAtNs >= lastsNs;
  }
}
