package io.headgate.vrrp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The VRRP packets of a capture in the classic format, Ethernet, little-endian. */
final class Pcap {
  private static final int FILE_HEADER = 24;
  private static final int RECORD_HEADER = 16;
  private static final int ETHERNET = 14;
  private static final int AUTHENTICATION_HEADER = 51;

  /** A message and what its IP header said. */
  record Packet(ByteBuffer message, Envelope envelope) {}

  private Pcap() {}

  static List<Packet> read(String name) {
    try (InputStream file = Pcap.class.getResourceAsStream("/vrrp/" + name)) {
      if (file == null) {
        throw new IllegalArgumentException("no capture " + name);
      }
      ByteBuffer all = ByteBuffer.wrap(file.readAllBytes());
      List<Packet> packets = new ArrayList<>();
      int at = FILE_HEADER;
      while (at < all.limit()) {
        int length = all.order(ByteOrder.LITTLE_ENDIAN).getInt(at + 8);
        add(packets, all.slice(at + RECORD_HEADER, length).order(ByteOrder.BIG_ENDIAN));
        at += RECORD_HEADER + length;
      }
      return packets;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(List<Packet> packets, ByteBuffer frame) throws UnknownHostException {
    ByteBuffer ip = frame.slice(ETHERNET, frame.limit() - ETHERNET);
    switch (frame.getShort(ETHERNET - 2) & 0xffff) {
      case 0x0800 -> addIpv4(packets, ip);
      case 0x86dd -> {
        if (ip.get(6) == Wire.PROTOCOL) {
          var envelope =
              new Envelope(address(ip, 8, 16), address(ip, 24, 16), ip.get(7) & 0xff, Family.IPV6);
          packets.add(new Packet(ip.slice(40, ip.getShort(4)), envelope));
        }
      }
      default -> {}
    }
  }

  private static void addIpv4(List<Packet> packets, ByteBuffer ip) throws UnknownHostException {
    int header = (ip.get(0) & 0xf) * 4;
    int protocol = ip.get(9);
    if (protocol == AUTHENTICATION_HEADER) {
      header += (ip.get(header + 1) + 2) * 4;
    } else if (protocol != Wire.PROTOCOL) {
      return;
    }
    var envelope =
        new Envelope(address(ip, 12, 4), address(ip, 16, 4), ip.get(8) & 0xff, Family.IPV4);
    packets.add(new Packet(ip.slice(header, ip.getShort(2) - header), envelope));
  }

  private static InetAddress address(ByteBuffer from, int at, int length)
      throws UnknownHostException {
    byte[] bytes = new byte[length];
    from.get(at, bytes);
    return InetAddress.getByAddress(bytes);
  }
}
