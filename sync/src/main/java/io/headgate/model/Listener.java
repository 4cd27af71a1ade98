package io.headgate.model;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/**
 * A local address and TCP port on which the edge accepts.
 *
 * @param address a literal address; the IPv6 wildcard {@code ::} stands for every local address of
 *     both families, {@code 0.0.0.0} for every IPv4 one
 * @param port 0..65535; 0 asks the kernel for a free port and is for tests
 */
public record Listener(InetAddress address, int port) implements Comparable<Listener> {
  private static final int GOLDEN_RATIO = 0x9E3779B9;
  private static final Comparator<Listener> ORDER =
      Comparator.comparingInt(Listener::port)
          .thenComparing(listener -> listener.address().getAddress(), Arrays::compareUnsigned);

  public Listener {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0..65535 but is " + port);
    }
  }

  /** Every local address of both families. */
  public static Listener everyAddress(int port) {
    return new Listener(Addresses.of(new byte[16]), port);
  }

  /** Several of them as a list for people, in the order given. */
  public static String text(Collection<Listener> listeners) {
    return listeners.stream().map(Listener::toString).collect(Collectors.joining(", "));
  }

  /** True where the listener is bound to no address in particular. */
  public boolean everyAddress() {
    return address.isAnyLocalAddress() && address instanceof Inet6Address;
  }

  /**
   * Spread out: listeners are neighbours by address and by port, and an immutable map, which a
   * connection's route is looked up in, searches neighbouring hashes one after the other.
   */
  @Override
  public int hashCode() {
    int mixed = (address.hashCode() * GOLDEN_RATIO + port) * GOLDEN_RATIO;
    return mixed ^ (mixed >>> 15);
  }

  @Override
  public int compareTo(Listener other) {
    return ORDER.compare(this, other);
  }

  /**
   * As configuration and status write it: {@code *:80}, {@code 203.0.113.1:80}, {@code [::1]:80}.
   */
  @Override
  public String toString() {
    return everyAddress() ? "*:" + port : Addresses.text(address, port);
  }
}
