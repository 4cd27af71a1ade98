package io.headgate.linux;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A netlink message in the making, in a buffer that is used again: netlink(7). Header, the fixed
 * part of its type by {@link #put}, then attributes.
 */
final class NetlinkRequest {
  static final int REQUEST = 1;
  static final int ACK = 4;
  static final int EXCLUSIVE = 0x200;
  static final int REPLACE = 0x100;
  static final int DUMP = 0x300;
  static final int CREATE = 0x400;
  static final int HEADER_BYTES = 16;
  private static final int NESTED = 0x8000;

  private final ByteBuffer into;
  private final int type;
  private final int flags;
  private final int sequence;

  /**
   * @param into empty, of the machine's byte order
   * @param flags besides {@link #REQUEST}
   */
  NetlinkRequest(ByteBuffer into, int type, int flags, int sequence) {
    this.into = into;
    this.type = type;
    this.flags = flags | REQUEST;
    this.sequence = sequence;
    into.position(HEADER_BYTES);
  }

  NetlinkRequest put(int eightBits) {
    into.put((byte) eightBits);
    return this;
  }

  NetlinkRequest putShort(int sixteenBits) {
    into.putShort((short) sixteenBits);
    return this;
  }

  NetlinkRequest putInt(int value) {
    into.putInt(value);
    return this;
  }

  NetlinkRequest putBytes(byte[] bytes) {
    into.put(bytes);
    return this;
  }

  NetlinkRequest attribute(int number, byte[] bytes) {
    into.putShort((short) (4 + bytes.length)).putShort((short) number).put(bytes);
    return align();
  }

  NetlinkRequest attribute(int number, InetAddress address) {
    return attribute(number, address.getAddress());
  }

  NetlinkRequest attribute(int number, String text) {
    return attribute(number, (text + '\0').getBytes(StandardCharsets.UTF_8));
  }

  NetlinkRequest attributeInt(int number, int value) {
    into.putShort((short) 8).putShort((short) number).putInt(value);
    return this;
  }

  NetlinkRequest attributeByte(int number, int value) {
    into.putShort((short) 5).putShort((short) number).put((byte) value);
    return align();
  }

  /** Begins an attribute of attributes; the answer is for {@link #end}. */
  int begin(int number) {
    into.putShort((short) 0).putShort((short) (number | NESTED));
    return into.position() - 4;
  }

  NetlinkRequest end(int begun) {
    into.putShort(begun, (short) (into.position() - begun));
    return this;
  }

  /** Writes the header; answers how long the message is. */
  int finish() {
    into.putInt(0, into.position()).putShort(4, (short) type).putShort(6, (short) flags);
    into.putInt(8, sequence).putInt(12, 0);
    return into.position();
  }

  int sequence() {
    return sequence;
  }

  private NetlinkRequest align() {
    while (into.position() % 4 != 0) {
      into.put((byte) 0);
    }
    return this;
  }
}
