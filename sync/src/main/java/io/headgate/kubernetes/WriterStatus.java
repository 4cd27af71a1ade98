package io.headgate.kubernetes;

import io.headgate.model.ServiceKey;
import java.time.Duration;
import java.util.List;

/**
 * How the writing to a cluster is doing.
 *
 * @param lease which edge writes
 * @param statusWrites of Services that succeeded, in this run
 * @param eventWrites Events made or counted on
 * @param eventsDropped remarks that were not told because there were too many
 * @param conflicts how often a status was given up for a while because others kept rewriting it
 * @param failures requests that did not succeed
 * @param pending what is due and not written yet; 0 where another edge writes
 * @param contested Services whose status is let alone now
 * @param ipModeDropped the API server keeps no {@code ipMode}: it is older than 1.29, or has it
 *     switched off
 * @param missingRights in words for the operator, such as {@code patch services/status in shop}
 * @param lastError of the last failure since something last worked; empty where it works
 */
public record WriterStatus(
    Lease lease,
    long statusWrites,
    long eventWrites,
    long eventsDropped,
    long conflicts,
    long failures,
    int pending,
    List<ServiceKey> contested,
    boolean ipModeDropped,
    List<String> missingRights,
    String lastError) {
  public WriterStatus {
    contested = List.copyOf(contested);
    missingRights = List.copyOf(missingRights);
  }

  /**
   * The Lease by which the edges agree who writes.
   *
   * @param identity ours in it
   * @param holder as last seen; empty for nobody, or before anything was seen
   * @param ours whether this edge may write now
   * @param problem why the last request for it failed; empty where it did not
   * @param troubled for how long all requests for it have failed; zero where the last one did not
   */
  public record Lease(
      String namespace,
      String name,
      String identity,
      String holder,
      boolean ours,
      String problem,
      Duration troubled) {
    /** The name of the edge that holds it; empty for nobody. */
    public String holdingEdge() {
      int unique = holder.lastIndexOf('_');
      return unique < 0 ? holder : holder.substring(0, unique);
    }
  }
}
