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
  public Cidr {
    int width = network.getAddress().length * 8;
    if (prefixBits < 0 || prefixBits > width) {
      throw new IllegalArgumentException("prefix must be 0.." + width + " but is " + prefixBits);
    }
  }

  /** Empty where {@code text} is no address and no range. */
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
    if (!prefix.matches("\\d{1,3}") || Integer.parseInt(prefix) > width) {
      return Optional.empty();
    }
    return Optional.of(new Cidr(address.get(), Integer.parseInt(prefix)));
  }

  @Override
  public String toString() {
    return Addresses.text(network) + "/" + prefixBits;
  }
}
