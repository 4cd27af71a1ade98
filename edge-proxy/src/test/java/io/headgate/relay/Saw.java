package io.headgate.relay;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What one end of a connection has seen of it.
 *
 * @param sha256 of the bytes, shortened: equal bytes have equal digests
 */
record Saw(long bytes, String sha256, Ending ending) {
  /** How the other side's stream ended. */
  enum Ending {
    FIN,
    RST,
    /** It has not, as far as the reader has read. */
    OPEN
  }

  static Saw of(byte[] bytes, Ending ending) {
    return new Saw(bytes.length, shortened(digest().digest(bytes)), ending);
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  static String shortened(byte[] digest) {
    return HexFormat.of().formatHex(digest, 0, 8);
  }

  @Override
  public String toString() {
    return bytes + " bytes (" + sha256 + ") + " + ending;
  }
}
