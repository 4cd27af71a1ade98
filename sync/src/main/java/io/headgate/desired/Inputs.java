package io.headgate.desired;

import io.headgate.config.HeadgateConfig;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.HealthReport;
import io.headgate.model.OperatorOrders;

/**
 * Everything that decides what the table must be.
 *
 * @param holdsLease of several edges this is the one that writes to the cluster
 */
public record Inputs(
    HeadgateConfig config,
    ClusterState cluster,
    HealthReport health,
    OperatorOrders orders,
    boolean holdsLease) {
  /** Of an edge that does not write. */
  public Inputs(
      HeadgateConfig config, ClusterState cluster, HealthReport health, OperatorOrders orders) {
    this(config, cluster, health, orders, false);
  }

  /** Whether Services may be given what they have not had: never by what was read from disk. */
  boolean givesAddresses() {
    return holdsLease && cluster.freshness() == Freshness.LIVE;
  }

  public Inputs withLease(boolean held) {
    return new Inputs(config, cluster, health, orders, held);
  }

  public Inputs with(HeadgateConfig next) {
    return new Inputs(next, cluster, health, orders, holdsLease);
  }

  public Inputs with(ClusterState next) {
    return new Inputs(config, next, health, orders, holdsLease);
  }

  public Inputs with(HealthReport next) {
    return new Inputs(config, cluster, next, orders, holdsLease);
  }

  public Inputs with(OperatorOrders next) {
    return new Inputs(config, cluster, health, next, holdsLease);
  }
}
