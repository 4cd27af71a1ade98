package io.headgate.vrrp;

import io.headgate.vrrp.Received.Dropped;
import io.headgate.vrrp.Received.Valid;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Advertisements to bytes and back; RFC 9568 5.2, RFC 3768 5.3. The bytes are those after the IP
 * header (and the authentication header, if there is one), big-endian.
 */
public final class AdvertisementCodec {
  private static final int ROUTER_ID_AT = 1;
  private static final int PRIORITY_AT = 2;
  private static final int COUNT_AT = 3;
  private static final int AUTHENTICATION_TYPE_AT = 4;
  private static final int INTERVAL_AT = 4;
  private static final int CHECKSUM_AT = 6;
  private static final int INTERVAL_BITS = 0x0fff;

  private AdvertisementCodec() {}

  /** The most bytes that a message can have. */
  public static final int MAX_BYTES = Wire.HEADER_BYTES + 255 * 16;

  /**
   * Writes the message at the buffer's position and moves it past the end.
   *
   * @param destination of the packet: the group, or the unicast peer
   * @param style matters for version 3 over IPv4 only
   */
  public static void encode(
      Advertisement advertisement,
      InetAddress source,
      InetAddress destination,
      ChecksumStyle style,
      ByteBuffer into) {
    int start = into.position();
    int version = advertisement.version();
    int units = Wire.units(version, advertisement.interval());
    into.put((byte) (version << 4 | Wire.TYPE_ADVERTISEMENT));
    into.put((byte) advertisement.routerId());
    into.put((byte) advertisement.priority());
    into.put((byte) advertisement.addresses().size());
    into.putShort(
        (short) (version == 2 ? advertisement.authentication().type() << 8 | units : units));
    into.putShort((short) 0);
    for (InetAddress address : advertisement.addresses()) {
      into.put(address.getAddress());
    }
    if (version == 2) {
      into.putLong(advertisement.authentication().data());
    }
    ByteBuffer message = into.slice(start, into.position() - start);
    ChecksumStyle effective = style.effective(version, advertisement.family());
    message.putShort(CHECKSUM_AT, (short) Checksum.of(message, effective, source, destination));
  }

  /**
   * Reads the message between position and limit, which stay where they are. What follows the
   * message is Ethernet's padding or a trailer of the sender's, and is not looked at.
   */
  public static Received decode(ByteBuffer payload, Envelope envelope, Expectation expected) {
    ByteBuffer bytes = payload.slice();
    DropReason reason = strange(bytes, envelope, expected);
    if (reason == null) {
      reason = malformed(bytes, envelope, expected);
    }
    if (reason != null) {
      return new Dropped(reason);
    }
    ByteBuffer message = bytes.slice(0, messageBytes(bytes, expected.version(), envelope.family()));
    ChecksumStyle style = styleOf(message, envelope, expected.version());
    if (style == null) {
      return new Dropped(DropReason.BAD_CHECKSUM);
    }
    return understood(message, style, envelope.family(), expected);
  }

  /** Whether it is for this group at all; other groups on the LAN are none of our business. */
  private static @Nullable DropReason strange(
      ByteBuffer bytes, Envelope envelope, Expectation expected) {
    if (envelope.source().equals(expected.self())) {
      return DropReason.OWN_PACKET;
    }
    if (bytes.remaining() < Wire.HEADER_BYTES) {
      return DropReason.TRUNCATED;
    }
    if (unsigned(bytes, ROUTER_ID_AT) != expected.routerId()) {
      return DropReason.UNKNOWN_ROUTER_ID;
    }
    if (expected.isUnicast() && !expected.peers().contains(envelope.source())) {
      return DropReason.UNKNOWN_PEER;
    }
    if (envelope.destination().isMulticastAddress() == expected.isUnicast()) {
      return DropReason.WRONG_DESTINATION;
    }
    return envelope.ttl() < expected.minimumTtl() ? DropReason.WRONG_TTL : null;
  }

  private static @Nullable DropReason malformed(
      ByteBuffer bytes, Envelope envelope, Expectation expected) {
    int first = unsigned(bytes, 0);
    if (first >> 4 != expected.version()) {
      return DropReason.WRONG_VERSION;
    }
    if ((first & 0xf) != Wire.TYPE_ADVERTISEMENT) {
      return DropReason.WRONG_TYPE;
    }
    if (bytes.remaining() < messageBytes(bytes, expected.version(), envelope.family())) {
      return DropReason.TRUNCATED;
    }
    return unsigned(bytes, COUNT_AT) == 0 ? DropReason.NO_ADDRESSES : null;
  }

