package io.headgate.app;

import io.headgate.config.HeadgateConfig;
import io.headgate.config.KubernetesConfig;
import io.headgate.kubernetes.ClusterWatch;
import io.headgate.kubernetes.WatchStatus;
import io.headgate.model.ClusterState;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The watch on the cluster that the configuration in force names, exchanged when a reload names
 * another one. Safe on any thread.
 */
final class ClusterFollower implements AutoCloseable {
  private final Consumer<ClusterState> subscriber;
  private Optional<KubernetesConfig> followed = Optional.empty(); // guarded by this
  private @Nullable ClusterWatch watch; // guarded by this

  ClusterFollower(Consumer<ClusterState> subscriber) {
    this.subscriber = subscriber;
  }

  /** Follows what {@code config} names; does nothing where that is followed already. */
  synchronized void follow(HeadgateConfig config) {
    if (config.kubernetes().equals(followed)) {
      return;
    }
    close();
    followed = config.kubernetes();
    if (followed.isEmpty()) {
      subscriber.accept(ClusterState.UNKNOWN);
      return;
    }
    watch =
        new ClusterWatch(
            followed.get(), config.stateDirectory().resolve("cluster.snapshot"), subscriber);
    watch.start();
  }

  /** Empty where no cluster is followed. */
  synchronized Optional<WatchStatus> status() {
    return Optional.ofNullable(watch).map(ClusterWatch::status);
  }

  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }
}
