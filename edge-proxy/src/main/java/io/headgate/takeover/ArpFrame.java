package io.headgate.takeover;

import io.headgate.linux.MacAddress;
import io.headgate.model.Addresses;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An ARP packet for IPv4 over Ethernet (RFC 826).
 *
 * @param operation 1 is a request, 2 a reply
 */
record ArpFrame(
    int operation,
    MacAddress senderMac,
    InetAddress sender,
    MacAddress targetMac,
    InetAddress target) {
  static final int REQUEST = 1;
  static final int REPLY = 2;

  private static final int ETHERNET_BYTES = 14;
  private static final int PACKET_BYTES = 28;
  private static final short ETHER_TYPE = 0x0806;
  private static final short ETHERNET = 1;
  private static final short IPV4 = 0x0800;
  private static final InetAddress NOBODY = Addresses.of(new byte[4]);

  /** Tells the neighbours who has the address, as keepalived does (RFC 5227 section 3). */
  static ArpFrame gratuitousRequest(MacAddress mac, InetAddress address) {
    return new ArpFrame(REQUEST, mac, address, MacAddress.BROADCAST, address);
  }

  /** The same as a reply: some neighbours heed only this form, some only the other. */
  static ArpFrame gratuitousReply(MacAddress mac, InetAddress address) {
    return new ArpFrame(REPLY, mac, address, MacAddress.BROADCAST, address);
  }

  /** Asks who has the address without claiming it (RFC 5227 section 2.1.1). */
  static ArpFrame probe(MacAddress mac, InetAddress address) {
    return new ArpFrame(REQUEST, mac, NOBODY, new MacAddress(0), address);
  }

  boolean isProbe() {
    return sender.isAnyLocalAddress();
  }

  /** The whole frame, to everybody. */
  ByteBuffer broadcast() {
    var frame = ByteBuffer.allocate(ETHERNET_BYTES + PACKET_BYTES);
    frame.put(MacAddress.BROADCAST.bytes()).put(senderMac.bytes()).putShort(ETHER_TYPE);
    frame.putShort(ETHERNET).putShort(IPV4).put((byte) MacAddress.BYTES).put((byte) 4);
    frame.putShort((short) operation);
    frame.put(senderMac.bytes()).put(sender.getAddress());
    frame.put(targetMac.bytes()).put(target.getAddress());
    return frame.flip();
  }

  /** Empty where the frame is something else. */
  static Optional<ArpFrame> read(ByteBuffer frame) {
    ByteBuffer bytes = frame.slice();
    boolean known =
        bytes.remaining() >= ETHERNET_BYTES + PACKET_BYTES
            && bytes.getShort(12) == ETHER_TYPE
            && bytes.getShort(14) == ETHERNET
            && bytes.getShort(16) == IPV4
            && bytes.get(18) == MacAddress.BYTES
            && bytes.get(19) == 4;
    return known
        ? Optional.of(
            new ArpFrame(
                bytes.getShort(20),
                MacAddress.at(22, bytes),
                ip(bytes, 28),
                MacAddress.at(32, bytes),
                ip(bytes, 38)))
        : Optional.empty();
  }

  private static InetAddress ip(ByteBuffer bytes, int at) {
    var ip = new byte[4];
    bytes.get(at, ip);
    return Addresses.of(ip);
  }
}
