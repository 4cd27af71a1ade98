package io.headgate.relay;

import io.headgate.model.Addresses;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Reads a PROXY protocol header (proxy-protocol.txt, versions 1 and 2) as strictly as the
 * specification allows: what two readers could understand differently is malformed.
 */
final class ProxyHeaderReader {
  private static final byte[] V1_START = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] V2_START = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };
  private static final int LONGEST_V1 = 107;
  private static final int V2_FIXED = 16;
  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int TYPE_CRC32C = 0x03;
  private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");

  private ProxyHeaderReader() {}

  /** What the first bytes of a connection turned out to be. */
  sealed interface Reading {
    /** The bytes so far can become a header. */
    record Incomplete() implements Reading {}

    record Malformed(String reason) implements Reading {}

    /**
     * A whole header.
     *
     * @param lengthBytes what the header takes; the client's own bytes follow
     * @param addresses empty where the sender conveys none: LOCAL, or UNKNOWN
     */
    record Complete(int lengthBytes, Optional<Conveyed> addresses) implements Reading {}
  }

  record Conveyed(InetSocketAddress source, InetSocketAddress destination) {}

  static final Reading INCOMPLETE = new Reading.Incomplete();

  /** Reads from the reader index and moves nothing. */
  static Reading read(ByteBuf bytes) {
    if (startsLike(bytes, V2_START)) {
      return bytes.readableBytes() < V2_FIXED ? INCOMPLETE : v2(bytes);
    }
    if (startsLike(bytes, V1_START)) {
      return v1(bytes);
    }
    return new Reading.Malformed("no PROXY header");
  }

  private static boolean startsLike(ByteBuf bytes, byte[] start) {
    int shared = Math.min(bytes.readableBytes(), start.length);
    for (int i = 0; i < shared; i++) {
      if (bytes.getByte(bytes.readerIndex() + i) != start[i]) {
        return false;
      }
    }
    return true;
  }

  private static Reading v1(ByteBuf bytes) {
    int searched = Math.min(bytes.readableBytes(), LONGEST_V1);
    int newline = bytes.indexOf(bytes.readerIndex(), bytes.readerIndex() + searched, (byte) '\n');
    if (newline < 0) {
      return searched < LONGEST_V1 ? INCOMPLETE : new Reading.Malformed("v1 line too long");
    }
    int length = newline + 1 - bytes.readerIndex();
    String line = bytes.toString(bytes.readerIndex(), length, StandardCharsets.ISO_8859_1);
    if (!line.endsWith("\r\n") || line.indexOf('\r') != length - 2) {
      return new Reading.Malformed("v1 line does not end in CR LF");
    }
    line = line.substring(0, length - 2);
    if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) {
      return new Reading.Complete(length, Optional.empty());
    }
    String[] words = line.split(" ", -1);
    if (words.length != 6 || !(words[1].equals("TCP4") || words[1].equals("TCP6"))) {
      return new Reading.Malformed("v1 line has other words than six");
    }
    boolean ipv6 = words[1].equals("TCP6");
    Optional<InetAddress> source = address(words[2], ipv6);
    Optional<InetAddress> destination = address(words[3], ipv6);
    int sourcePort = port(words[4]);
    int destinationPort = port(words[5]);
    if (source.isEmpty() || destination.isEmpty() || sourcePort < 0 || destinationPort < 0) {
      return new Reading.Malformed("v1 line has a bad address or port");
    }
    return new Reading.Complete(
        length,
        Optional.of(
            new Conveyed(
                new InetSocketAddress(source.get(), sourcePort),
                new InetSocketAddress(destination.get(), destinationPort))));
  }

  private static Optional<InetAddress> address(String text, boolean ipv6) {
    return (text.indexOf(':') >= 0) == ipv6 ? Addresses.parse(text) : Optional.empty();
  }

  private static int port(String text) {
    if (!PORT.matcher(text).matches()) {
      return -1;
    }
    int port = Integer.parseInt(text);
    return port <= 65_535 ? port : -1;
  }

  private static Reading v2(ByteBuf bytes) {
    int start = bytes.readerIndex();
    int command = bytes.getUnsignedByte(start + 12);
    int family = bytes.getUnsignedByte(start + 13);
    int length = bytes.getUnsignedShort(start + 14);
    if (command != LOCAL && command != PROXY) {
      return new Reading.Malformed("v2 version or command unknown");
    }
    int addressBytes = addressBytes(family);
    if (command == PROXY && addressBytes < 0) {
      return new Reading.Malformed("v2 family is not TCP over IPv4 or IPv6");
    }
    if (command == PROXY && length < addressBytes) {
      return new Reading.Malformed("v2 header too short for its addresses");
    }
    if (bytes.readableBytes() < V2_FIXED + length) {
      return INCOMPLETE;
    }
    int end = start + V2_FIXED + length;
    if (command == LOCAL) { // "the receiver must ignore" all that follows
      return new Reading.Complete(V2_FIXED + length, Optional.empty());
    }
    String problem = problemOfVectors(bytes, start, start + V2_FIXED + addressBytes, end);
    return problem.isEmpty()
        ? new Reading.Complete(
            V2_FIXED + length, Optional.of(conveyed(bytes, start + V2_FIXED, addressBytes)))
        : new Reading.Malformed(problem);
  }

  /** Source and destination with their ports, -1 where we do not know the family. */
  private static int addressBytes(int family) {
    return switch (family) {
      case 0x11 -> 12;
      case 0x21 -> 36;
      default -> -1;
    };
  }

  private static Conveyed conveyed(ByteBuf bytes, int at, int addressBytes) {
    int width = (addressBytes - 4) / 2;
    int ports = at + 2 * width;
    return new Conveyed(
        new InetSocketAddress(addressAt(bytes, at, width), bytes.getUnsignedShort(ports)),
        new InetSocketAddress(
            addressAt(bytes, at + width, width), bytes.getUnsignedShort(ports + 2)));
  }

  private static InetAddress addressAt(ByteBuf bytes, int at, int width) {
    byte[] address = new byte[width];
    bytes.getBytes(at, address);
    return Addresses.of(address);
  }

  /** Walks the type-length-value vectors (section 2.2); empty where all is well. */
  private static String problemOfVectors(ByteBuf bytes, int start, int firstVector, int end) {
    int at = firstVector;
    while (at < end) {
      if (end - at < 3) {
        return "v2 vector cut short";
      }
      int type = bytes.getUnsignedByte(at);
      int length = bytes.getUnsignedShort(at + 1);
      int value = at + 3;
      if (length > end - value) {
        return "v2 vector longer than the header";
      }
      if (type == TYPE_CRC32C && (length != 4 || !checksumHolds(bytes, start, value, end))) {
        return "v2 checksum wrong";
      }
      at = value + length;
    }
    return "";
  }

  /** Section 2.2.3: CRC32c of the whole header with the checksum itself as zeroes. */
  private static boolean checksumHolds(ByteBuf bytes, int start, int value, int end) {
    byte[] header = new byte[end - start];
    bytes.getBytes(start, header);
    for (int i = 0; i < 4; i++) {
      header[value - start + i] = 0;
    }
    var crc = new CRC32C();
    crc.update(header);
    return (int) crc.getValue() == bytes.getInt(value);
  }
}
