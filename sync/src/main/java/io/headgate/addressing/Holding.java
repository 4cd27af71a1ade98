package io.headgate.addressing;

import io.headgate.model.IpFamily;
import java.net.InetAddress;
import java.util.List;

/**
 * Addresses that a Service has had before this decision.
 *
 * @param addresses one of a family, in the order of the Service's families; not empty
 * @param pool that gives them
 */
record Holding(List<InetAddress> addresses, Pool pool) {
  Holding {
    addresses = List.copyOf(addresses);
  }

  boolean has(IpFamily family) {
    return addresses.stream().anyMatch(address -> IpFamily.of(address) == family);
  }
}
