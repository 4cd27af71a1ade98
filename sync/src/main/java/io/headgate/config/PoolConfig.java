package io.headgate.config;

import io.headgate.model.AddressRange;
import io.headgate.model.LabelSelector;
import java.util.List;

/**
 * Addresses that Services are given theirs from: one of {@code load-balancer.pools}. Its keys mean
 * what the fields of MetalLB's IPAddressPool mean.
 *
 * @param addresses disjoint, also from those of the other pools
 * @param autoAssign false where only a Service gets one that asks for the pool or the address
 * @param avoidBuggyIps never give an IPv4 address out that ends in .0 or .255
 * @param priority the lowest is asked first; 0, which is none, after the others
 * @param namespaces whose Services it serves; empty for all
 * @param serviceSelectors one of which a Service must match; empty for all
 */
public record PoolConfig(
    String name,
    List<AddressRange> addresses,
    boolean autoAssign,
    boolean avoidBuggyIps,
    int priority,
    List<String> namespaces,
    List<LabelSelector> serviceSelectors) {
  public PoolConfig {
    addresses = List.copyOf(addresses);
    namespaces = List.copyOf(namespaces);
    serviceSelectors = List.copyOf(serviceSelectors);
  }
}
