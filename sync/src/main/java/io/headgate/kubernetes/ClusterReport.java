package io.headgate.kubernetes;

import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport;
import java.util.Map;

/**
 * What the cluster is to be told, and the cluster that this was decided on.
 *
 * @param services of every Service that is served; of others nothing is written
 * @param cluster told by the API in this run: one from disk says what was there once
 */
public record ClusterReport(Map<ServiceKey, ServiceReport> services, ClusterSnapshot cluster) {
  static final ClusterReport EMPTY = new ClusterReport(Map.of(), ClusterSnapshot.EMPTY);

  public ClusterReport {
    services = Map.copyOf(services);
  }
}
