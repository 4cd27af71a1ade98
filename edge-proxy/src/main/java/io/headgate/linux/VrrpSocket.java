package io.headgate.linux;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A raw socket of IP protocol 112, VRRP (RFC 9568 section 5.1), of one family and one interface.
 * What it sends has TTL or hop limit 255, class 0xc0 as keepalived's has, and the source that it
 * was opened with; of IPv6, the kernel fills in the checksum and drops what has a wrong one before
 * it is seen here. Own packets are not heard.
 *
 * <p>Owned by one platform thread. Never waits: {@link #descriptor} is for {@link DescriptorWait}.
 * Needs CAP_NET_RAW to be opened.
 */
public final class VrrpSocket implements AutoCloseable {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_RAW = 3;
  private static final int IPPROTO_VRRP = 112;
  private static final int SOL_IP = 0;
  private static final int SOL_IPV6 = 41;
  private static final int IP_PKTINFO = 8;
  private static final int IPV6_PKTINFO = 50;
  private static final int IPV6_HOPLIMIT = 52;
  private static final int HOP_LIMIT = 255;
  private static final int CLASS = 0xc0; // internetwork control
  private static final int CHECKSUM_AT = 6;

  /** Longer than an advertisement of 255 addresses, whole, with its IPv4 header. */
  private static final int RECEIVE_BYTES = 8192;

  private static final byte[] GROUP = {(byte) 224, 0, 0, 18};
  private static final byte[] GROUP6 = {
    (byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12
  };

  /** Whom it hears: what is sent to everybody, 224.0.0.18 or ff02::12, or to its host alone. */
  public enum Mode {
    /** Both. */
    MULTICAST,
    UNICAST
  }

  /**
   * A packet of protocol 112.
   *
   * @param payload behind the IP header; valid until the next is received
   * @param timeToLive or hop limit, 0 to 255
   * @param truncated it was longer than any advertisement, and its end is missing
   */
  public record Packet(
      ByteBuffer payload,
      InetAddress source,
      InetAddress destination,
      int timeToLive,
      boolean truncated) {}

  private final MessageSocket socket;
  private final int interfaceIndex;
  private final InetAddress source;
  private final boolean ipv6;

  private VrrpSocket(MessageSocket socket, int interfaceIndex, InetAddress source) {
    this.socket = socket;
    this.interfaceIndex = interfaceIndex;
    this.source = source;
    this.ipv6 = source instanceof Inet6Address;
  }

  /**
   * Opens it, and joins the group where it is to.
   *
   * @param interfaceIndex where it sends, and hears nothing of any other
   * @param source of what is sent, which also says the family: the interface's primary IPv4 address
   *     or its link-local IPv6 one
   */
  public static Attempt<VrrpSocket> open(int interfaceIndex, InetAddress source, Mode mode) {
    boolean ipv6 = source instanceof Inet6Address;
    String what =
        "a raw "
            + (ipv6 ? "IPv6" : "IPv4")
            + " socket of protocol 112 on interface "
            + interfaceIndex;
    return MessageSocket.open(
            ipv6 ? AF_INET6 : AF_INET,
            SOCK_RAW,
            IPPROTO_VRRP,
            RECEIVE_BYTES,
            RECEIVE_BYTES,
            what,
            "CAP_NET_RAW")
        .then(socket ->
            SocketSetting.apply(
                socket,
                ipv6 ? settings6(interfaceIndex, mode) : settings(interfaceIndex, mode),
                what))
        .map(socket -> new VrrpSocket(socket, interfaceIndex, source));
  }

  /** By linux/in.h and asm-generic/socket.h. */
  private static List<SocketSetting> settings(int interfaceIndex, Mode mode) {
    return mode == Mode.UNICAST
        ? common(interfaceIndex)
        : concat(
            common(interfaceIndex),
            List.of(new SocketSetting("IP_ADD_MEMBERSHIP", SOL_IP, 35, member(interfaceIndex))));
  }

  /** struct ip_mreqn: group, own address, interface. */
  private static byte[] member(int interfaceIndex) {
    return ByteBuffer.allocate(12)
        .order(ByteOrder.nativeOrder())
        .put(GROUP)
        .putInt(0)
        .putInt(interfaceIndex)
        .array();
  }

  private static List<SocketSetting> common(int interfaceIndex) {
    return List.of(
        SocketSetting.of("SO_BINDTOIFINDEX", MessageSocket.SOL_SOCKET, 62, interfaceIndex),
        new SocketSetting("IP_MULTICAST_IF", SOL_IP, 32, member(interfaceIndex)),
        SocketSetting.of("IP_PKTINFO", SOL_IP, IP_PKTINFO, 1),
        SocketSetting.of("IP_MULTICAST_ALL", SOL_IP, 49, 0),
        SocketSetting.of("IP_MULTICAST_LOOP", SOL_IP, 34, 0),
        SocketSetting.of("IP_MULTICAST_TTL", SOL_IP, 33, HOP_LIMIT),
        SocketSetting.of("IP_TTL", SOL_IP, 2, HOP_LIMIT),
        SocketSetting.of("IP_TOS", SOL_IP, 1, CLASS),
        SocketSetting.of("IP_MTU_DISCOVER", SOL_IP, 10, 0)); // DF clear, as keepalived's
  }

  /** By linux/in6.h. */
  private static List<SocketSetting> settings6(int interfaceIndex, Mode mode) {
    var member = // struct ipv6_mreq: group, interface
        ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
    member.put(GROUP6).putInt(interfaceIndex);
    return mode == Mode.UNICAST
        ? common6(interfaceIndex)
        : concat(
            common6(interfaceIndex),
            List.of(new SocketSetting("IPV6_ADD_MEMBERSHIP", SOL_IPV6, 20, member.array())));
  }

  private static List<SocketSetting> common6(int interfaceIndex) {
    return List.of(
        SocketSetting.of("SO_BINDTOIFINDEX", MessageSocket.SOL_SOCKET, 62, interfaceIndex),
        SocketSetting.of("IPV6_CHECKSUM", SOL_IPV6, 7, CHECKSUM_AT),
        SocketSetting.of("IPV6_RECVPKTINFO", SOL_IPV6, 49, 1),
        SocketSetting.of("IPV6_RECVHOPLIMIT", SOL_IPV6, 51, 1),
        SocketSetting.of("IPV6_MULTICAST_IF", SOL_IPV6, 17, interfaceIndex),
        SocketSetting.of("IPV6_MULTICAST_ALL", SOL_IPV6, 29, 0),
        SocketSetting.of("IPV6_MULTICAST_LOOP", SOL_IPV6, 19, 0),
        SocketSetting.of("IPV6_MULTICAST_HOPS", SOL_IPV6, 18, HOP_LIMIT),
        SocketSetting.of("IPV6_UNICAST_HOPS", SOL_IPV6, 16, HOP_LIMIT),
        SocketSetting.of("IPV6_TCLASS", SOL_IPV6, 67, CLASS));
  }

  private static List<SocketSetting> concat(List<SocketSetting> some, List<SocketSetting> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  /** For {@link DescriptorWait}, until this is closed. */
  public int descriptor() {
    return socket.descriptor();
  }

  public InetAddress source() {
    return source;
  }

  /** The next packet that has arrived. */
  public Reception<Packet> receive() {
    while (true) {
      int answer = socket.receive();
      if (answer < 0) {
        return Reception.failed(answer);
      }
      Optional<Packet> packet = ipv6 ? packet6() : packet4();
      if (packet.isPresent()) {
        return new Reception.Arrived<>(packet.get());
      }
    }
  }

  /**
   * Sends a packet.
   *
   * @param payload from its position to its limit, which stay; of IPv6, with any checksum
   * @param destination of the same family
   * @return 0, or the negated errno: {@link Errno#text}
   */
  public int send(ByteBuffer payload, InetAddress destination) {
    int bytes = payload.remaining();
    socket.outgoing().put(0, payload, payload.position(), bytes);
    int answer = socket.send(putDestination(destination.getAddress()), putSource(), bytes);
    return Math.min(answer, 0);
  }

  private int putDestination(byte[] destination) {
    ByteBuffer to = socket.recipient();
    if (!ipv6) { // struct sockaddr_in
      to.putShort((short) AF_INET).putShort((short) 0).put(destination).putLong(0);
      return to.position();
    }
    to.putShort((short) AF_INET6).putShort((short) 0).putInt(0);
    to.put(destination).putInt(interfaceIndex);
    return to.position();
  }

  /** A struct in_pktinfo or in6_pktinfo behind its struct cmsghdr. */
  private int putSource() {
    ByteBuffer info = socket.outgoingAncillary();
    if (!ipv6) {
      info.putLong(28).putInt(SOL_IP).putInt(IP_PKTINFO);
      info.putInt(interfaceIndex).put(source.getAddress()).putInt(0).putInt(0);
      return info.position();
    }
    info.putLong(36).putInt(SOL_IPV6).putInt(IPV6_PKTINFO);
    info.put(source.getAddress()).putInt(interfaceIndex).putInt(0);
    return info.position();
  }

  /**
   * Of IPv4 the kernel delivers the header as well. Empty for what arrived from another interface,
   * before the socket was bound to its own.
   */
  private Optional<Packet> packet4() {
    Optional<ByteBuffer> info = ancillary(SOL_IP, IP_PKTINFO);
    ByteBuffer bytes = socket.received();
    int headerBytes = bytes.remaining() < 20 ? 0 : (bytes.get(0) & 0xf) * 4;
    if (info.isEmpty()
        || info.get().getInt(0) != interfaceIndex
        || headerBytes < 20
        || bytes.remaining() < headerBytes) {
      return Optional.empty();
    }
    return Optional.of(
        new Packet(
            bytes.slice(headerBytes, bytes.limit() - headerBytes),
            address(bytes, 12, 4),
            address(bytes, 16, 4),
            bytes.get(8) & 0xff,
            socket.truncated()));
  }

  private Optional<Packet> packet6() {
    Optional<ByteBuffer> info = ancillary(SOL_IPV6, IPV6_PKTINFO);
    Optional<ByteBuffer> hops = ancillary(SOL_IPV6, IPV6_HOPLIMIT);
    if (info.isEmpty() || hops.isEmpty() || info.get().getInt(16) != interfaceIndex) {
      return Optional.empty();
    }
    return Optional.of(
        new Packet(
            socket.received().slice(),
            address(socket.sender(), 8, 16),
            address(info.get(), 0, 16),
            hops.get().getInt(0),
            socket.truncated()));
  }

  /** The data of one of the ancillary messages: cmsg(3). */
  private Optional<ByteBuffer> ancillary(int level, int type) {
    ByteBuffer all = socket.receivedAncillary();
    int at = 0;
    while (all.limit() - at >= 16) {
      int bytes = (int) all.getLong(at);
      if (bytes < 16 || bytes > all.limit() - at) {
        return Optional.empty();
      }
      if (all.getInt(at + 8) == level && all.getInt(at + 12) == type) {
        return Optional.of(all.slice(at + 16, bytes - 16).order(ByteOrder.nativeOrder()));
      }
      at += (bytes + 7) & ~7;
    }
    return Optional.empty();
  }

  private static InetAddress address(ByteBuffer from, int at, int length) {
    var bytes = new byte[length];
    from.get(at, bytes);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
