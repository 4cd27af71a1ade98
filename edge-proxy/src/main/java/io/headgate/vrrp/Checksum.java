package io.headgate.vrrp;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** The checksum of a VRRP message, with a pseudo-header or without. */
final class Checksum {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private Checksum() {}

  /** The field's value for a message whose checksum field is zero. */
  static int of(ByteBuffer message, ChecksumStyle style, InetAddress source, InetAddress target) {
    return InternetChecksum.of(
        numbers(message, style), message, part(source, style), part(target, style));
  }

  /** Whether a message with its checksum in place is whole. */
  static boolean good(
      ByteBuffer message, ChecksumStyle style, InetAddress source, InetAddress target) {
    return InternetChecksum.good(
        numbers(message, style), message, part(source, style), part(target, style));
  }

  /** RFC 8200 8.1, and the same of IPv4. */
  private static long numbers(ByteBuffer message, ChecksumStyle style) {
    return switch (style) {
      case PSEUDO_HEADER -> Wire.PROTOCOL + message.remaining();
      case PLAIN -> 0;
    };
  }

  private static ByteBuffer part(InetAddress address, ChecksumStyle style) {
    return switch (style) {
      case PSEUDO_HEADER -> ByteBuffer.wrap(address.getAddress());
      case PLAIN -> NOTHING;
    };
  }
}
