package io.headgate.kubernetes;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the watch on a cluster is doing.
 *
 * @param server the URL of the API server in use, without credentials
 * @param lastContact when the API last answered or sent anything, the answer to a ping included;
 *     empty before the first time
 * @param snapshotTakenAt when the snapshot now in use was last confirmed by the API, by a list, an
 *     event or a bookmark of each resource (from the file for a stale one); empty where there is
 *     none. An API server sends no bookmarks of what is idle, so that five minutes are no fault
 * @param warning what is not safe in how the API is reached and was allowed; empty for nothing
 */
public record WatchStatus(
    String server,
    Optional<Instant> lastContact,
    Optional<Instant> snapshotTakenAt,
    String warning,
    List<OfResource> resources) {
  public WatchStatus {
    resources = List.copyOf(resources);
  }

  /**
   * One of those that are followed: services, endpointslices, nodes.
   *
   * @param watching a watch is established now
   * @param lastError of the last failure since it last worked, empty while it works; no credentials
   */
  public record OfResource(
      String resource,
      boolean listed,
      boolean watching,
      long lists,
      long watches,
      long events,
      long errors,
      String lastError) {}
}
