package io.headgate.vrrp;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** The Internet checksum, RFC 1071. */
final class Checksum {
  private static final int ALL_ONES = 0xffff;

  private Checksum() {}

  /** The field's value for a message whose checksum field is zero. */
  static int of(ByteBuffer message, ChecksumStyle style, InetAddress source, InetAddress target) {
    return ~sum(message, style, source, target) & ALL_ONES;
  }

  /** Whether a message with its checksum in place is whole. */
  static boolean good(
      ByteBuffer message, ChecksumStyle style, InetAddress source, InetAddress target) {
    return sum(message, style, source, target) == ALL_ONES;
  }

  private static int sum(
      ByteBuffer message, ChecksumStyle style, InetAddress source, InetAddress target) {
    long sum = words(message);
    if (style == ChecksumStyle.PSEUDO_HEADER) { // RFC 8200 8.1, and the same of IPv4
      sum += words(ByteBuffer.wrap(source.getAddress()));
      sum += words(ByteBuffer.wrap(target.getAddress()));
      sum += Wire.PROTOCOL + message.remaining();
    }
    while (sum > ALL_ONES) {
      sum = (sum & ALL_ONES) + (sum >>> Short.SIZE);
    }
    return (int) sum;
  }

  /** Every message and address has an even number of bytes. */
  private static long words(ByteBuffer bytes) {
    long sum = 0;
    for (int at = bytes.position(); at < bytes.limit(); at += Short.BYTES) {
      sum += Short.toUnsignedInt(bytes.getShort(at));
    }
    return sum;
  }
}
