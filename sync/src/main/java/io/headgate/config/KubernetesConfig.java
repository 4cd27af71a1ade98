package io.headgate.config;

import java.nio.file.Files;
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

  static KubernetesConfig from(Section kubernetes) {
    var config =
        new KubernetesConfig(
            kubernetes.parsed(
                "kubeconfig", Path.of("/etc/headgate/kubeconfig"), "a path", Formats::path),
            kubernetes.text("context", ""),
            kubernetes.list("namespaces", List.of(), "the name of a namespace", Formats::dnsLabel),
            kubernetes.choice("node-address", NodeAddress.INTERNAL),
            kubernetes.choice("node-exclusion", NodeExclusion.AUTO));
    if (!Files.isRegularFile(config.kubeconfig)) {
      kubernetes.problem("kubeconfig", "no such file", "a kubeconfig, here " + config.kubeconfig);
    } else if (!Files.isReadable(config.kubeconfig)) {
      kubernetes.problem(
          "kubeconfig",
          config.kubeconfig + " cannot be read",
          "a file that " + System.getProperty("user.name") + " may read");
    }
    return config;
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
