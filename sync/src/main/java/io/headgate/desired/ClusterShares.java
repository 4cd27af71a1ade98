package io.headgate.desired;

import io.headgate.config.ClustersConfig.Share;
import io.headgate.desired.JoinedSelection.Cluster;
import io.headgate.model.Backend;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Who of several clusters gets how many of a route's new connections. Of the clusters whose weight
 * is not 0 and that have a backend in use, those with the lowest priority share them in proportion
 * to their weights, however many backends each has; the others stand by. Pure.
 */
final class ClusterShares {
  /** What a cluster has in use, with the sum of the weights. */
  private record Standing(Cluster cluster, long weight, int backends) {}

  private final List<Backend> backends;
  private final List<Cluster> clusters;
  private final Map<String, Standing> usable = new LinkedHashMap<>();

  private ClusterShares(List<Backend> backends, List<Cluster> clusters) {
    this.backends = backends;
    this.clusters = clusters;
    for (int i = 0; i < backends.size(); i++) {
      Cluster cluster = clusters.get(i);
      if (isUsable(backends.get(i)) && cluster.share().weight() > 0) {
        usable.merge(
            cluster.name(),
            new Standing(cluster, backends.get(i).weight(), 1),
            (a, b) -> new Standing(cluster, a.weight + b.weight, a.backends + b.backends));
      }
    }
  }

  /**
   * The backends with the weights that their clusters leave them.
   *
   * @param clusters of each of them
   */
  static List<Backend> of(List<Backend> backends, List<Cluster> clusters) {
    return new ClusterShares(backends, clusters).shared();
  }

  /** The priority that is in use; empty where no cluster has a backend in use. */
  static OptionalInt priority(List<Backend> backends, List<Cluster> clusters) {
    return new ClusterShares(backends, clusters).priority();
  }

  private static boolean isUsable(Backend backend) {
    return backend.weight() > 0 && backend.works();
  }

  private OptionalInt priority() {
    return usable.values().stream().mapToInt(standing -> standing.cluster.share().priority()).min();
  }

  private List<Backend> shared() {
    OptionalInt priority = priority();
    if (priority.isEmpty()) {
      return backends;
    }
    List<Standing> active =
        usable.values().stream()
            .filter(standing -> standing.cluster.share().priority() == priority.getAsInt())
            .toList();
    boolean alone = active.size() == 1;
    if (alone && usable.size() == 1) {
      return backends;
    }
    Map<String, Dealing> dealings = dealings(active);
    List<Backend> shared = new ArrayList<>(backends.size());
    for (int i = 0; i < backends.size(); i++) {
      Backend backend = backends.get(i);
      Cluster cluster = clusters.get(i);
      if (!backend.works() || cluster.share().weight() == 0) {
        shared.add(backend);
      } else if (cluster.share().priority() != priority.getAsInt()) {
        shared.add(backend.withWeight(0, standsBy(priority.getAsInt())));
      } else {
        Dealing dealing = dealings.get(cluster.name());
        shared.add(
            alone || dealing == null || backend.weight() == 0
                ? backend
                : backend.withWeight(dealing.deal(backend.weight()), backend.reason()));
      }
    }
    return shared;
  }

  static String standsBy(int priority) {
    return "stands by: a cluster of priority " + priority + " serves";
  }

  /**
   * Together they get what their backends would have at full weight, so that the weights mean about
   * what they mean in one cluster; more, where that would be less than 1 for each backend.
   */
  private static Map<String, Dealing> dealings(List<Standing> active) {
    long weights = 0;
    long whole = 0;
    for (Standing standing : active) {
      weights += standing.cluster.share().weight();
      whole += (long) Backend.FULL_WEIGHT * standing.backends;
    }
    long all = whole;
    for (Standing standing : active) {
      Share share = standing.cluster.share();
      all = Math.max(all, (standing.backends * weights + share.weight() - 1) / share.weight());
    }
    Map<String, Dealing> dealings = new LinkedHashMap<>();
    for (Standing standing : active) {
      long part = Math.round((double) all * standing.cluster.share().weight() / weights);
      dealings.put(standing.cluster.name(), new Dealing(part, standing.weight));
    }
    return dealings;
  }

  /** A cluster's part, dealt to its backends: of what is rounded off one the next gets more. */
  private static final class Dealing {
    private final long part;
    private final long weights;
    private long seen;
    private long dealt;

    Dealing(long part, long weights) {
      this.part = part;
      this.weights = weights;
    }

    int deal(int weight) {
      seen += weight;
      long due = Math.round((double) part * seen / weights);
      long share = Math.max(1, due - dealt);
      dealt += share;
      return Math.toIntExact(Math.min(share, Integer.MAX_VALUE));
    }
  }
}
