package io.headgate.config;

import java.util.List;
import java.util.Optional;

/**
 * Which Services of type LoadBalancer are served, and from which addresses.
 *
 * @param loadBalancerClass {@code spec.loadBalancerClass} of the Services that are ours
 * @param defaultClass serve those without a class, too
 * @param pools in the file's order; without one, and without MetalLB's, no Service is served
 * @param metallb MetalLB's IPAddressPools are pools, too, and its annotations mean what ours mean
 * @param metallbNamespace where MetalLB's own objects are
 */
public record LoadBalancerConfig(
    String loadBalancerClass,
    boolean defaultClass,
    List<PoolConfig> pools,
    boolean metallb,
    String metallbNamespace) {
  /** What is so where the file says nothing. */
  public static final LoadBalancerConfig NONE =
      new LoadBalancerConfig("headgate.io/edge", false, List.of(), false, "metallb-system");

  // A label-style name (core/v1 ServiceSpec): a DNS subdomain, a slash, and a name; or a name.
  private static final String CLASS =
      "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";

  public LoadBalancerConfig {
    pools = List.copyOf(pools);
  }

  static LoadBalancerConfig from(Section loadBalancer, boolean hasCluster) {
    var config =
        new LoadBalancerConfig(
            loadBalancer.parsed(
                "class",
                NONE.loadBalancerClass,
                "a load balancer class such as headgate.io/edge",
                text -> Optional.of(text).filter(name -> name.matches(CLASS))),
            loadBalancer.flag("default-class", NONE.defaultClass),
            PoolsBlock.read(loadBalancer.block("pools")),
            loadBalancer.flag("metallb", NONE.metallb),
            loadBalancer.parsed(
                "metallb-namespace",
                NONE.metallbNamespace,
                "the name of a namespace",
                Formats::dnsLabel));
    if (!config.pools.isEmpty() && !hasCluster) {
      loadBalancer.problem("pools", "need a cluster", "only beside headgate.kubernetes { … }");
    }
    if (config.metallb && !hasCluster) {
      loadBalancer.problem("metallb", "needs a cluster", "only beside headgate.kubernetes { … }");
    }
    return config;
  }

  /** Whether there may be something to give to Services. */
  public boolean servesServices() {
    return metallb || !pools.isEmpty();
  }

  /** Whether the labels of namespaces may decide who gets what. */
  public boolean needsNamespaces() {
    return metallb || pools.stream().anyMatch(pool -> !pool.namespaceSelectors().isEmpty());
  }
}
