package io.headgate.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Which cluster is followed, and how its nodes are read.
 *
 * @param context of the kubeconfig; empty for its current one
 * @param servers URLs of the cluster's API servers, the first to be asked first; empty for the one
 *     that the kubeconfig names
 * @param allowInsecure whether a server may go unverified, or be spoken to in the clear
 * @param namespaces whose Services are watched; empty for all
 * @param nodesPerService so many of the nodes serve one Service where every node could, 0 for all
 * @param leaseNamespace where the Lease is that says which edge writes to the cluster; empty for
 *     one that is only read
 * @param nodeConnections whether Nodes that drain are to say how many connections they still have
 */
public record KubernetesConfig(
    Path kubeconfig,
    String context,
    List<String> servers,
    boolean allowInsecure,
    List<String> namespaces,
    String leaseNamespace,
    NodeAddress nodeAddress,
    NodeExclusion nodeExclusion,
    int nodesPerService,
    boolean nodeConnections) {
  /** So many nodes of a large cluster are enough for a Service, and the same for every edge. */
  public static final int DEFAULT_NODES_PER_SERVICE = 64;

  /** The namespace of the account in {@code config/kubernetes}. */
  public static final String DEFAULT_LEASE_NAMESPACE = "headgate";

  public KubernetesConfig {
    servers = List.copyOf(servers);
    namespaces = List.copyOf(namespaces);
  }

  /** With the defaults of everything else. */
  public KubernetesConfig(
      Path kubeconfig,
      String context,
      List<String> namespaces,
      NodeAddress nodeAddress,
      NodeExclusion nodeExclusion) {
    this(
        kubeconfig,
        context,
        List.of(),
        false,
        namespaces,
        DEFAULT_LEASE_NAMESPACE,
        nodeAddress,
        nodeExclusion,
        DEFAULT_NODES_PER_SERVICE,
        false);
  }

  /**
   * Which cluster it is, however it is read.
   *
   * @param servers see {@link KubernetesConfig}
   */
  public record Identity(Path kubeconfig, String context, List<String> servers) {}

  public Identity identity() {
    return new Identity(kubeconfig, context, servers);
  }

  /** The leading cluster. */
  static KubernetesConfig from(Section kubernetes) {
    return from(
        kubernetes,
        kubernetes.parsed(
            "lease-namespace",
            DEFAULT_LEASE_NAMESPACE,
            "the name of a namespace",
            Formats::dnsLabel),
        kubernetes.flag("node-connections", false));
  }

  /** One that is only read, so that it has no Lease, and nothing is written on its Nodes. */
  static KubernetesConfig furtherFrom(Section cluster) {
    return from(cluster, "", false);
  }

  private static KubernetesConfig from(
      Section kubernetes, String leaseNamespace, boolean nodeConnections) {
    boolean allowInsecure = kubernetes.flag("allow-insecure", false);
    var config =
        new KubernetesConfig(
            kubernetes.parsed(
                "kubeconfig", Path.of("/etc/headgate/kubeconfig"), "a path", Formats::path),
            kubernetes.text("context", ""),
            kubernetes.list(
                "servers",
                List.of(),
                allowInsecure
                    ? "https://host:port or http://host:port"
                    : "https://host:port; http:// only of this host, or with allow-insecure = true",
                text -> ServerUrl.parse(text, allowInsecure)),
            allowInsecure,
            kubernetes.list("namespaces", List.of(), "the name of a namespace", Formats::dnsLabel),
            leaseNamespace,
            kubernetes.choice("node-address", NodeAddress.INTERNAL),
            kubernetes.choice("node-exclusion", NodeExclusion.AUTO),
            kubernetes.integer("nodes-per-service", DEFAULT_NODES_PER_SERVICE, 0, 100_000),
            nodeConnections);
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
