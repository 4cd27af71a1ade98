package io.headgate.config;

import java.util.List;
import java.util.Optional;

/**
 * Which Services of type LoadBalancer are served, and from which addresses.
 *
 * @param loadBalancerClass {@code spec.loadBalancerClass} of the Services that are ours
 * @param defaultClass serve those without a class, too
 * @param pools in the file's order; without one, no Service is served
 */
public record LoadBalancerConfig(
    String loadBalancerClass, boolean defaultClass, List<PoolConfig> pools) {
  /** What is so where the file says nothing. */
  public static final LoadBalancerConfig NONE =
      new LoadBalancerConfig("headgate.io/edge", false, List.of());

  // A label-style name (core/v1 ServiceSpec): a DNS subdomain, a slash, and a name; or a name.
  private static final String CLASS =
      "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";

  public LoadBalancerConfig {
    pools = List.copyOf(pools);
  }

  static LoadBalancerConfig from(Section loadBalancer, boolean hasCluster) {
    if (loadBalancer.flag("metallb", false)) {
      loadBalancer.notInThisVersion("metallb");
    }
    var config =
        new LoadBalancerConfig(
            loadBalancer.parsed(
                "class",
                NONE.loadBalancerClass,
                "a load balancer class such as headgate.io/edge",
                text -> Optional.of(text).filter(name -> name.matches(CLASS))),
            loadBalancer.flag("default-class", NONE.defaultClass),
            PoolsBlock.read(loadBalancer.block("pools")));
    if (!config.pools.isEmpty() && !hasCluster) {
      loadBalancer.problem("pools", "need a cluster", "only beside headgate.kubernetes { … }");
    }
    return config;
  }
}
