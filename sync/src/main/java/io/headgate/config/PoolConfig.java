package io.headgate.config;

import io.headgate.model.AddressRange;
import io.headgate.model.IpFamily;
import io.headgate.model.LabelSelector;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Addresses that Services are given theirs from: one of {@code load-balancer.pools}. Its keys mean
 * what the fields of MetalLB's IPAddressPool mean.
 *
 * @param addresses disjoint, also from those of the other pools
 * @param autoAssign false where only a Service gets one that asks for the pool or the address
 * @param avoidBuggyIps never give an IPv4 address out that ends in .0 or .255
 * @param priority the lowest is asked first; 0, which is none, after the others
 * @param namespaces whose Services it serves, beside those that a selector names
 * @param namespaceSelectors one of which the labels of a Service's namespace must match; with
 *     neither it serves all namespaces
 * @param serviceSelectors one of which a Service must match; empty for all
 */
public record PoolConfig(
    String name,
    List<AddressRange> addresses,
    boolean autoAssign,
    boolean avoidBuggyIps,
    int priority,
    List<String> namespaces,
    List<LabelSelector> namespaceSelectors,
    List<LabelSelector> serviceSelectors) {
  // Wider ones are a slip of the pen, such as /1 for /31.
  private static final int SHORTEST_PREFIX_IPV4 = 8;
  private static final int SHORTEST_PREFIX_IPV6 = 32;
  // This network, multicast and what is reserved above it, broadcast (RFC 6890); unspecified,
  // link-local, which nobody reaches without naming an interface, and multicast.
  private static final List<AddressRange> UNUSABLE =
      Stream.of("0.0.0.0/8", "224.0.0.0/3", "::/128", "fe80::/10", "ff00::/8")
          .flatMap(text -> AddressRange.parse(text).stream())
          .toList();

  /** One that no namespace's labels count for. */
  public PoolConfig(
      String name,
      List<AddressRange> addresses,
      boolean autoAssign,
      boolean avoidBuggyIps,
      int priority,
      List<String> namespaces,
      List<LabelSelector> serviceSelectors) {
    this(
        name,
        addresses,
        autoAssign,
        avoidBuggyIps,
        priority,
        namespaces,
        List.of(),
        serviceSelectors);
  }

  public PoolConfig {
    addresses = List.copyOf(addresses);
    namespaces = List.copyOf(namespaces);
    namespaceSelectors = List.copyOf(namespaceSelectors);
    serviceSelectors = List.copyOf(serviceSelectors);
  }

  /** This pool with other addresses. */
  public PoolConfig with(List<AddressRange> otherAddresses) {
    return new PoolConfig(
        name,
        otherAddresses,
        autoAssign,
        avoidBuggyIps,
        priority,
        namespaces,
        namespaceSelectors,
        serviceSelectors);
  }

  /** Why a range can be in no pool; empty where it can. */
  public static Optional<String> whyUnusable(AddressRange range) {
    int shortest = range.family() == IpFamily.IPV4 ? SHORTEST_PREFIX_IPV4 : SHORTEST_PREFIX_IPV6;
    int width = range.family() == IpFamily.IPV4 ? 32 : 128;
    if (range.size().compareTo(BigInteger.ONE.shiftLeft(width - shortest)) > 0) {
      return Optional.of("is wider than a /" + shortest);
    }
    return UNUSABLE.stream()
        .filter(range::overlaps)
        .findFirst()
        .map(unusable -> "has addresses that no Service can have: " + unusable);
  }
}
