package io.headgate.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The network interfaces of this host: rtnetlink(7). Owned by one platform thread. {@link #list}
 * needs no privilege.
 */
public final class NetworkLinks implements AutoCloseable {
  private static final int RTM_NEWLINK = 16;
  private static final int RTM_DELLINK = 17;
  private static final int RTM_GETLINK = 18;
  private static final int IFF_UP = 1;
  private static final int IFLA_ADDRESS = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_LINK = 5;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IFLA_INFO_DATA = 2;
  private static final int IFLA_MACVLAN_MODE = 1;
  private static final int MACVLAN_PRIVATE = 1;
  private static final int IFLA_EXT_MASK = 29;
  private static final int SKIP_STATISTICS = 8;

  private final NetlinkSocket socket;

  private NetworkLinks(NetlinkSocket socket) {
    this.socket = socket;
  }

  public static Attempt<NetworkLinks> open() {
    return NetlinkSocket.open(NetlinkSocket.ROUTE, 0).map(NetworkLinks::new);
  }

  public Attempt<List<NetworkLink>> list() {
    List<NetworkLink> found = new ArrayList<>();
    NetlinkSocket.Acknowledged done =
        socket.list(
            () ->
                about(socket.request(RTM_GETLINK, NetlinkRequest.DUMP), 0, 0)
                    .attributeInt(IFLA_EXT_MASK, SKIP_STATISTICS),
            found::clear,
            message -> NetworkLink.of(message).ifPresent(found::add));
    return done.answer() == 0
        ? new Attempt.Succeeded<>(List.copyOf(found))
        : done.refused("list interfaces");
  }

  /** Of that name now; empty where there is none. */
  public Attempt<Optional<NetworkLink>> named(String name) {
    return list().map(links -> links.stream().filter(link -> link.name().equals(name)).findFirst());
  }

  /**
   * A macvlan that shares its parent's cable and hears nothing of its siblings (mode private); it
   * is down. Needs CAP_NET_ADMIN.
   *
   * @return {@link Change#NONE} where there is an interface of that name
   */
  Attempt<Change> addMacvlan(String name, int parentIndex, MacAddress mac) {
    NetlinkSocket.Acknowledged done =
        socket.tell(
            macvlan(
                socket.request(
                    RTM_NEWLINK,
                    NetlinkRequest.ACK | NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE),
                name,
                parentIndex,
                mac));
    return switch (done.answer()) {
      case 0 -> new Attempt.Succeeded<>(Change.MADE);
      case -Errno.EEXIST -> new Attempt.Succeeded<>(Change.NONE);
      default -> done.refused("create the interface " + name);
    };
  }

  static NetlinkRequest macvlan(
      NetlinkRequest request, String name, int parentIndex, MacAddress mac) {
    about(request, 0, 0);
    request.attribute(IFLA_IFNAME, name);
    request.attributeInt(IFLA_LINK, parentIndex);
    request.attribute(IFLA_ADDRESS, mac.bytes());
    int info = request.begin(IFLA_LINKINFO);
    request.attribute(IFLA_INFO_KIND, "macvlan");
    int data = request.begin(IFLA_INFO_DATA);
    request.attributeInt(IFLA_MACVLAN_MODE, MACVLAN_PRIVATE).end(data).end(info);
    return request;
  }

  /** Needs CAP_NET_ADMIN. */
  Attempt<Change> setUp(int index) {
    NetlinkSocket.Acknowledged done =
        socket.tell(about(socket.request(RTM_NEWLINK, NetlinkRequest.ACK), index, IFF_UP));
    return done.answer() == 0
        ? new Attempt.Succeeded<>(Change.MADE)
        : done.refused("set interface " + index + " up");
  }

  /** Deletes a virtual interface; one that is not there is no failure. Needs CAP_NET_ADMIN. */
  Attempt<Change> delete(int index) {
    NetlinkSocket.Acknowledged done =
        socket.tell(about(socket.request(RTM_DELLINK, NetlinkRequest.ACK), index, 0));
    return switch (done.answer()) {
      case 0 -> new Attempt.Succeeded<>(Change.MADE);
      case -Errno.ENODEV -> new Attempt.Succeeded<>(Change.NONE);
      default -> done.refused("delete interface " + index);
    };
  }

  /** struct ifinfomsg, with flags that are to be set. */
  private static NetlinkRequest about(NetlinkRequest request, int index, int flags) {
    return request.putInt(0).putInt(index).putInt(flags).putInt(flags);
  }

  @Override
  public void close() {
    socket.close();
  }
}
