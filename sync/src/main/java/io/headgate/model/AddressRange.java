package io.headgate.model;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Consecutive addresses of one family, from {@code first} to {@code last}, both in it. Never listed
 * one by one: a range of IPv6 may have more of them than fit anywhere.
 */
public record AddressRange(InetAddress first, InetAddress last) {
  // RFC 4291 section 2.5.5.2: the JDK reads these sixteen bytes as IPv4.
  private static final BigInteger FIRST_MAPPED = BigInteger.valueOf(0xffff_0000_0000L);
  private static final BigInteger LAST_MAPPED = BigInteger.valueOf(0xffff_ffff_ffffL);

  public AddressRange {
    if (IpFamily.of(first) != IpFamily.of(last)) {
      throw new IllegalArgumentException("a range is of one family");
    }
    if (number(first).compareTo(number(last)) > 0) {
      throw new IllegalArgumentException("a range begins with its lowest address");
    }
    if (IpFamily.of(first) == IpFamily.IPV6
        && number(first).compareTo(LAST_MAPPED) <= 0
        && number(last).compareTo(FIRST_MAPPED) >= 0) {
      throw new IllegalArgumentException("a range of IPv6 has no IPv4-mapped addresses");
    }
  }

  /**
   * The range that {@code text} writes: an address, a CIDR, or {@code first-last}, with blanks
   * around the hyphen or without. Empty where it writes none.
   */
  public static Optional<AddressRange> parse(String text) {
    int hyphen = text.indexOf('-');
    if (hyphen < 0) {
      return Cidr.parse(text).flatMap(AddressRange::of);
    }
    Optional<InetAddress> last = Addresses.parse(text.substring(hyphen + 1).strip());
    return Addresses.parse(text.substring(0, hyphen).strip())
        .flatMap(first -> last.flatMap(end -> of(first, end)));
  }

  private static Optional<AddressRange> of(Cidr cidr) {
    byte[] low = cidr.network().getAddress();
    byte[] high = low.clone();
    for (int bit = cidr.prefixBits(); bit < low.length * 8; bit++) {
      low[bit / 8] &= (byte) ~(0x80 >> bit % 8);
      high[bit / 8] |= (byte) (0x80 >> bit % 8);
    }
    return of(Addresses.of(low), Addresses.of(high));
  }

  private static Optional<AddressRange> of(InetAddress first, InetAddress last) {
    try {
      return Optional.of(new AddressRange(first, last));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  public IpFamily family() {
    return IpFamily.of(first);
  }

  public boolean contains(InetAddress address) {
    return IpFamily.of(address) == family()
        && Arrays.compareUnsigned(first.getAddress(), address.getAddress()) <= 0
        && Arrays.compareUnsigned(address.getAddress(), last.getAddress()) <= 0;
  }

  public boolean overlaps(AddressRange other) {
    return contains(other.first) || other.contains(first);
  }

  /** What is left of it, in order, without the addresses of {@code other}. */
  public List<AddressRange> without(AddressRange other) {
    if (!overlaps(other)) {
      return List.of(this);
    }
    List<AddressRange> left = new ArrayList<>();
    int width = first.getAddress().length;
    if (number(first).compareTo(number(other.first)) < 0) {
      left.add(
          new AddressRange(
              first, Addresses.of(bytes(number(other.first).subtract(BigInteger.ONE), width))));
    }
    if (number(other.last).compareTo(number(last)) < 0) {
      left.add(
          new AddressRange(
              Addresses.of(bytes(number(other.last).add(BigInteger.ONE), width)), last));
    }
    return List.copyOf(left);
  }

  /** How many addresses it has. */
  public BigInteger size() {
    return number(last).subtract(number(first)).add(BigInteger.ONE);
  }

  /**
   * The address {@code offset} places after the first, where the range goes so far.
   *
   * @param offset 0 or more
   */
  public Optional<InetAddress> at(long offset) {
    BigInteger number = number(first).add(BigInteger.valueOf(offset));
    return number.compareTo(number(last)) > 0
        ? Optional.empty()
        : Optional.of(Addresses.of(bytes(number, first.getAddress().length)));
  }

  private static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }

  private static byte[] bytes(BigInteger number, int length) {
    byte[] digits = number.toByteArray(); // may begin with a zero that is only the sign
    byte[] bytes = new byte[length];
    int used = Math.min(digits.length, length);
    System.arraycopy(digits, digits.length - used, bytes, length - used, used);
    return bytes;
  }

  /** A single address or {@code first-last}. */
  @Override
  public String toString() {
    return first.equals(last)
        ? Addresses.text(first)
        : Addresses.text(first) + "-" + Addresses.text(last);
  }
}
