package io.headgate.relay;

import io.headgate.model.Addresses;
import io.headgate.model.ProxyProtocol;
import io.netty.buffer.ByteBuf;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * The PROXY protocol header that a backend reads before the client's first byte (HAProxy's
 * proxy-protocol.txt, versions 1 and 2). Written so that every reader agrees on it: canonical text,
 * no optional field.
 */
final class ProxyHeader {
  private static final long SIGNATURE_HIGH = 0x0d0a0d0a000d0a51L;
  private static final int SIGNATURE_LOW = 0x5549540a;
  private static final int VERSION_2_PROXY = 0x21;
  private static final int TCP_OVER_IPV4 = 0x11;
  private static final int TCP_OVER_IPV6 = 0x21;

  /** Bytes of the longest header, version 1 with IPv6 addresses. */
  static final int LONGEST = 107;

  private ProxyHeader() {}

  /**
   * Appends the header to a buffer that has room for {@link #LONGEST}; nothing for {@link
   * ProxyProtocol#OFF}. An IPv4 and an IPv6 address in one header are both written as IPv6, the
   * former as mapped (RFC 4291 section 2.5.5.2).
   */
  static void write(
      ProxyProtocol version,
      InetSocketAddress source,
      InetSocketAddress destination,
      ByteBuf header) {
    switch (version) {
      case OFF -> {}
      case V1 -> v1(source, destination, header);
      case V2 -> v2(source, destination, header);
    }
  }

  private static void v1(InetSocketAddress source, InetSocketAddress destination, ByteBuf header) {
    boolean ipv4 = bothIpv4(source, destination);
    String line =
        (ipv4 ? "PROXY TCP4 " : "PROXY TCP6 ")
            + text(source.getAddress(), ipv4)
            + ' '
            + text(destination.getAddress(), ipv4)
            + ' '
            + source.getPort()
            + ' '
            + destination.getPort()
            + "\r\n";
    header.writeCharSequence(line, StandardCharsets.US_ASCII);
  }

  private static void v2(InetSocketAddress source, InetSocketAddress destination, ByteBuf header) {
    boolean ipv4 = bothIpv4(source, destination);
    header.writeLong(SIGNATURE_HIGH).writeInt(SIGNATURE_LOW).writeByte(VERSION_2_PROXY);
    header.writeByte(ipv4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6).writeShort(ipv4 ? 12 : 36);
    writeAddress(header, source.getAddress(), ipv4);
    writeAddress(header, destination.getAddress(), ipv4);
    header.writeShort(source.getPort()).writeShort(destination.getPort());
  }

  private static void writeAddress(ByteBuf header, InetAddress address, boolean ipv4) {
    if (address instanceof Inet4Address inet4) {
      if (!ipv4) {
        header.writeLong(0).writeInt(0xffff);
      }
      header.writeInt(four(inet4.getAddress(), 0));
      return;
    }
    byte[] bytes = address.getAddress();
    if (!ipv4) {
      header.writeInt(four(bytes, 0)).writeInt(four(bytes, 4)).writeInt(four(bytes, 8));
    }
    header.writeInt(four(bytes, 12));
  }

  // As a number, because an array that is handed on cannot be optimised away.
  private static int four(byte[] bytes, int from) {
    return bytes[from] << 24
        | (bytes[from + 1] & 0xff) << 16
        | (bytes[from + 2] & 0xff) << 8
        | (bytes[from + 3] & 0xff);
  }

  private static String text(InetAddress address, boolean ipv4) {
    byte[] bytes = address.getAddress();
    if (ipv4) {
      int at = bytes.length - 4;
      return (bytes[at] & 0xff)
          + "."
          + (bytes[at + 1] & 0xff)
          + "."
          + (bytes[at + 2] & 0xff)
          + "."
          + (bytes[at + 3] & 0xff);
    }
    return bytes.length == 4 ? "::ffff:" + text(address, true) : Addresses.text(address);
  }

  private static boolean bothIpv4(InetSocketAddress source, InetSocketAddress destination) {
    return isIpv4(source.getAddress()) && isIpv4(destination.getAddress());
  }

  private static boolean isIpv4(InetAddress address) {
    if (address instanceof Inet4Address) {
      return true;
    }
    byte[] bytes = address.getAddress();
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return bytes[10] == (byte) 0xff && bytes[11] == (byte) 0xff;
  }
}
