package io.headgate.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Which cluster is followed, and how its nodes are read.
 *
 * @param context of the kubeconfig; empty for its current one
 * @param namespaces whose Services are watched; empty for all
 */
public record KubernetesConfig(
    Path kubeconfig,
    String context,
    List<String> namespaces,
    NodeAddress nodeAddress,
    NodeExclusion nodeExclusion) {
  public KubernetesConfig {
    namespaces = List.copyOf(namespaces);
  }

  /** Which of a Node's addresses connections go to. */
  public enum NodeAddress {
    INTERNAL,
    EXTERNAL
  }

  /** What the label {@code node.kubernetes.io/exclude-from-external-load-balancers} does. */
  public enum NodeExclusion {
    HONOR,
    IGNORE,
    /** Honoured unless it would leave no node at all. */
    AUTO
  }
}
