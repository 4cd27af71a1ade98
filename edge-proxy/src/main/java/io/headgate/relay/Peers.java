package io.headgate.relay;

import io.headgate.model.Addresses;
import java.net.InetSocketAddress;

/** The addresses of sockets as people write them. */
final class Peers {
  private Peers() {}

  /** IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2), as dual-stack sockets report it, becomes IPv4. */
  static InetSocketAddress normalised(InetSocketAddress address) {
    byte[] bytes = address.getAddress().getAddress();
    return bytes.length == 4
        ? address
        : new InetSocketAddress(Addresses.of(bytes), address.getPort()); // without an IPv6 scope
  }
}
