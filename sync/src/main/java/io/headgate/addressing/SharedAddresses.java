package io.headgate.addressing;

import io.headgate.addressing.Conflict.Port;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Addresses in use that Services of one share key may have together, with a bit for each address
 * and port that is taken: looking for a place among thousands is a few words of bits.
 */
final class SharedAddresses {
  private final List<InetAddress> addresses = new ArrayList<>();
  private final Map<Port, BitSet> taken = new HashMap<>();

  /** Its index. */
  int add(InetAddress address) {
    addresses.add(address);
    return addresses.size() - 1;
  }

  void take(Port port, int index) {
    taken.computeIfAbsent(port, _ -> new BitSet()).set(index);
  }

  /** The first address where none of the ports is taken. */
  Optional<InetAddress> withAllFree(List<Port> ports) {
    var anyTaken = new BitSet();
    for (Port port : ports) {
      anyTaken.or(taken(port));
    }
    int first = anyTaken.nextClearBit(0);
    return first < addresses.size() ? Optional.of(addresses.get(first)) : Optional.empty();
  }

  /** The first suitable address where one of the ports is not taken. */
  Optional<InetAddress> withSomeFree(List<Port> ports, Predicate<InetAddress> suitable) {
    BitSet someFree = everyOneTaken(ports);
    someFree.flip(0, addresses.size());
    return first(someFree, suitable);
  }

  /** The first suitable address where all the ports are taken. */
  Optional<InetAddress> withNoneFree(List<Port> ports, Predicate<InetAddress> suitable) {
    return first(everyOneTaken(ports), suitable);
  }

  private BitSet everyOneTaken(List<Port> ports) {
    var everyOneTaken = new BitSet();
    everyOneTaken.set(0, addresses.size());
    ports.forEach(port -> everyOneTaken.and(taken(port)));
    return everyOneTaken;
  }

  private Optional<InetAddress> first(BitSet among, Predicate<InetAddress> suitable) {
    return among.stream().mapToObj(addresses::get).filter(suitable).findFirst();
  }

  private BitSet taken(Port port) {
    return taken.getOrDefault(port, new BitSet());
  }
}
