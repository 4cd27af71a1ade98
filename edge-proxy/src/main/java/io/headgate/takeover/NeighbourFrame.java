package io.headgate.takeover;

import io.headgate.linux.MacAddress;
import io.headgate.model.Addresses;
import io.headgate.vrrp.InternetChecksum;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A neighbour solicitation or advertisement of IPv6 over Ethernet (RFC 4861 sections 4.3 and 4.4).
 *
 * @param solicitation or else an advertisement
 * @param mac of the target, by the option or else the frame's source
 */
record NeighbourFrame(boolean solicitation, InetAddress target, MacAddress mac) {
  private static final int OVERRIDE = 0x20;

  private static final int ETHERNET_BYTES = 14;
  private static final int IP_BYTES = 40;
  private static final int ICMP_AT = ETHERNET_BYTES + IP_BYTES;
  private static final int FIXED_BYTES = 24;
  private static final int OPTION_BYTES = 8;
  private static final short ETHER_TYPE = (short) 0x86dd;
  private static final int ICMPV6 = 58;
  private static final int SOLICITATION = 135;
  private static final int ADVERTISEMENT = 136;
  private static final byte SOURCE_LINK_ADDRESS = 1;
  private static final byte TARGET_LINK_ADDRESS = 2;
  private static final InetAddress ALL_NODES = Addresses.of(groupOf(0xff02, 1));
  private static final InetAddress UNSPECIFIED = Addresses.of(new byte[16]);

  /** Tells all nodes who has the address (RFC 9568 section 6.4.2): overrides what they knew. */
  static ByteBuffer unsolicited(MacAddress mac, InetAddress address) {
    return frame(
        mac,
        address,
        ALL_NODES,
        ADVERTISEMENT,
        OVERRIDE,
        address,
        Optional.of(TARGET_LINK_ADDRESS));
  }

  /** Asks who has the address without claiming it (RFC 4862 section 5.4.2). */
  static ByteBuffer probe(MacAddress mac, InetAddress address) {
    return frame(
        mac, UNSPECIFIED, solicitedNode(address), SOLICITATION, 0, address, Optional.empty());
  }

  /** ff02::1:ffXX:XXXX (RFC 4291 section 2.7.1). */
  static InetAddress solicitedNode(InetAddress address) {
    byte[] group = groupOf(0xff02, 0);
    byte[] of = address.getAddress();
    group[11] = 1;
    group[12] = (byte) 0xff;
    System.arraycopy(of, 13, group, 13, 3);
    return Addresses.of(group);
  }

  /** Where Ethernet sends what is for that group (RFC 2464 section 7). */
  static MacAddress macOfGroup(InetAddress group) {
    byte[] of = group.getAddress();
    return MacAddress.of(new byte[] {0x33, 0x33, of[12], of[13], of[14], of[15]});
  }

  private static ByteBuffer frame(
      MacAddress mac,
      InetAddress source,
      InetAddress destination,
      int type,
      int flags,
      InetAddress target,
      Optional<Byte> option) {
    int icmpBytes = FIXED_BYTES + (option.isPresent() ? OPTION_BYTES : 0);
    var frame = ByteBuffer.allocate(ICMP_AT + icmpBytes);
    frame.put(macOfGroup(destination).bytes()).put(mac.bytes()).putShort(ETHER_TYPE);
    frame.putInt(6 << 28).putShort((short) icmpBytes).put((byte) ICMPV6).put((byte) 255);
    frame.put(source.getAddress()).put(destination.getAddress());
    frame.put((byte) type).put((byte) 0).putShort((short) 0).putInt(flags << 24);
    frame.put(target.getAddress());
    option.ifPresent(kind -> frame.put(kind).put((byte) 1).put(mac.bytes()));
    frame.putShort(ICMP_AT + 2, (short) checksum(frame, icmpBytes));
    return frame.flip();
  }

  /** Over the pseudo-header of RFC 8200 section 8.1 and the message, whose own field is zero. */
  private static int checksum(ByteBuffer frame, int icmpBytes) {
    int addressesAt = ETHERNET_BYTES + 8;
    return InternetChecksum.of(
        icmpBytes + ICMPV6, frame.slice(addressesAt, ICMP_AT + icmpBytes - addressesAt));
  }

  /** Empty where the frame is something else. Its checksum is not looked at. */
  static Optional<NeighbourFrame> read(ByteBuffer frame) {
    ByteBuffer bytes = frame.slice();
    if (bytes.remaining() < ICMP_AT + FIXED_BYTES
        || bytes.getShort(12) != ETHER_TYPE
        || (bytes.get(ETHERNET_BYTES + 6) & 0xff) != ICMPV6) {
      return Optional.empty();
    }
    int type = bytes.get(ICMP_AT) & 0xff;
    if (type != SOLICITATION && type != ADVERTISEMENT) {
      return Optional.empty();
    }
    boolean solicitation = type == SOLICITATION;
    byte wanted = solicitation ? SOURCE_LINK_ADDRESS : TARGET_LINK_ADDRESS;
    return Optional.of(
        new NeighbourFrame(
            solicitation,
            ip(bytes, ICMP_AT + 8),
            option(bytes, wanted).orElseGet(() -> MacAddress.at(6, bytes))));
  }

  private static Optional<MacAddress> option(ByteBuffer bytes, byte wanted) {
    int at = ICMP_AT + FIXED_BYTES;
    while (at + OPTION_BYTES <= bytes.limit()) {
      int length = (bytes.get(at + 1) & 0xff) * OPTION_BYTES;
      if (length == 0) {
        return Optional.empty();
      }
      if (bytes.get(at) == wanted) {
        return Optional.of(MacAddress.at(at + 2, bytes));
      }
      at += length;
    }
    return Optional.empty();
  }

  private static InetAddress ip(ByteBuffer bytes, int at) {
    var ip = new byte[16];
    bytes.get(at, ip);
    return Addresses.of(ip);
  }

  private static byte[] groupOf(int first, int last) {
    var bytes = new byte[16];
    bytes[0] = (byte) (first >> 8);
    bytes[1] = (byte) first;
    bytes[15] = (byte) last;
    return bytes;
  }
}
