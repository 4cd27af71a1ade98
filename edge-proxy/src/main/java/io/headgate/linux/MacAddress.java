package io.headgate.linux;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * An Ethernet address.
 *
 * @param bits the lower 48 are the address, in its order on the wire
 */
public record MacAddress(long bits) {
  public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);
  public static final int BYTES = 6;

  private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

  public MacAddress {
    if (bits >>> 48 != 0) {
      throw new IllegalArgumentException("more than 48 bits: " + Long.toHexString(bits));
    }
  }

  /** From six bytes. */
  public static MacAddress of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(bytes.length + " bytes are no Ethernet address");
    }
    long bits = 0;
    for (byte part : bytes) {
      bits = (bits << 8) | (part & 0xff);
    }
    return new MacAddress(bits);
  }

  /** The six bytes at a place in a buffer, whose position stays. */
  public static MacAddress at(int index, ByteBuffer in) {
    var bytes = new byte[BYTES];
    in.get(index, bytes);
    return of(bytes);
  }

  /** From six hexadecimal bytes with colons between them. */
  public static MacAddress parse(String text) {
    return of(COLONS.parseHex(text));
  }

  /**
   * That of a virtual router: RFC 9568 section 7.3.
   *
   * @param routerId 1 to 255
   */
  public static MacAddress ofVirtualRouter(boolean ipv6, int routerId) {
    if (routerId < 1 || routerId > 255) {
      throw new IllegalArgumentException("no virtual router has the id " + routerId);
    }
    return new MacAddress((ipv6 ? 0x0000_5e00_0200L : 0x0000_5e00_0100L) | routerId);
  }

  /** Six, in the order of the wire. */
  public byte[] bytes() {
    var bytes = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      bytes[i] = (byte) (bits >>> (8 * (BYTES - 1 - i)));
    }
    return bytes;
  }

  @Override
  public String toString() {
    return COLONS.formatHex(bytes());
  }
}
