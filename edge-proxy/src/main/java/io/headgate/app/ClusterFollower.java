package io.headgate.app;

import io.headgate.config.ClustersConfig;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.Identity;
import io.headgate.kubernetes.ClusterReport;
import io.headgate.kubernetes.ClusterWatch;
import io.headgate.kubernetes.ClusterWriter;
import io.headgate.kubernetes.PoolSources;
import io.headgate.kubernetes.WatchStatus;
import io.headgate.kubernetes.WriterStatus;
import io.headgate.model.ClusterState;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The watch on the cluster that the configuration in force names, and, where something is written
 * to it, the writer; exchanged when a reload names another one. Safe on any thread.
 */
final class ClusterFollower implements AutoCloseable {
  private final BiConsumer<Identity, ClusterState> subscriber;
  private final Consumer<Boolean> onLease;
  private Optional<Followed> followed = Optional.empty(); // guarded by this
  private @Nullable ClusterWatch watch; // guarded by this
  private volatile @Nullable ClusterWriter writer; // guarded by this for writing

  /** What the present watch and writer are for. */
  private record Followed(
      KubernetesConfig cluster, PoolSources pools, String edge, boolean writes) {
    boolean watchesLike(Followed other) {
      return cluster.equals(other.cluster) && pools.equals(other.pools);
    }
  }

  /**
   * @param subscriber of what the cluster says
   * @param onLease told when the right to write to the cluster has come or gone
   */
  ClusterFollower(BiConsumer<Identity, ClusterState> subscriber, Consumer<Boolean> onLease) {
    this.subscriber = subscriber;
    this.onLease = onLease;
  }

  /**
   * Follows what {@code config} names; does nothing where that is followed already.
   *
   * @param betweenWatches run once: where it is another one, when the one before is not watched any
   *     more and this one not yet
   */
  synchronized void follow(HeadgateConfig config, Runnable betweenWatches) {
    Optional<Followed> next =
        config
            .kubernetes()
            .map(cluster ->
                new Followed(
                    cluster,
                    PoolSources.of(config.loadBalancer()),
                    config.name(),
                    config.loadBalancer().servesServices() || cluster.nodeConnections()));
    if (next.equals(followed)) {
      betweenWatches.run();
      return;
    }
    boolean sameWatch =
        watch != null && next.isPresent() && followed.filter(next.get()::watchesLike).isPresent();
    stopWriting();
    followed = next;
    if (sameWatch) {
      betweenWatches.run();
    } else {
      watch(config, betweenWatches);
    }
    next.filter(Followed::writes).ifPresent(this::write);
  }

  private void watch(HeadgateConfig config, Runnable betweenWatches) {
    if (watch != null) {
      watch.close();
      watch = null;
    }
    betweenWatches.run();
    if (config.kubernetes().isEmpty()) {
      return;
    }
    Identity identity = config.kubernetes().get().identity();
    watch =
        new ClusterWatch(
            config.kubernetes().get(),
            PoolSources.of(config.loadBalancer()),
            Clusters.snapshot(config, ClustersConfig.LEADING),
            state -> subscriber.accept(identity, state));
    watch.start();
  }

  private void write(Followed wanted) {
    var next = new ClusterWriter(wanted.cluster(), wanted.edge(), onLease);
    writer = next;
    next.start();
  }

  private void stopWriting() {
    ClusterWriter last = writer;
    if (last != null) {
      last.close();
      writer = null;
      onLease.accept(false);
    }
  }

  /** What the cluster is to be told from now on, where there is somebody to tell it. */
  void report(ClusterReport report) {
    ClusterWriter now = writer;
    if (now != null) {
      now.report(report);
    }
  }

  /** Empty where no cluster is followed. */
  synchronized Optional<WatchStatus> status() {
    return Optional.ofNullable(watch).map(ClusterWatch::status);
  }

  /** Empty where nothing is written to the cluster. */
  Optional<WriterStatus> writerStatus() {
    return Optional.ofNullable(writer).map(ClusterWriter::status);
  }

  @Override
  public synchronized void close() {
    stopWriting();
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }
}
