package io.headgate.app;

import io.headgate.config.TakeoverConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What this process may do beside what every user may: capabilities(7).
 *
 * @param effective a bit for each; all set where it cannot be told
 */
record Capabilities(long effective) {
  /** For who lacks one. */
  static final String ADVICE =
      "Under systemd: install -D -m 0644 /usr/lib/headgate/systemd/headgate.service.d/takeover.conf"
          + " /etc/systemd/system/headgate.service.d/takeover.conf && systemctl daemon-reload &&"
          + " systemctl restart headgate";

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String LABEL = "CapEff:";
  private static final int CAP_NET_ADMIN = 12; // linux/capability.h
  private static final int CAP_NET_RAW = 13;

  static Capabilities here() {
    try {
      return of(Files.readAllLines(STATUS));
    } catch (IOException _) {
      return new Capabilities(-1); // not Linux, or hidden from us
    }
  }

  /** Of the lines of proc_pid_status(5). */
  static Capabilities of(List<String> status) {
    return status.stream()
        .filter(line -> line.startsWith(LABEL))
        .map(line -> line.substring(LABEL.length()).strip())
        .filter(digits -> digits.matches("[0-9a-fA-F]{1,16}"))
        .map(digits -> new Capabilities(Long.parseUnsignedLong(digits, 16)))
        .findFirst()
        .orElse(new Capabilities(-1));
  }

  /** Which of those that takeover needs are not there, and what follows, in words. */
  Optional<String> lacking(TakeoverConfig.Mode mode) {
    List<String> lacking =
        switch (mode) {
          case NONE -> List.of();
          case VRRP ->
              Stream.concat(
                      lacking(CAP_NET_ADMIN, "CAP_NET_ADMIN"), lacking(CAP_NET_RAW, "CAP_NET_RAW"))
                  .toList();
          case ROUTE -> lacking(CAP_NET_ADMIN, "CAP_NET_ADMIN").toList();
        };
    return lacking.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "this process lacks %s, so it can take no address over"
                .formatted(String.join(" and ", lacking)));
  }

  private Stream<String> lacking(int bit, String name) {
    return (effective & 1L << bit) == 0 ? Stream.of(name) : Stream.empty();
  }
}
