package io.headgate.takeover;

import io.headgate.linux.MacAddress;
import io.headgate.vrrp.Family;
import io.headgate.vrrp.InternetChecksum;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * An advertisement with the headers that the kernel would give it, but from the virtual router's
 * Ethernet address (RFC 9568 section 7.3) and the host's own IP address, to the group of all VRRP
 * routers.
 */
final class AdvertisementFrame {
  static final int HEADER_BYTES = 14 + 40;

  private static final int IPV4_BYTES = 20;
  private static final int IPV4_CHECKSUM_AT = 10;
  private static final int VRRP = 112;
  private static final int HOP_LIMIT = 255;
  private static final int CLASS = 0xc0; // internetwork control, as keepalived

  private AdvertisementFrame() {}

  /**
   * Writes the frame at the buffer's position and moves it past the end.
   *
   * @param identification of the packet of IPv4; the lower 16 bits
   * @param message from its position to its limit, which stay
   */
  static void encode(
      MacAddress from,
      InetAddress source,
      int identification,
      ByteBuffer message,
      ByteBuffer into) {
    Family family = Family.of(source);
    InetAddress group = family.group();
    into.put(macOfGroup(group).bytes()).put(from.bytes());
    switch (family) {
      case IPV4 -> {
        into.putShort((short) 0x0800);
        int start = into.position();
        into.put((byte) 0x45).put((byte) CLASS);
        into.putShort((short) (IPV4_BYTES + message.remaining()));
        into.putShort((short) identification).putShort((short) 0); // may be fragmented, is whole
        into.put((byte) HOP_LIMIT).put((byte) VRRP).putShort((short) 0);
        into.put(source.getAddress()).put(group.getAddress());
        into.putShort(
            start + IPV4_CHECKSUM_AT,
            (short) InternetChecksum.of(0, into.slice(start, IPV4_BYTES)));
      }
      case IPV6 -> {
        into.putShort((short) 0x86dd);
        into.putInt(6 << 28 | CLASS << 20); // without a flow label
        into.putShort((short) message.remaining()).put((byte) VRRP).put((byte) HOP_LIMIT);
        into.put(source.getAddress()).put(group.getAddress());
      }
    }
    into.put(message.duplicate());
  }

  /** RFC 1112 section 6.4, RFC 2464 section 7. */
  private static MacAddress macOfGroup(InetAddress group) {
    byte[] of = group.getAddress();
    return of.length == 4
        ? MacAddress.of(new byte[] {1, 0, 0x5e, (byte) (of[1] & 0x7f), of[2], of[3]})
        : NeighbourFrame.macOfGroup(group);
  }
}
