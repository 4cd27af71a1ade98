package io.headgate.linux;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether an address is one of this host's. Sends nothing and needs no privilege. */
public final class HostAddress {
  private static final int DISCARD_PORT = 9; // any: a datagram socket that connects sends nothing

  private HostAddress() {}

  /**
   * Whether connections can come from it, on whatever interface it is, or by a route of type local.
   *
   * <p>Where {@code ip_nonlocal_bind} is set, as keepalived's and HAProxy's users do, every address
   * can be bound, and answers to one that is not here never arrive. There the kernel is asked from
   * which address it would speak to that address itself: to its own, it is that one.
   *
   * @return empty where it cannot be told, such as for want of a file descriptor
   */
  public static Optional<Boolean> has(InetAddress address) {
    return bindsAnything(address) ? speaksToItself(address) : binds(address);
  }

  /** {@code net.ipv4.ip_nonlocal_bind} or that of IPv6, of this network namespace. */
  public static boolean bindsAnything(InetAddress address) {
    String family = address instanceof Inet6Address ? "ipv6" : "ipv4";
    try {
      return Files.readString(Path.of("/proc/sys/net", family, "ip_nonlocal_bind"))
          .strip()
          .equals("1");
    } catch (IOException _) {
      return false; // not Linux, or without this family
    }
  }

  private static Optional<Boolean> binds(InetAddress address) {
    try (DatagramChannel socket = open(address)) {
      try {
        socket.bind(new InetSocketAddress(address, 0));
        return Optional.of(true);
      } catch (SocketException _) {
        return Optional.of(false);
      }
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static Optional<Boolean> speaksToItself(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return Optional.of(true);
    }
    try (DatagramChannel socket = open(address)) {
      try {
        socket.connect(new InetSocketAddress(address, DISCARD_PORT));
        return Optional.of(
            ((InetSocketAddress) socket.getLocalAddress()).getAddress().equals(address));
      } catch (SocketException _) {
        return Optional.of(false); // no route to it
      }
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static DatagramChannel open(InetAddress address) throws IOException {
    return DatagramChannel.open(
        address instanceof Inet6Address
            ? StandardProtocolFamily.INET6
            : StandardProtocolFamily.INET);
  }
}
