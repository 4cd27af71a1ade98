package io.headgate.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Clusters beside the leading one, the block {@code kubernetes}, and how new connections are shared
 * out among them all. They are only read.
 *
 * @param leading the leading cluster's own share
 * @param further in the file's order
 */
public record ClustersConfig(Share leading, List<Further> further) {
  /** The leading cluster's name beside those of the others. */
  public static final String LEADING = "kubernetes";

  /** No cluster but the leading one. */
  public static final ClustersConfig NONE = new ClustersConfig(Share.WHOLE, List.of());

  private static final String NAME = "a DNS label such as green; not " + LEADING;

  public ClustersConfig {
    further = List.copyOf(further);
  }

  /**
   * What a cluster gets of the new connections.
   *
   * @param weight in proportion to those of the others, however many nodes it has; 0 for none
   * @param priority the lowest that has a backend in use takes all; the others stand by
   */
  public record Share(int weight, int priority) {
    /** What is so where the file says nothing. */
    public static final Share WHOLE = new Share(100, 0);

    static Share from(Section cluster) {
      return new Share(
          cluster.integer("weight", WHOLE.weight, 0, 100),
          cluster.integer("priority", WHOLE.priority, 0, 9));
    }
  }

  /**
   * One that is only read.
   *
   * @param name a DNS label
   */
  public record Further(String name, KubernetesConfig cluster, Share share) {}

  /**
   * Of one of them.
   *
   * @param cluster its name; empty, as any other that is unknown, for the leading one
   */
  public Share share(String cluster) {
    return further.stream()
        .filter(one -> one.name.equals(cluster))
        .map(Further::share)
        .findFirst()
        .orElse(leading);
  }

  /**
   * Reads both blocks.
   *
   * @param leading the block {@code kubernetes}, where there is one
   * @param cluster what it says
   */
  static ClustersConfig from(
      Section clusters, Optional<Section> leading, Optional<KubernetesConfig> cluster) {
    Share share = leading.map(Share::from).orElse(Share.WHOLE);
    List<Further> further = new ArrayList<>();
    Set<KubernetesConfig.Identity> known = new HashSet<>();
    cluster.ifPresent(read -> known.add(read.identity()));
    for (Section block : clusters.namedBlocks()) {
      KubernetesConfig other = KubernetesConfig.furtherFrom(block);
      if (Formats.dnsLabel(block.name()).isEmpty() || block.name().equals(LEADING)) {
        clusters.problem(block.name(), "is no name for a cluster", NAME);
      }
      if (!known.add(other.identity())) {
        block.problem(
            "is the same cluster as another", "kubeconfig, context and servers of its own");
      }
      further.add(new Further(block.name(), other, Share.from(block)));
    }
    if (!further.isEmpty() && leading.isEmpty()) {
      clusters.problem("need a leading cluster", "only beside headgate.kubernetes { … }");
    }
    if (leading.isPresent()
        && share.weight == 0
        && further.stream().allMatch(other -> other.share.weight == 0)) {
      leading
          .get()
          .problem("weight", "no cluster would take a connection", "1 to 100 for one of them");
    }
    return new ClustersConfig(share, further);
  }
}
