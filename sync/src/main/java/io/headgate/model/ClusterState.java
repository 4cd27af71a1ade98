package io.headgate.model;

/**
 * What we know of the cluster, and how we know it.
 *
 * @param freshness how far {@code snapshot} can be believed
 */
public record ClusterState(ClusterSnapshot snapshot, Freshness freshness) {
  public static final ClusterState UNKNOWN =
      new ClusterState(ClusterSnapshot.EMPTY, Freshness.NONE);

  /** Where a snapshot comes from. */
  public enum Freshness {
    /** Nothing is known yet. */
    NONE,
    /** Read from disk at start; the API has not answered since. */
    STALE,
    /** Listed from the API in this run; it may be out of reach by now. */
    LIVE
  }
}
