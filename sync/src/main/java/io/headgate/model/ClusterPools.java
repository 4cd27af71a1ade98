package io.headgate.model;

import java.util.Map;

/**
 * What a cluster says of pools, as far as it is asked.
 *
 * @param pools IPAddressPools of the one namespace that is looked at, by name
 * @param advertisements L2Advertisements of the same namespace, by name
 * @param namespaces labels of each namespace, by its name
 * @param unread why something of it has not been read in this run, by the plural of the resource:
 *     what is there of it is what an earlier run has seen
 */
public record ClusterPools(
    Map<String, AddressPool> pools,
    Map<String, PoolAdvertisement> advertisements,
    Map<String, Map<String, String>> namespaces,
    Map<String, String> unread) {
  public static final ClusterPools NONE = new ClusterPools(Map.of(), Map.of(), Map.of(), Map.of());

  public ClusterPools {
    pools = Map.copyOf(pools);
    advertisements = Map.copyOf(advertisements);
    namespaces = Map.copyOf(namespaces);
    unread = Map.copyOf(unread);
  }
}
