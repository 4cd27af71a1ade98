package io.headgate.desired;

import io.headgate.addressing.Addressing;
import io.headgate.addressing.Assignment;
import io.headgate.addressing.Claim;
import io.headgate.addressing.PoolCatalog;
import io.headgate.addressing.PoolCatalog.Notice;
import io.headgate.config.LoadBalancerConfig;
import io.headgate.model.ClusterPools;
import io.headgate.model.ClusterService;
import io.headgate.model.ServiceKey;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
              List<Claim> claims, Map<ServiceKey, Assignment> before) {
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
     * @param claims of all that are ours, the older ones first
     * @param before what they had got by the decision before
     */
    Map<ServiceKey, Assignment> assign(List<Claim> claims, Map<ServiceKey, Assignment> before);

    /** Whether the address is one of ours that {@code service} may have. */
    boolean has(ClusterService service, InetAddress address);

    /** What the next decision needs to know of them. */
    default Standing standing() {
      return Standing.NONE;
    }
  }

  /**
   * The pools as they were at one decision.
   *
   * @param addressing empty where no Service is served
   * @param of what they were made of, so that the same is not made again
   * @param notices what the operator should know
   */
  record Standing(
      Optional<Addressing> addressing, List<Object> of, Rival rival, List<Notice> notices) {
    static final Standing NONE = new Standing(Optional.empty(), List.of(), Rival.NONE, List.of());

    Standing {
      of = List.copyOf(of);
      notices = List.copyOf(notices);
    }
  }

  /**
   * What the configuration and the cluster say. Without a pool there is nothing to serve a Service
   * on.
   *
   * @param before the decision before
   * @param nowNs on the clock of {@code System.nanoTime}
   */
  static LoadBalancing of(ServicePlan before, Inputs inputs, long nowNs) {
    LoadBalancerConfig config = inputs.config().loadBalancer();
    if (!config.servesServices()) {
      return OFF;
    }
    Rival rival = Rival.of(before, inputs, nowNs);
    Standing standing = standing(before.memory().standing(), config, inputs, rival);
    return new LoadBalancing(
        config.loadBalancerClass(),
        config.defaultClass(),
        new Configured(standing, standing.addressing().orElseThrow(), inputs.givesAddresses()));
  }

  private static Standing standing(
      Standing before, LoadBalancerConfig config, Inputs inputs, Rival rival) {
    ClusterPools cluster = inputs.cluster().snapshot().pools();
    List<Object> of = List.of(config, cluster, rival.sign());
    if (before.of().equals(of)) {
      return new Standing(before.addressing(), of, rival, before.notices());
    }
    String paused = config.metallb() ? rival.sign() : "";
    PoolCatalog catalog = PoolCatalog.of(config, cluster, paused);
    List<Notice> notices = new ArrayList<>(catalog.notices());
    rival.notice(config.metallb()).ifPresent(notices::add);
    var addressing = new Addressing(catalog, config.metallb(), rival::leaves);
    return new Standing(Optional.of(addressing), of, rival, notices);
  }

  /** Of several edges one gives; the others serve what the cluster has been told. */
  private record Configured(Standing standing, Addressing addressing, boolean gives)
      implements Pools {
    @Override
    public Map<ServiceKey, Assignment> assign(
        List<Claim> claims, Map<ServiceKey, Assignment> before) {
      return gives ? addressing.assign(claims, before) : addressing.adopt(claims);
    }

    @Override
    public boolean has(ClusterService service, InetAddress address) {
      return addressing.mayBind(service, address);
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