  private static int messageBytes(ByteBuffer bytes, int version, Family family) {
    return Wire.HEADER_BYTES
        + unsigned(bytes, COUNT_AT) * family.addressBytes()
        + (version == 2 ? Wire.AUTHENTICATION_BYTES : 0);
  }

  private static @Nullable ChecksumStyle styleOf(
      ByteBuffer message, Envelope envelope, int version) {
    for (ChecksumStyle style : ChecksumStyle.values()) {
      if (style.effective(version, envelope.family()) == style
          && Checksum.good(message, style, envelope.source(), envelope.destination())) {
        return style;
      }
    }
    return null;
  }

  private static Received understood(
      ByteBuffer message, ChecksumStyle style, Family family, Expectation expected) {
    int version = expected.version();
    int units =
        version == 2
            ? unsigned(message, INTERVAL_AT + 1)
            : message.getShort(INTERVAL_AT) & INTERVAL_BITS;
    if (units == 0) {
      return new Dropped(DropReason.ZERO_INTERVAL);
    }
    var advertisement =
        new Advertisement(
            version,
            expected.routerId(),
            unsigned(message, PRIORITY_AT),
            Wire.unit(version).multipliedBy(units),
            addresses(message, family),
            authentication(message, version));
    DropReason reason = unwanted(advertisement, expected);
    return reason == null
        ? new Valid(advertisement, style, remarks(advertisement, expected))
        : new Dropped(reason);
  }

  private static @Nullable DropReason unwanted(Advertisement heard, Expectation expected) {
    if (heard.authentication().type() != expected.authentication().type()) {
      return DropReason.AUTHENTICATION_TYPE;
    }
    // without authentication the data is to be ignored (RFC 3768 5.3.10)
    if (heard.authentication().type() != 0
        && !heard.authentication().equals(expected.authentication())) {
      return DropReason.AUTHENTICATION_DATA;
    }
    return heard.version() == 2 && !heard.interval().equals(expected.interval())
        ? DropReason.INTERVAL_MISMATCH
        : null;
  }

  private static Set<Remark> remarks(Advertisement heard, Expectation expected) {
    Set<Remark> remarks = EnumSet.noneOf(Remark.class);
    if (!new HashSet<>(heard.addresses()).equals(new HashSet<>(expected.addresses()))) {
      remarks.add(Remark.ADDRESSES_DIFFER);
    }
    if (!heard.interval().equals(expected.interval())) {
      remarks.add(Remark.INTERVAL_DIFFERS);
    }
    if (heard.priority() == Advertisement.OWNER && expected.priority() == Advertisement.OWNER) {
      remarks.add(Remark.SECOND_OWNER);
    }
    if (!isLinkLocalFirst(heard)) {
      remarks.add(Remark.FIRST_ADDRESS_NOT_LINK_LOCAL);
    }
    return remarks;
  }

  private static boolean isLinkLocalFirst(Advertisement heard) {
    return heard.family() == Family.IPV4 || heard.addresses().getFirst().isLinkLocalAddress();
  }

  private static List<InetAddress> addresses(ByteBuffer message, Family family) {
    List<InetAddress> addresses = new ArrayList<>();
    byte[] address = new byte[family.addressBytes()];
    int at = Wire.HEADER_BYTES;
    for (int left = unsigned(message, COUNT_AT); left > 0; left--) {
      message.get(at, address);
      addresses.add(addressOf(address, family));
      at += address.length;
    }
    return addresses;
  }

  /** An IPv4-mapped IPv6 address stays IPv6, which InetAddress alone would not do. */
  private static InetAddress addressOf(byte[] bytes, Family family) {
    try {
      return family == Family.IPV4
          ? InetAddress.getByAddress(bytes)
          : Inet6Address.getByAddress(null, bytes, -1);
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // only a wrong length is refused
    }
  }

  private static Authentication authentication(ByteBuffer message, int version) {
    return version == 2
        ? Authentication.of(
            unsigned(message, AUTHENTICATION_TYPE_AT),
            message.getLong(message.limit() - Wire.AUTHENTICATION_BYTES))
        : new Authentication.None();
  }

  private static int unsigned(ByteBuffer bytes, int at) {
    return Byte.toUnsignedInt(bytes.get(at));
  }
}
