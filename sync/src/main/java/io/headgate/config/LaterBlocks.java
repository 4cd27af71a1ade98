package io.headgate.config;

/**
 * Blocks that a later version serves. Their keys are known, so that a file may spell their defaults
 * out; a value that asks for the feature is a problem, because ignoring it would be a surprise.
 */
final class LaterBlocks {
  private LaterBlocks() {}

  static void read(Section headgate) {
    unlessOff(headgate.block("metrics"), "haproxy-names");
  }

  private static void unlessOff(Section block, String key) {
    if (block.flag(key, false)) {
      block.notInThisVersion(key);
    }
  }
}
