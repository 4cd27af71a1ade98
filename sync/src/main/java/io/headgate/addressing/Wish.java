package io.headgate.addressing;

import io.headgate.model.IpFamily;
import io.headgate.model.ServiceReport.Remark;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a Service asks for, understood.
 *
 * @param families of which it wants one address each, the preferred one first
 * @param every all of the families, or none
 * @param addresses that it asks for, all of {@code pool}; empty where any will do
 * @param pool that it asks for, or that its addresses are of; empty where any will do
 * @param shareKey it shares addresses with Services of the same one; empty for those without
 * @param refusal why it cannot have what it asks for, whatever other Services have: it keeps what
 *     it has
 * @param notes what else its user should know of what it asks for
 */
record Wish(
    List<IpFamily> families,
    boolean every,
    List<InetAddress> addresses,
    Optional<Pool> pool,
    String shareKey,
    Optional<Remark> refusal,
    List<Remark> notes) {
  Wish {
    families = List.copyOf(families);
    addresses = List.copyOf(addresses);
    notes = List.copyOf(notes);
  }

  /** Whether what a Service has is some of what it asks for, and nothing else. */
  boolean isMetBy(Holding holding) {
    return pool.filter(wanted -> wanted != holding.pool()).isEmpty()
        && (addresses.isEmpty() || holding.addresses().equals(addresses));
  }
}
