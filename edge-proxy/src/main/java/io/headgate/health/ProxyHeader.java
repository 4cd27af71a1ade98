package io.headgate.health;

import io.headgate.model.ProxyProtocol;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The PROXY header of a connection that is on nobody's behalf (PROXY protocol, sections 2.1, 2.2).
 */
final class ProxyHeader {
  // Signature, version 2 with command LOCAL, family unspecified, no address: 16 bytes.
  private static final String V2_LOCAL = "0d0a0d0a000d0a515549540a" + "20" + "00" + "0000";
  private static final String V1_UNKNOWN = "PROXY UNKNOWN\r\n";

  private ProxyHeader() {}

  static String words(ProxyProtocol version) {
    return switch (version) {
      case OFF -> "without a PROXY header";
      case V1 -> "with a PROXY v1 header";
      case V2 -> "with a PROXY v2 header";
    };
  }

  static byte[] bytes(ProxyProtocol version) {
    return switch (version) {
      case OFF -> new byte[0];
      case V1 -> V1_UNKNOWN.getBytes(StandardCharsets.US_ASCII);
      case V2 -> HexFormat.of().parseHex(V2_LOCAL);
    };
  }
}
