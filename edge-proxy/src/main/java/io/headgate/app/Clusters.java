package io.headgate.app;

import io.headgate.config.ClustersConfig;
import io.headgate.config.ClustersConfig.Further;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.Identity;
import io.headgate.kubernetes.ClusterWatch;
import io.headgate.kubernetes.PoolSources;
import io.headgate.kubernetes.WatchStatus;
import io.headgate.model.ClusterState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All clusters that the configuration in force names: the leading one, and those beside it, which
 * are only read, each with a watch and a snapshot on disk of its own. Safe on any thread.
 */
final class Clusters implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Clusters.class);

  private final BiConsumer<Identity, ClusterState> onFurther;
  private final ClusterFollower leading;
  private final Map<String, Watched> further = new TreeMap<>(); // guarded by this
  private Optional<HeadgateConfig> inForce = Optional.empty(); // guarded by this

  private record Watched(KubernetesConfig cluster, ClusterWatch watch) {}

  /** From one file to another. */
  private record Move(Path from, Path to) {}

  /**
   * @param onLeading told what the leading cluster says
   * @param onFurther told what each of the others says
   * @param onLease told when the right to write to the leading one has come or gone
   */
  Clusters(
      BiConsumer<Identity, ClusterState> onLeading,
      BiConsumer<Identity, ClusterState> onFurther,
      Consumer<Boolean> onLease) {
    this.onFurther = onFurther;
    this.leading = new ClusterFollower(onLeading, onLease);
  }

  /** Where the last good snapshot of a cluster is kept. */
  static Path snapshot(HeadgateConfig config, String cluster) {
    return config
        .stateDirectory()
        .resolve(
            cluster.equals(ClustersConfig.LEADING)
                ? "cluster.snapshot"
                : "cluster-" + cluster + ".snapshot");
  }

  /**
   * Follows what {@code config} names, and nothing else; what is followed already goes on. A
   * cluster that gets another name, or leads or no longer does, takes its snapshot with it. That of
   * one that is not followed any more goes: by its name another may come.
   */
  synchronized void follow(HeadgateConfig config) {
    Map<String, KubernetesConfig> wanted = new LinkedHashMap<>();
    config.clusters().further().forEach(one -> wanted.put(one.name(), one.cluster()));
    further
        .entrySet()
        .removeIf(entry -> {
          boolean ends = !entry.getValue().cluster().equals(wanted.get(entry.getKey()));
          if (ends) {
            entry.getValue().watch().close();
          }
          return ends;
        });
    List<Move> moves = inForce.map(before -> moves(before, config)).orElse(List.of());
    List<Path> left = inForce.map(before -> left(before, config)).orElse(List.of());
    leading.follow(
        config,
        () -> {
          left.forEach(Clusters::delete);
          run(moves);
        });
    inForce = Optional.of(config);
    wanted.forEach((name, cluster) -> {
      if (!further.containsKey(name)) {
        further.put(name, watched(config, name, cluster));
      }
    });
  }

  private Watched watched(HeadgateConfig config, String name, KubernetesConfig cluster) {
    var watch =
        new ClusterWatch(
            cluster,
            PoolSources.NONE,
            snapshot(config, name),
            state -> onFurther.accept(cluster.identity(), state));
    watch.start();
    return new Watched(cluster, watch);
  }

  private static List<Move> moves(HeadgateConfig before, HeadgateConfig now) {
    Map<Identity, String> known = names(before);
    List<Move> moves = new ArrayList<>();
    names(now)
        .forEach((cluster, name) -> {
          String last = known.get(cluster);
          if (last != null && !last.equals(name)) {
            moves.add(new Move(snapshot(before, last), snapshot(before, name)));
          }
        });
    return moves;
  }

  /** Of the leading cluster's name there is always one: it stays until another is there. */
  private static List<Path> left(HeadgateConfig before, HeadgateConfig now) {
    Set<Identity> followed = names(now).keySet();
    return before.clusters().further().stream()
        .filter(one -> !followed.contains(one.cluster().identity()))
        .map(one -> snapshot(before, one.name()))
        .toList();
  }

  private static void delete(Path snapshot) {
    try {
      Files.deleteIfExists(snapshot);
    } catch (IOException e) {
      LOG.warn("the snapshot of a cluster that is not followed any more stays behind", e);
    }
  }

  private static Map<Identity, String> names(HeadgateConfig config) {
    Map<Identity, String> names = new HashMap<>();
    for (Further one : config.clusters().further()) {
      names.put(one.cluster().identity(), one.name());
    }
    config.kubernetes().ifPresent(cluster -> names.put(cluster.identity(), ClustersConfig.LEADING));
    return names;
  }

  /** First all away, then all to where they belong: two may change places. */
  private static void run(List<Move> moves) {
    List<Move> onTheWay = new ArrayList<>();
    for (Move move : moves) {
      Path way = move.from().resolveSibling(move.from().getFileName() + ".moving");
      if (move(new Move(move.from(), way))) {
        onTheWay.add(new Move(way, move.to()));
      }
    }
    onTheWay.forEach(Clusters::move);
  }

  private static boolean move(Move move) {
    try {
      if (!Files.exists(move.from())) {
        return false;
      }
      Files.move(
          move.from(),
          move.to(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      return true;
    } catch (IOException e) {
      LOG.warn("a snapshot of a cluster stays behind: it will be read anew from the API", e);
      return false;
    }
  }

  ClusterFollower leading() {
    return leading;
  }

  /** Of those that are only read, by name. */
  synchronized Map<String, WatchStatus> further() {
    Map<String, WatchStatus> statuses = new TreeMap<>();
    further.forEach((name, watched) -> statuses.put(name, watched.watch().status()));
    return statuses;
  }

  @Override
  public synchronized void close() {
    leading.close();
    further.values().forEach(watched -> watched.watch().close());
    further.clear();
  }
}
