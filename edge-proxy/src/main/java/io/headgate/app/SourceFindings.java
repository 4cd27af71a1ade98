package io.headgate.app;

import io.headgate.admin.CheckView;
import io.headgate.model.Addresses;
import io.headgate.model.IpFamily;
import io.headgate.relay.RelayCounters;
import io.headgate.relay.RelayCounters.OfSource;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is wrong with the addresses that connections to backends come from. Pure. */
final class SourceFindings {
  private SourceFindings() {}

  /** For {@code headgate doctor}; nothing where no route names any. */
  static List<CheckView> of(RelayCounters counters, Host host) {
    if (counters.sources().isEmpty()) {
      return List.of();
    }
    List<CheckView> checks = new ArrayList<>();
    missing(counters)
        .map(finding -> CheckView.fail("sources", finding, additions(counters, host)))
        .ifPresent(checks::add);
    exhausted(counters).ifPresent(checks::add);
    if (checks.isEmpty()) {
      checks.add(
          CheckView.ok(
              "sources",
              "this host has all %d source addresses; the busiest has %d connections"
                  .formatted(
                      counters.sources().size(),
                      counters.sources().stream().mapToLong(OfSource::active).max().orElse(0))));
    }
    return checks;
  }

  /** For {@code headgate status}. */
  static Optional<String> missing(RelayCounters counters) {
    List<String> missing = missingOf(counters).stream().map(Addresses::text).toList();
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    boolean all = missing.size() == counters.sources().size();
    return Optional.of(
        "source-addresses: %s %s not on this host; connections come from %s instead"
            .formatted(
                FirstFew.of(missing),
                missing.size() == 1 ? "is" : "are",
                all ? "an address of the kernel's choice" : "the others"));
  }

  private static List<InetAddress> missingOf(RelayCounters counters) {
    return counters.sources().stream().filter(OfSource::missing).map(OfSource::address).toList();
  }

  private static String additions(RelayCounters counters, Host host) {
    return missingOf(counters).stream()
            .map(address ->
                "ip addr add %s/%d dev %s"
                    .formatted(
                        Addresses.text(address),
                        IpFamily.of(address) == IpFamily.IPV4 ? 32 : 128,
                        host.interfaceFor(address).orElse("INTERFACE")))
            .collect(Collectors.joining("; "))
        + " (and in the network's configuration, so that they are there after a restart)";
  }

  private static Optional<CheckView> exhausted(RelayCounters counters) {
    long exhausted = counters.sources().stream().mapToLong(OfSource::exhausted).sum();
    return exhausted == 0
        ? Optional.empty()
        : Optional.of(
            CheckView.warn(
                "sources",
                "since the start, %d connections found no local port left at their source address"
                        .formatted(exhausted)
                    + " towards a backend and came from another",
                "more source-addresses, more backends, or sysctl"
                    + " net.ipv4.ip_local_port_range='1024 65535' (keep listeners out of it)"));
  }
}
