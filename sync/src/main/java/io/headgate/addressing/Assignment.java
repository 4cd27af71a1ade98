package io.headgate.addressing;

import io.headgate.model.ServiceReport.PortProblem;
import io.headgate.model.ServiceReport.Remark;
import java.net.InetAddress;
import java.util.List;

/**
 * What one Service has got.
 *
 * @param uid of the Service that has it: one that is made anew by the same name inherits nothing
 * @param addresses in the order of the Service's families; empty where it has none
 * @param pool that they are from; empty where it has none
 * @param portProblems ports that belong to an older Service on one of the addresses: it has them on
 *     none of its addresses
 * @param remarks why it has what it has, where its user should know, the most important first
 */
public record Assignment(
    String uid,
    List<InetAddress> addresses,
    String pool,
    List<PortProblem> portProblems,
    List<Remark> remarks) {
  public Assignment {
    addresses = List.copyOf(addresses);
    portProblems = List.copyOf(portProblems);
    remarks = List.copyOf(remarks);
  }

  /**
   * Whether the Service's status is not ours to write for now, be it that somebody else gives it
   * addresses, or that we do not know all pools. Then what it has had is what its status says.
   */
  public boolean leavesStatus() {
    return remarks.stream()
        .map(Remark::reason)
        .anyMatch(
            reason -> reason.equals(Reasons.LEFT_ALONE) || reason.equals(Reasons.POOLS_UNREAD));
  }

  /** Where to say why is another's business. */
  Assignment withoutRemarks() {
    return new Assignment(uid, addresses, pool, portProblems, List.of());
  }
}
