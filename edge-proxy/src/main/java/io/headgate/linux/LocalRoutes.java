package io.headgate.linux;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets this host go on receiving what is sent to an address that is on no interface any more: a
 * route of type local in the table local, rtnetlink(7). A routing daemon that announces the
 * addresses of an interface does not announce it.
 *
 * <p>Owned by one platform thread. Needs CAP_NET_ADMIN.
 */
public final class LocalRoutes implements AutoCloseable {
  private static final int LOOPBACK = 1; // the index of lo in every network namespace
  private static final int RTM_NEWROUTE = 24;
  private static final int RTM_DELROUTE = 25;
  private static final int RTM_GETROUTE = 26;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int RT_TABLE_LOCAL = 255;
  private static final int RT_SCOPE_HOST = 254;
  private static final int RTN_LOCAL = 2;
  private static final int RTMSG_BYTES = 12; // struct rtmsg
  private static final int PROTOCOL_AT = 5; // in it
  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RTA_PRIORITY = 6;

  /** Marks ours. */
  private static final int PROTOCOL = InterfaceAddresses.PROTOCOL;

  /** Apart from the route that an address itself has, so that neither goes with the other. */
  private static final int PRIORITY = 112;

  private final NetlinkSocket socket;

  private LocalRoutes(NetlinkSocket socket) {
    this.socket = socket;
  }

  public static Attempt<LocalRoutes> open() {
    return NetlinkSocket.open(NetlinkSocket.ROUTE, 0)
        .then(NetlinkSocket::strict)
        .map(LocalRoutes::new);
  }

  /** Adds the route; one that is there already is no failure. */
  public Attempt<Change> put(InetAddress address) {
    NetlinkSocket.Acknowledged done =
        socket.tell(
            about(
                socket.request(
                    RTM_NEWROUTE,
                    NetlinkRequest.ACK | NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE),
                address));
    return switch (done.answer()) {
      case 0 -> new Attempt.Succeeded<>(Change.MADE);
      case -Errno.EEXIST -> new Attempt.Succeeded<>(Change.NONE);
      default -> done.refused("add a local route to " + address.getHostAddress());
    };
  }

  /** Removes the route; one that is not there is no failure. */
  public Attempt<Change> remove(InetAddress address) {
    NetlinkSocket.Acknowledged done =
        socket.tell(about(socket.request(RTM_DELROUTE, NetlinkRequest.ACK), address));
    return switch (done.answer()) {
      case 0 -> new Attempt.Succeeded<>(Change.MADE);
      case -Errno.ESRCH -> new Attempt.Succeeded<>(Change.NONE);
      default -> done.refused("remove the local route to " + address.getHostAddress());
    };
  }

  /** Those that Headgate has added, this process or another, of both families. */
  public Attempt<List<InetAddress>> list() {
    return list(AF_INET)
        .then(some ->
            list(AF_INET6)
                .map(others -> {
                  List<InetAddress> all = new ArrayList<>(some);
                  all.addAll(others);
                  return all;
                }));
  }

  private Attempt<List<InetAddress>> list(int family) {
    List<InetAddress> found = new ArrayList<>();
    NetlinkSocket.Acknowledged done =
        socket.list(
            () -> head(socket.request(RTM_GETROUTE, NetlinkRequest.DUMP), family, 0, 0),
            found::clear,
            message -> destination(message).ifPresent(found::add));
    return done.answer() == 0
        ? new Attempt.Succeeded<>(found)
        : done.refused("list the local routes");
  }

  private static Optional<InetAddress> destination(NetlinkMessage message) {
    ByteBuffer body = message.body();
    if (body.limit() < RTMSG_BYTES || (body.get(PROTOCOL_AT) & 0xff) != PROTOCOL) {
      return Optional.empty();
    }
    Map<Integer, ByteBuffer> attributes = message.attributes(RTMSG_BYTES);
    return Optional.ofNullable(attributes.get(RTA_DST)).map(NetlinkMessage::address);
  }

  /** struct rtmsg, and the address. */
  static NetlinkRequest about(NetlinkRequest request, InetAddress address) {
    boolean ipv6 = address instanceof Inet6Address;
    int bits = address.getAddress().length * Byte.SIZE;
    return head(request, ipv6 ? AF_INET6 : AF_INET, bits, RT_SCOPE_HOST)
        .attribute(RTA_DST, address)
        .attributeInt(RTA_OIF, LOOPBACK)
        .attributeInt(RTA_PRIORITY, PRIORITY);
  }

  private static NetlinkRequest head(NetlinkRequest request, int family, int bits, int scope) {
    return request
        .put(family)
        .put(bits)
        .put(0) // from anywhere
        .put(0) // whatever the type of service
        .put(RT_TABLE_LOCAL)
        .put(PROTOCOL)
        .put(scope)
        .put(RTN_LOCAL)
        .putInt(0);
  }

  @Override
  public void close() {
    socket.close();
  }
}
