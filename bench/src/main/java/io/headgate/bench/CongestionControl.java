package io.headgate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which congestion control new connections have. Under BBR every figure of bulk is one of its
 * timers: a relay that hands on much at once is then the one that waits for most of them.
 */
final class CongestionControl {
  static final String SETTING = "/proc/sys/net/ipv4/tcp_congestion_control";

  private CongestionControl() {}

  /** Of the network namespace that this process is in. */
  static String ofThisHost() throws IOException {
    String name;
    try (var reader = Files.newBufferedReader(Path.of(SETTING))) { // says to be empty
      name = String.valueOf(reader.readLine()).strip();
    }
    return name.equals("bbr") ? "bbr (which paces by timers: see bench/README.md)" : name;
  }
}
