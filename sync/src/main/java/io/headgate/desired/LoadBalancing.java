package io.headgate.desired;

import io.headgate.addressing.Addressing;
import io.headgate.addressing.Assignment;
import io.headgate.config.LoadBalancerConfig;
import io.headgate.config.PoolConfig;
import io.headgate.model.ClusterService;
import io.headgate.model.ServiceKey;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * Which Services are ours, and where their addresses come from.
 *
 * @param loadBalancerClass that a Service must name exactly; empty for none
 * @param defaultClass Services that name none are ours, too
 * @param pools what is given out
 */
record LoadBalancing(String loadBalancerClass, boolean defaultClass, Pools pools) {
  /** No Service is ours. */
  static final LoadBalancing OFF = new LoadBalancing("", false, Pools.NONE);

  /** Addresses to give. Pure. */
  interface Pools {
    Pools NONE =
        new Pools() {
          @Override
          public Map<ServiceKey, Assignment> assign(
              List<ClusterService> claimed, Map<ServiceKey, Assignment> before) {
            return Map.of();
          }

          @Override
          public boolean has(ClusterService service, InetAddress address) {
            return false;
          }
        };

    /**
     * What each Service gets.
     *
     * @param claimed all that are ours, the older ones first
     * @param before what they had got by the decision before
     */
    Map<ServiceKey, Assignment> assign(
        List<ClusterService> claimed, Map<ServiceKey, Assignment> before);

    /** Whether the address is one of ours that {@code service} may have. */
    boolean has(ClusterService service, InetAddress address);
  }

  /** What the configuration says. Without a pool there is nothing to serve a Service on. */
  static LoadBalancing of(Inputs inputs) {
    LoadBalancerConfig config = inputs.config().loadBalancer();
    return config.pools().isEmpty()
        ? OFF
        : new LoadBalancing(
            config.loadBalancerClass(),
            config.defaultClass(),
            new Configured(config.pools(), inputs.givesAddresses()));
  }

  /** Of several edges one gives; the others serve what the cluster has been told. */
  private record Configured(List<PoolConfig> pools, boolean gives) implements Pools {
    @Override
    public Map<ServiceKey, Assignment> assign(
        List<ClusterService> claimed, Map<ServiceKey, Assignment> before) {
      var addressing = new Addressing(pools, false);
      return gives ? addressing.assign(claimed, before) : addressing.adopt(claimed);
    }

    @Override
    public boolean has(ClusterService service, InetAddress address) {
      return new Addressing(pools, false).mayBind(service, address);
    }
  }

  /**
   * Whether a Service's class is ours (KEP-1959). The class can be set only while the type is
   * LoadBalancer, and never be changed.
   */
  boolean covers(ClusterService service) {
    String wanted = service.request().loadBalancerClass();
    return service.type() == ClusterService.Type.LOAD_BALANCER
        && (wanted.isEmpty() ? defaultClass : wanted.equals(loadBalancerClass));
  }
}
