package io.headgate.desired;

import io.headgate.config.ClustersConfig.Further;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.Identity;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.HealthReport;
import io.headgate.model.OperatorOrders;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that decides what the table must be.
 *
 * @param cluster the leading one
 * @param further by the names that the configuration gives them; one that is missing is not known
 * @param holdsLease of several edges this is the one that writes to the cluster
 */
public record Inputs(
    HeadgateConfig config,
    ClusterState cluster,
    Map<String, ClusterState> further,
    HealthReport health,
    OperatorOrders orders,
    boolean holdsLease) {
  public Inputs {
    further = Map.copyOf(further);
  }

  /** With no cluster but the leading one. */
  public Inputs(
      HeadgateConfig config,
      ClusterState cluster,
      HealthReport health,
      OperatorOrders orders,
      boolean holdsLease) {
    this(config, cluster, Map.of(), health, orders, holdsLease);
  }

  /** Of an edge that does not write. */
  public Inputs(
      HeadgateConfig config, ClusterState cluster, HealthReport health, OperatorOrders orders) {
    this(config, cluster, health, orders, false);
  }

  /** Whether Services may be given what they have not had: never by what was read from disk. */
  boolean givesAddresses() {
    return holdsLease && cluster.freshness() == Freshness.LIVE;
  }

  /** What is known of a cluster that is only read. */
  public ClusterState further(String name) {
    return further.getOrDefault(name, ClusterState.UNKNOWN);
  }

  public Inputs withLease(boolean held) {
    return new Inputs(config, cluster, further, health, orders, held);
  }

  /**
   * With another configuration. What is known of a cluster goes with it: where the leading one and
   * another change places, both are known as well as before. Where a cluster leads that nothing is
   * known of, the one before is kept for its backends; none of it is told to the new one.
   */
  public Inputs with(HeadgateConfig next) {
    Map<Identity, ClusterState> known = new HashMap<>();
    for (Further one : config.clusters().further()) {
      known.put(one.cluster().identity(), unproven(further(one.name())));
    }
    config.kubernetes().ifPresent(leading -> known.put(leading.identity(), cluster));
    Map<String, ClusterState> furtherNow = new HashMap<>();
    for (Further one : next.clusters().further()) {
      ClusterState state = known.get(one.cluster().identity());
      if (state != null) {
        furtherNow.put(one.name(), sameAsBefore(one).orElse(state));
      }
    }
    ClusterState clusterNow =
        next.kubernetes()
            .map(leading -> known.getOrDefault(leading.identity(), unproven(cluster)))
            .orElse(ClusterState.UNKNOWN);
    return new Inputs(next, clusterNow, furtherNow, health, orders, holdsLease);
  }

  private Optional<ClusterState> sameAsBefore(Further one) {
    return config.clusters().further().stream()
        .filter(before -> before.cluster().identity().equals(one.cluster().identity()))
        .map(before -> further(before.name()))
        .findFirst();
  }

  /** Of the leading cluster more is read than of the others: until that is, no address is given. */
  private static ClusterState unproven(ClusterState state) {
    return state.freshness() == Freshness.LIVE
        ? new ClusterState(state.snapshot(), Freshness.STALE)
        : state;
  }

  public Inputs with(ClusterState next) {
    return new Inputs(config, next, further, health, orders, holdsLease);
  }

  /**
   * With what one of the clusters has become, by the watch on the leading one; as before where the
   * configuration does not name it any more.
   */
  public Inputs with(Identity of, ClusterState next) {
    return leads(of) ? with(next) : withOther(of, next);
  }

  /**
   * The same, by the watch on one beside the leading one: it may have become the leading one
   * meanwhile.
   */
  public Inputs withFurther(Identity of, ClusterState next) {
    return leads(of) ? with(unproven(next)) : withOther(of, next);
  }

  private boolean leads(Identity of) {
    return config.kubernetes().map(KubernetesConfig::identity).filter(of::equals).isPresent();
  }

  private Inputs withOther(Identity of, ClusterState next) {
    Map<String, ClusterState> now = new HashMap<>(further);
    for (Further one : config.clusters().further()) {
      if (one.cluster().identity().equals(of)) {
        now.put(one.name(), next);
      }
    }
    return new Inputs(config, cluster, now, health, orders, holdsLease);
  }

  public Inputs with(HealthReport next) {
    return new Inputs(config, cluster, further, next, orders, holdsLease);
  }

  public Inputs with(OperatorOrders next) {
    return new Inputs(config, cluster, further, health, next, holdsLease);
  }
}
