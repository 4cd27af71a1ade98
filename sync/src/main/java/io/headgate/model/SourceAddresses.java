package io.headgate.model;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Addresses of this host that connections to backends may come from, of either family, in the order
 * in which the file lists them. None: the kernel chooses.
 *
 * @param ranges of at most {@link #MOST} addresses in all
 */
public record SourceAddresses(List<AddressRange> ranges) {
  /** More would help nobody: each gives some 28,000 connections to every single backend. */
  public static final int MOST = 256;

  public static final SourceAddresses NONE = new SourceAddresses(List.of());

  public SourceAddresses {
    ranges = List.copyOf(ranges);
    if (count(ranges).compareTo(BigInteger.valueOf(MOST)) > 0) {
      throw new IllegalArgumentException("more than " + MOST + " source addresses");
    }
  }

  /** How many addresses the ranges have, one that is in two of them counted twice. */
  public static BigInteger count(List<AddressRange> ranges) {
    return ranges.stream().map(AddressRange::size).reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** A range that a connection may come from: neither wildcard, nor multicast, nor link-local. */
  public static Optional<AddressRange> parse(String text) {
    return AddressRange.parse(text)
        .filter(range -> isUsable(range.first()) && isUsable(range.last()));
  }

  /** An IPv6 link-local address means nothing without an interface. */
  private static boolean isUsable(InetAddress address) {
    return !address.isAnyLocalAddress()
        && !address.isMulticastAddress()
        && !(address instanceof Inet6Address && address.isLinkLocalAddress());
  }

  /** Every address once. */
  public List<InetAddress> all() {
    return ranges.stream().flatMap(SourceAddresses::each).distinct().toList();
  }

  /** Every address of that family, once. */
  public List<InetAddress> all(IpFamily family) {
    return all().stream().filter(address -> IpFamily.of(address) == family).toList();
  }

  /** The first of a family: probes come from it. */
  public Optional<InetAddress> first(IpFamily family) {
    return ranges.stream()
        .filter(range -> range.family() == family)
        .map(AddressRange::first)
        .findFirst();
  }

  private static Stream<InetAddress> each(AddressRange range) {
    return LongStream.range(0, range.size().longValueExact())
        .mapToObj(range::at)
        .flatMap(Optional::stream);
  }
}
