package io.headgate.kubernetes;

import io.headgate.config.LoadBalancerConfig;
import java.util.List;
import java.util.Optional;

/**
 * What of pools is followed in the cluster, beside what every edge follows.
 *
 * @param metallbNamespace whose IPAddressPools and L2Advertisements; empty for none. MetalLB looks
 *     at those of its own namespace only, so that nobody else gives addresses out
 * @param namespaces the labels of all namespaces
 */
public record PoolSources(Optional<String> metallbNamespace, boolean namespaces) {
  public static final PoolSources NONE = new PoolSources(Optional.empty(), false);

  /** What a configuration needs. */
  public static PoolSources of(LoadBalancerConfig config) {
    return new PoolSources(
        Optional.of(config.metallbNamespace()).filter(_ -> config.metallb()),
        config.needsNamespaces());
  }

  /**
   * The scopes in which a resource is followed: a namespace, or the empty text for all.
   *
   * @param namespaces {@code kubernetes.namespaces}
   */
  List<String> scopes(Resource resource, List<String> namespaces) {
    return switch (resource) {
      case SERVICES, ENDPOINTSLICES ->
          namespaces.isEmpty() ? List.of("") : namespaces.stream().distinct().toList();
      case NODES -> List.of("");
      case NAMESPACES -> this.namespaces ? List.of("") : List.of();
      case IPADDRESSPOOLS, L2ADVERTISEMENTS -> metallbNamespace.stream().toList();
    };
  }
}
