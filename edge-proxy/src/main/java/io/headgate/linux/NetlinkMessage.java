package io.headgate.linux;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A message of the kernel's: netlink(7).
 *
 * @param body behind the header, of the machine's byte order; valid until the next is received
 */
record NetlinkMessage(int type, int flags, int sequence, ByteBuffer body) {
  static final int ERROR = 2;
  static final int DONE = 3;
  private static final int DUMP_INTERRUPTED = 0x10;
  private static final int CAPPED = 0x100;
  private static final int ACK_ATTRIBUTES = 0x200;
  private static final int ATTRIBUTE_TEXT = 1; // NLMSGERR_ATTR_MSG
  private static final int TYPE_BITS = 0x3fff; // the others say how it is coded

  /** All that came at once; a last one that is cut off is left out. */
  static List<NetlinkMessage> parse(ByteBuffer received) {
    List<NetlinkMessage> messages = new ArrayList<>();
    int at = 0;
    while (received.limit() - at >= NetlinkRequest.HEADER_BYTES) {
      int bytes = received.getInt(at);
      if (bytes < NetlinkRequest.HEADER_BYTES || bytes > received.limit() - at) {
        break;
      }
      messages.add(
          new NetlinkMessage(
              received.getShort(at + 4) & 0xffff,
              received.getShort(at + 6) & 0xffff,
              received.getInt(at + 8),
              part(received, at + NetlinkRequest.HEADER_BYTES, at + bytes)));
      at += aligned(bytes);
    }
    return messages;
  }

  /** The list changed while it was being told. */
  boolean interrupted() {
    return (flags & DUMP_INTERRUPTED) != 0;
  }

  /** The negated errno of an acknowledgement or of the end of a list; 0 for success. */
  int answer() {
    return body.limit() < 4 ? 0 : body.getInt(0);
  }

  /** The kernel's own words for why it refuses, where it has some (NETLINK_EXT_ACK). */
  Optional<String> words() {
    if (type != ERROR || (flags & ACK_ATTRIBUTES) == 0 || body.limit() < 20) {
      return Optional.empty();
    }
    int request = (flags & CAPPED) != 0 ? NetlinkRequest.HEADER_BYTES : body.getInt(4);
    return Optional.ofNullable(attributes(4 + aligned(request)).get(ATTRIBUTE_TEXT))
        .map(NetlinkMessage::text);
  }

  /** Attributes by number, behind the fixed part of the body. */
  Map<Integer, ByteBuffer> attributes(int fixedBytes) {
    return attributes(body, fixedBytes);
  }

  /** Attributes by number, from a place in a buffer on. */
  static Map<Integer, ByteBuffer> attributes(ByteBuffer in, int from) {
    Map<Integer, ByteBuffer> attributes = new HashMap<>();
    int at = from;
    while (in.limit() - at >= 4) {
      int bytes = in.getShort(at) & 0xffff;
      if (bytes < 4 || bytes > in.limit() - at) {
        break;
      }
      attributes.put(in.getShort(at + 2) & TYPE_BITS, part(in, at + 4, at + bytes));
      at += aligned(bytes);
    }
    return attributes;
  }

  /** Text that ends with a zero or with the buffer. */
  static String text(ByteBuffer attribute) {
    byte[] bytes = bytes(attribute);
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  static byte[] bytes(ByteBuffer attribute) {
    var bytes = new byte[attribute.limit()];
    attribute.get(0, bytes);
    return bytes;
  }

  /** Of 4 or 16 bytes. */
  static InetAddress address(ByteBuffer attribute) {
    try {
      return InetAddress.getByAddress(bytes(attribute));
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }

  private static ByteBuffer part(ByteBuffer of, int from, int to) {
    return of.slice(from, to - from).order(of.order());
  }

  private static int aligned(int bytes) {
    return (bytes + 3) & ~3;
  }
}
