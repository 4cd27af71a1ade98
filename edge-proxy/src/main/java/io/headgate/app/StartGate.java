package io.headgate.app;

import io.headgate.model.BackendState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.RouteTable;
import java.util.concurrent.TimeUnit;

/**
 * Whether it is time to open the listeners for the first time. A client that finds no listener is
 * told at once and tries again; one that finds a listener without backends is turned away. So the
 * edge waits a moment for the cluster and the first probes, but never long: without an answer it
 * opens with what it has.
 *
 * @param startedNs when the edge was started
 */
record StartGate(long startedNs) {
  private static final long CLUSTER_PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long PROBE_PATIENCE_NS = TimeUnit.SECONDS.toNanos(8);

  boolean opens(RouteTable table, boolean clusterFollowed, Freshness freshness, long nowNs) {
    long waitedNs = nowNs - startedNs;
    if (clusterFollowed && freshness == Freshness.NONE) {
      return waitedNs >= CLUSTER_PATIENCE_NS;
    }
    return waitedNs >= PROBE_PATIENCE_NS
        || table.listeners().values().stream()
            .flatMap(route -> route.backends().stream())
            .noneMatch(backend -> backend.state() == BackendState.PENDING);
  }
}
