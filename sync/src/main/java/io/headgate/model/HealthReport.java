package io.headgate.model;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * All that is known about the health of what we forward to.
 *
 * @param passive only addresses that connections have recently failed to reach
 */
public record HealthReport(
    Map<ProbeTarget, ProbeStatus> probes, Map<InetSocketAddress, PassiveStatus> passive) {
  public static final HealthReport EMPTY = new HealthReport(Map.of(), Map.of());

  public HealthReport {
    // Not Map.copyOf: it probes linearly, and neighbouring addresses have neighbouring hashes.
    probes = Collections.unmodifiableMap(new HashMap<>(probes));
    passive = Collections.unmodifiableMap(new HashMap<>(passive));
  }

  public ProbeStatus probe(ProbeTarget target) {
    return probes.getOrDefault(target, ProbeStatus.NONE);
  }

  public PassiveStatus passive(InetSocketAddress address) {
    return passive.getOrDefault(address, PassiveStatus.NONE);
  }
}
