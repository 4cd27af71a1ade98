package io.headgate.desired;

import io.headgate.config.HeadgateConfig;
import io.headgate.model.ClusterState;
import io.headgate.model.HealthReport;
import io.headgate.model.OperatorOrders;

/** Everything that decides what the table must be. */
public record Inputs(
    HeadgateConfig config, ClusterState cluster, HealthReport health, OperatorOrders orders) {
  public Inputs with(HeadgateConfig next) {
    return new Inputs(next, cluster, health, orders);
  }

  public Inputs with(ClusterState next) {
    return new Inputs(config, next, health, orders);
  }

  public Inputs with(HealthReport next) {
    return new Inputs(config, cluster, next, orders);
  }

  public Inputs with(OperatorOrders next) {
    return new Inputs(config, cluster, health, next);
  }
}
