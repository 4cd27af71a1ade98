package io.headgate.vrrp;

import java.nio.ByteBuffer;

/** The Internet checksum, RFC 1071: of VRRP messages, IPv4 headers and ICMPv6 alike. */
public final class InternetChecksum {
  private static final int ALL_ONES = 0xffff;

  private InternetChecksum() {}

  /**
   * The field's value for bytes whose checksum field is zero.
   *
   * @param more of a pseudo-header what is a number in it: the next header and the length; 0 for
   *     none
   * @param parts each of an even number of bytes between position and limit, which stay
   */
  public static int of(long more, ByteBuffer... parts) {
    return ~sum(more, parts) & ALL_ONES;
  }

  /** Whether bytes with their checksum in place are whole; see {@link #of}. */
  static boolean good(long more, ByteBuffer... parts) {
    return sum(more, parts) == ALL_ONES;
  }

  private static int sum(long more, ByteBuffer... parts) {
    long sum = more;
    for (ByteBuffer part : parts) {
      for (int at = part.position(); at < part.limit(); at += Short.BYTES) {
        sum += Short.toUnsignedInt(part.getShort(at));
      }
    }
    while (sum > ALL_ONES) {
      sum = (sum & ALL_ONES) + (sum >>> Short.SIZE);
    }
    return (int) sum;
  }
}
