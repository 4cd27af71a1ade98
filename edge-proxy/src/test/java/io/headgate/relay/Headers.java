package io.headgate.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * PROXY protocol headers, written and read by the letter of HAProxy's proxy-protocol.txt (2020,
 * sections 2.1 and 2.2), independently of the code under test.
 */
final class Headers {
  private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");

  private Headers() {}

  /** What a header says of a connection. */
  record Ends(InetSocketAddress source, InetSocketAddress destination) {
    static Ends of(Peer client) {
      return new Ends(client.local(), client.remote());
    }
  }

  static byte[] v1(Ends ends) {
    String family = width(ends) == 4 ? "TCP4" : "TCP6";
    return Bytes.of(
        "PROXY %s %s %s %d %d\r\n"
            .formatted(
                family,
                Addresses.text(ends.source().getAddress()),
                Addresses.text(ends.destination().getAddress()),
                ends.source().getPort(),
                ends.destination().getPort()));
  }

  static byte[] v2(Ends ends) {
    return v2(ends, new byte[0]);
  }

  /**
   * @param extra after the addresses, counted in the length
   */
  static byte[] v2(Ends ends, byte[] extra) {
    var body = new ByteArrayOutputStream();
    body.writeBytes(ends.source().getAddress().getAddress());
    body.writeBytes(ends.destination().getAddress().getAddress());
    body.writeBytes(twoBytes(ends.source().getPort()));
    body.writeBytes(twoBytes(ends.destination().getPort()));
    body.writeBytes(extra);
    return v2(0x21, width(ends) == 4 ? 0x11 : 0x21, body.size(), body.toByteArray());
  }

  /** Any header, right or wrong. */
  static byte[] v2(int versionAndCommand, int family, int length, byte[] body) {
    var header = new ByteArrayOutputStream();
    header.writeBytes(SIGNATURE);
    header.write(versionAndCommand);
    header.write(family);
    header.writeBytes(twoBytes(length));
    header.writeBytes(body);
    return header.toByteArray();
  }

  /** A TLV of any type. */
  static byte[] tlv(int type, int length, byte[] value) {
    return Bytes.joined(new byte[] {(byte) type}, twoBytes(length), value);
  }

  private static byte[] twoBytes(int value) {
    return ByteBuffer.allocate(2).putShort((short) value).array();
  }

  private static int width(Ends ends) {
    return ends.source().getAddress().getAddress().length;
  }

  /** Reads a version 1 header that says where a connection comes from; anything else fails. */
  static Ends readV1(Peer server) {
    String line = server.readLine();
    assertThat(line).matches("PROXY TCP[46] \\S+ \\S+ \\d+ \\d+\r\n");
    String[] words = line.strip().split(" ", -1);
    var ends =
        new Ends(
            new InetSocketAddress(address(words[2]), Integer.parseInt(words[4])),
            new InetSocketAddress(address(words[3]), Integer.parseInt(words[5])));
    // One way of writing it only: readers differ about all others.
    assertThat(line).isEqualTo(new String(v1(ends), ISO_8859_1));
    return ends;
  }

  private static InetAddress address(String text) {
    return Addresses.parse(text).orElseThrow(() -> new AssertionError("no address: " + text));
  }

  /** Reads a version 2 header that says where a connection comes from; anything else fails. */
  static Ends readV2(Peer server) {
    byte[] start = server.read(16);
    assertThat(Arrays.copyOf(start, 12)).isEqualTo(SIGNATURE);
    assertThat(start[12]).as("version 2, PROXY").isEqualTo((byte) 0x21);
    assertThat(start[13]).as("TCP over IPv4 or IPv6").isIn((byte) 0x11, (byte) 0x21);
    int width = start[13] == 0x11 ? 4 : 16;
    int length = ByteBuffer.wrap(start, 14, 2).getShort() & 0xffff;
    assertThat(length).isGreaterThanOrEqualTo(2 * width + 4);
    var body = ByteBuffer.wrap(server.read(length));
    InetAddress source = address(body, width);
    InetAddress destination = address(body, width);
    return new Ends(
        new InetSocketAddress(source, body.getShort() & 0xffff),
        new InetSocketAddress(destination, body.getShort() & 0xffff));
  }

  private static InetAddress address(ByteBuffer body, int width) {
    byte[] bytes = new byte[width];
    body.get(bytes);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }
}
