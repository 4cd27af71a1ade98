package io.headgate.admin;

import java.util.List;

/**
 * The edge in one look.
 *
 * @param state {@code ok}, or {@code degraded} when something needs a person: a listener that is
 *     not bound, a route without a usable backend, an API out of reach, a failed reload
 * @param problems why it is degraded, in words
 * @param cluster those that are followed, the leading one first
 */
public record StatusView(
    String name,
    String version,
    String state,
    List<String> problems,
    long uptimeSeconds,
    long tableGeneration,
    String transport,
    int workers,
    long activeConnections,
    long maxConnections,
    long acceptedConnections,
    String configFile,
    String configLoadedAt,
    String lastReload,
    List<ClusterView> cluster,
    List<ListenerView> listeners) {

  /**
   * A cluster that is followed.
   *
   * @param name {@code kubernetes} for the leading one
   * @param weight its share of new connections beside others
   * @param priority the lowest that has a backend in use takes all
   * @param freshness none, stale or live
   * @param lastContactSeconds since the API last said anything; -1 for never
   * @param writer empty where nothing is written, otherwise one
   */
  public record ClusterView(
      String name,
      int weight,
      int priority,
      String server,
      String freshness,
      double lastContactSeconds,
      int nodes,
      int services,
      int endpoints,
      List<WatchView> watches,
      List<WriterView> writer) {}

  /**
   * The writing to the cluster: status and Events of Services.
   *
   * @param writes who does it, in words: {@code this edge}, or which holds the Lease
   * @param holdsLease this edge may write now
   * @param lease {@code namespace/name}
   * @param holder which edge holds it; empty for nobody
   * @param pending what is due and not written yet
   * @param lastError empty where it works
   */
  public record WriterView(
      String writes,
      boolean holdsLease,
      String lease,
      String holder,
      long statusWrites,
      long eventWrites,
      long failures,
      int pending,
      String lastError) {}

  public record WatchView(
      String resource,
      boolean listed,
      boolean watching,
      long events,
      long errors,
      String lastError) {}

  /**
   * Whether a listener is bound.
   *
   * @param problem empty where it is bound
   */
  public record ListenerView(String listener, String route, String problem) {}
}
