package io.headgate.linux;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A network interface as the kernel tells it: struct ifinfomsg of linux/rtnetlink.h.
 *
 * @param mac of an Ethernet interface
 * @param up an administrator wants it to be used (IFF_UP)
 * @param running it can be used (IFF_RUNNING)
 * @param carrier its cable is in (IFF_LOWER_UP)
 * @param masterIndex of the bridge, bond or VRF that it is a part of
 * @param parentIndex of the interface that it is made on, such as a VLAN's
 * @param kind of a virtual one: macvlan, veth, bridge
 * @param alias what somebody has written on it
 */
public record NetworkLink(
    int index,
    String name,
    Optional<MacAddress> mac,
    boolean up,
    boolean running,
    boolean carrier,
    boolean loopback,
    OptionalInt masterIndex,
    OptionalInt parentIndex,
    int mtuBytes,
    Optional<String> kind,
    Optional<String> alias) {
  private static final int FIXED_BYTES = 16;
  private static final int ARPHRD_ETHER = 1;
  private static final int AF_UNSPEC = 0;
  private static final int IFF_UP = 1;
  private static final int IFF_LOOPBACK = 8;
  private static final int IFF_RUNNING = 0x40;
  private static final int IFF_LOWER_UP = 0x10000;
  private static final int IFLA_ADDRESS = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_LINK = 5;
  private static final int IFLA_MASTER = 10;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_IFALIAS = 20;
  private static final int IFLA_INFO_KIND = 1;

  /** It can carry packets now. */
  public boolean usable() {
    return up && running && carrier;
  }

  /**
   * Of RTM_NEWLINK or RTM_DELLINK; empty for what a bridge tells of its ports, where a deletion is
   * not that of the interface.
   */
  static Optional<NetworkLink> of(NetlinkMessage message) {
    ByteBuffer body = message.body();
    if (body.limit() < FIXED_BYTES || body.get(0) != AF_UNSPEC) {
      return Optional.empty();
    }
    Map<Integer, ByteBuffer> attributes = message.attributes(FIXED_BYTES);
    ByteBuffer name = attributes.get(IFLA_IFNAME);
    if (name == null) {
      return Optional.empty();
    }
    int flags = body.getInt(8);
    ByteBuffer mtu = attributes.get(IFLA_MTU);
    return Optional.of(
        new NetworkLink(
            body.getInt(4),
            NetlinkMessage.text(name),
            body.getShort(2) == ARPHRD_ETHER
                ? Optional.ofNullable(attributes.get(IFLA_ADDRESS))
                    .map(bytes -> MacAddress.of(NetlinkMessage.bytes(bytes)))
                : Optional.empty(),
            (flags & IFF_UP) != 0,
            (flags & IFF_RUNNING) != 0,
            (flags & IFF_LOWER_UP) != 0,
            (flags & IFF_LOOPBACK) != 0,
            index(attributes.get(IFLA_MASTER)),
            index(attributes.get(IFLA_LINK)),
            mtu == null ? 0 : mtu.getInt(0),
            Optional.ofNullable(attributes.get(IFLA_LINKINFO))
                .flatMap(info ->
                    Optional.ofNullable(NetlinkMessage.attributes(info, 0).get(IFLA_INFO_KIND)))
                .map(NetlinkMessage::text),
            Optional.ofNullable(attributes.get(IFLA_IFALIAS)).map(NetlinkMessage::text)));
  }

  private static OptionalInt index(@Nullable ByteBuffer attribute) {
    return attribute == null || attribute.getInt(0) == 0
        ? OptionalInt.empty()
        : OptionalInt.of(attribute.getInt(0));
  }
}
