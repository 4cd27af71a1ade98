package io.headgate.desired;

import io.headgate.config.ClustersConfig.Share;
import io.headgate.desired.JoinedSelection.Cluster;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Who of several clusters gets how many of a route's new connections. Of the clusters whose weight
 * is not 0 and that have a backend in use, those with the lowest priority share them in proportion
 * to their weights, however many backends each has; the others stand by. Where nothing but draining
 * backends is left the same is true of those. Where all seem down each cluster with weight is
 * tried, whatever its priority: what the probes say is in doubt, also of the reserve. Pure.
 */
final class ClusterShares {
  /** What a cluster has in use, with the sum of the weights. */
  private record Standing(Cluster cluster, long weight, int backends) {}

  private final Route.Mode mode;
  private final List<Backend> backends;
  private final List<Cluster> clusters;
  private final Map<String, Standing> usable = new LinkedHashMap<>();

  private ClusterShares(Route route, List<Cluster> clusters) {
    this.mode = route.mode();
    this.backends = route.backends();
    this.clusters = clusters;
    for (int i = 0; i < backends.size(); i++) {
      Cluster cluster = clusters.get(i);
      if (counts(backends.get(i)) && backends.get(i).weight() > 0 && cluster.share().weight() > 0) {
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
   * @param route with the weights that they have of their own
   * @param clusters of each of its backends
   */
  static List<Backend> of(Route route, List<Cluster> clusters) {
    return new ClusterShares(route, clusters).shared();
  }

  /** The best priority that is in use; empty where no cluster has a backend in use. */
  static OptionalInt priority(Route route, List<Cluster> clusters) {
    return new ClusterShares(route, clusters).priority();
  }

  /** Whether it is of those that new connections go to in this mode. */
  private boolean counts(Backend backend) {
    return switch (mode) {
      case NORMAL -> backend.works();
      case DRAINING_ONLY -> backend.state() == BackendState.DRAIN;
      case FAIL_OPEN -> backend.lastResort();
      case EMPTY -> false;
    };
  }

  private boolean standsBy(Cluster cluster, int priority) {
    return mode != Route.Mode.FAIL_OPEN && cluster.share().priority() != priority;
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
            .filter(standing -> !standsBy(standing.cluster, priority.getAsInt()))
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
      if (!counts(backend) || cluster.share().weight() == 0) {
        shared.add(backend);
      } else if (standsBy(cluster, priority.getAsInt())) {
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
