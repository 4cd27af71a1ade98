package io.headgate.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
  private static final int IFLA_IFALIAS = 20;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IFLA_INFO_DATA = 2;
  private static final int IFLA_MACVLAN_MODE = 1;
  private static final int MACVLAN_VEPA = 2;
  private static final int IFLA_AF_SPEC = 26;
  private static final int AF_INET = 2;
  private static final int IFLA_INET_CONF = 1;
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
                about(socket.request(RTM_GETLINK, NetlinkRequest.DUMP), 0)
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
   * A macvlan that shares its parent's cable; it is down. Needs CAP_NET_ADMIN.
   *
   * <p>Of mode vepa: in mode private, which hears as little of its siblings, the parent hears no
   * multicast from another host that has the same Ethernet address, and so no advertisement of
   * another owner.
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
    about(request, 0);
    request.attribute(IFLA_IFNAME, name);
    request.attributeInt(IFLA_LINK, parentIndex);
    request.attribute(IFLA_ADDRESS, mac.bytes());
    int info = request.begin(IFLA_LINKINFO);
    request.attribute(IFLA_INFO_KIND, "macvlan");
    int data = request.begin(IFLA_INFO_DATA);
    request.attributeInt(IFLA_MACVLAN_MODE, MACVLAN_VEPA).end(data).end(info);
    return request;
  }

  /** Needs CAP_NET_ADMIN. */
  Attempt<Change> setUp(int index) {
    return set(index, IFF_UP, "up");
  }

  /** Its IPv6 addresses are gone with that. Needs CAP_NET_ADMIN. */
  Attempt<Change> setDown(int index) {
    return set(index, 0, "down");
  }

  private Attempt<Change> set(int index, int flags, String word) {
    NetlinkRequest request = socket.request(RTM_NEWLINK, NetlinkRequest.ACK);
    request.putInt(0).putInt(index).putInt(flags).putInt(IFF_UP); // what may change
    NetlinkSocket.Acknowledged done = socket.tell(request);
    return done.answer() == 0
        ? new Attempt.Succeeded<>(Change.MADE)
        : done.refused("set interface " + index + " " + word);
  }

  /**
   * Writes on an interface what {@code ip link} shows as its alias. Needs CAP_NET_ADMIN.
   *
   * @param alias fewer than 256 characters
   */
  Attempt<Change> label(int index, String alias) {
    NetlinkSocket.Acknowledged done =
        socket.tell(
            about(socket.request(RTM_NEWLINK, NetlinkRequest.ACK), index)
                .attribute(IFLA_IFALIAS, alias));
    return done.answer() == 0
        ? new Attempt.Succeeded<>(Change.MADE)
        : done.refused("label interface " + index);
  }

  /** Needs CAP_NET_ADMIN. */
  Attempt<Change> set(int index, Map<Ipv4Setting, Integer> settings) {
    if (settings.isEmpty()) {
      return new Attempt.Succeeded<>(Change.NONE);
    }
    NetlinkSocket.Acknowledged done =
        socket.tell(settings(socket.request(RTM_NEWLINK, NetlinkRequest.ACK), index, settings));
    return done.answer() == 0
        ? new Attempt.Succeeded<>(Change.MADE)
        : done.refused("set %s of interface %d".formatted(settings.keySet(), index));
  }

  static NetlinkRequest settings(
      NetlinkRequest request, int index, Map<Ipv4Setting, Integer> settings) {
    about(request, index);
    int families = request.begin(IFLA_AF_SPEC);
    int ipv4 = request.begin(AF_INET);
    int all = request.begin(IFLA_INET_CONF);
    new TreeMap<>(settings)
        .forEach((setting, value) -> request.attributeInt(setting.number(), value));
    return request.end(all).end(ipv4).end(families);
  }

  /** Deletes a virtual interface; one that is not there is no failure. Needs CAP_NET_ADMIN. */
  Attempt<Change> delete(int index) {
    NetlinkSocket.Acknowledged done =
        socket.tell(about(socket.request(RTM_DELLINK, NetlinkRequest.ACK), index));
    return switch (done.answer()) {
      case 0 -> new Attempt.Succeeded<>(Change.MADE);
      case -Errno.ENODEV -> new Attempt.Succeeded<>(Change.NONE);
      default -> done.refused("delete interface " + index);
    };
  }

  /** struct ifinfomsg, with no flags that are to be set. */
  private static NetlinkRequest about(NetlinkRequest request, int index) {
    return request.putInt(0).putInt(index).putInt(0).putInt(0);
  }

  @Override
  public void close() {
    socket.close();
  }
}
