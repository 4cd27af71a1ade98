package io.headgate.model;

import java.util.List;

/**
 * What an edge needs of MetalLB's L2Advertisement (metallb.io/v1beta1).
 *
 * @param pools {@code spec.ipAddressPools}
 * @param poolSelectors {@code spec.ipAddressPoolSelectors}; with neither it names every pool
 * @param ofNodes fields that are set and say which node announces, on which of its interfaces or
 *     for which Services
 */
public record PoolAdvertisement(
    String name, List<String> pools, List<LabelSelector> poolSelectors, List<String> ofNodes) {
  public PoolAdvertisement {
    pools = List.copyOf(pools);
    poolSelectors = List.copyOf(poolSelectors);
    ofNodes = List.copyOf(ofNodes);
  }

  public boolean names(AddressPool pool) {
    return (pools.isEmpty() && poolSelectors.isEmpty())
        || pools.contains(pool.name())
        || poolSelectors.stream().anyMatch(selector -> selector.matches(pool.labels()));
  }
}
