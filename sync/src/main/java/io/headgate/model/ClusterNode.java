package io.headgate.model;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an edge needs of a Node (core/v1).
 *
 * @param labels all of them
 * @param annotations those under {@code headgate.io/}
 * @param internalAddresses of type InternalIP, in the Node's order
 * @param externalAddresses of type ExternalIP, in the Node's order
 * @param taints keys only
 * @param networkUnavailable condition NetworkUnavailable is True
 * @param shuttingDown condition Ready says that the node is shutting down
 * @param deleting has a deletionTimestamp
 */
public record ClusterNode(
    String name,
    String uid,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<InetAddress> internalAddresses,
    List<InetAddress> externalAddresses,
    Set<String> taints,
    Readiness readiness,
    boolean unschedulable,
    boolean networkUnavailable,
    boolean shuttingDown,
    boolean deleting) {
  /** The annotation by which an edge says how many connections a node that drains still has. */
  public static final String CONNECTIONS = "headgate.io/connections";

  public ClusterNode {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
    internalAddresses = List.copyOf(internalAddresses);
    externalAddresses = List.copyOf(externalAddresses);
    taints = Set.copyOf(taints);
  }

  /** Status of the condition Ready. */
  public enum Readiness {
    READY,
    NOT_READY,
    UNKNOWN
  }
}
