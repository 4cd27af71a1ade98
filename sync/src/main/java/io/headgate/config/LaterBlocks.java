package io.headgate.config;

import java.util.List;
import java.util.Optional;

/**
 * Blocks that a later version serves. Their keys are known, so that a file may spell their defaults
 * out; a value that asks for the feature is a problem, because ignoring it would be a surprise.
 */
final class LaterBlocks {
  private LaterBlocks() {}

  private enum TakeoverMode {
    NONE,
    VRRP,
    ROUTE
  }

  static void read(Section headgate) {
    takeover(headgate.block("takeover"));
    unlessOff(headgate.block("metrics"), "haproxy-names");
  }

  private static void takeover(Section takeover) {
    if (takeover.choice("mode", TakeoverMode.NONE) != TakeoverMode.NONE) {
      takeover.notInThisVersion("mode");
    }
    Section peerLink = takeover.block("peer-link");
    peerLink.ignore("key-file");
    if (!peerLink.text("listen", "").isEmpty()) {
      peerLink.notInThisVersion("listen");
    }
    if (!peerLink.list("peers", List.of(), "a peer's address", Optional::of).isEmpty()) {
      peerLink.notInThisVersion("peers");
    }
    for (Section group : takeover.block("vrrp").block("groups").namedBlocks()) {
      group.ignore(
          "interface",
          "router-id",
          "priority",
          "addresses",
          "version",
          "advertise-interval",
          "preempt",
          "preempt-delay",
          "peers",
          "virtual-mac",
          "checksum");
    }
    takeover.block("route").ignore("interface");
  }

  private static void unlessOff(Section block, String key) {
    if (block.flag(key, false)) {
      block.notInThisVersion(key);
    }
  }
}
