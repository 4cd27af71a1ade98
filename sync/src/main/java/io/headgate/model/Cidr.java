package io.headgate.model;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A range of addresses of one family, {@code 10.0.0.0/8} or {@code 2001:db8::/32}; a bare address
 * is a range of one.
 *
 * @param network the address as written; host bits may be set, they are ignored
 * @param prefixBits 0..32 or 0..128
 */
public record Cidr(InetAddress network, int prefixBits) {
  /** Before the IPv4 address in an IPv4-mapped one (RFC 4291 section 2.5.5.2). */
  private static final int MAPPED_BITS = 96;

  public Cidr {
    int width = network.getAddress().length * 8;
    if (prefixBits < 0 || prefixBits > width) {
      throw new IllegalArgumentException("prefix must be 0.." + width + " but is " + prefixBits);
    }
  }

  /**
   * Empty where {@code text} is no address and no range. An IPv4-mapped range, {@code
   * ::ffff:10.0.0.0/104}, is the IPv4 one.
   */
  public static Optional<Cidr> parse(String text) {
    int slash = text.indexOf('/');
    Optional<InetAddress> address = Addresses.parse(slash < 0 ? text : text.substring(0, slash));
    if (address.isEmpty()) {
      return Optional.empty();
    }
    int width = address.get().getAddress().length * 8;
    if (slash < 0) {
      return Optional.of(new Cidr(address.get(), width));
    }
    String prefix = text.substring(slash + 1);
    if (!prefix.matches("\\d{1,3}")) {
      return Optional.empty();
    }
    boolean mapped = width == 32 && text.indexOf(':') >= 0;
    int prefixBits = Integer.parseInt(prefix) - (mapped ? MAPPED_BITS : 0);
    return prefixBits >= 0 && prefixBits <= width
        ? Optional.of(new Cidr(address.get(), prefixBits))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return Addresses.text(network) + "/" + prefixBits;
  }
}
