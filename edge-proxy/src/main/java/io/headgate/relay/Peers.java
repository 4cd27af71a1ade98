package io.headgate.relay;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** The addresses of sockets as people write them. */
final class Peers {
  private Peers() {}

  /** IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2), as dual-stack sockets report it, becomes IPv4. */
  static InetSocketAddress normalised(InetSocketAddress address) {
    byte[] bytes = address.getAddress().getAddress();
    if (bytes.length == 4) {
      return address;
    }
    try {
      // InetAddress itself turns a mapped address into an Inet4Address, and drops an IPv6 scope
      return new InetSocketAddress(InetAddress.getByAddress(bytes), address.getPort());
    } catch (UnknownHostException e) {
      throw new AssertionError("16 bytes are an address", e);
    }
  }
}
