package io.headgate.linux;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds addresses to interfaces and removes them: rtnetlink(7). Those added here are marked with
 * {@link #PROTOCOL}, so that another process can tell them from an administrator's, and with a
 * lifetime after which the kernel removes them by itself.
 *
 * <p>Owned by one platform thread; a call takes some ten microseconds and waits for nobody. {@link
 * #put} and {@link #remove} need CAP_NET_ADMIN, {@link #list} nothing.
 */
public final class InterfaceAddresses implements AutoCloseable {
  /** IFA_PROTO of the addresses that are added here: the number of VRRP among IP protocols. */
  public static final int PROTOCOL = 112;

  /** For {@link #put}: the kernel never removes it by itself. */
  public static final int WITHOUT_END = -1;

  private static final int RTM_NEWADDR = 20;
  private static final int RTM_DELADDR = 21;
  private static final int RTM_GETADDR = 22;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int IFA_F_NODAD = 2;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_CACHEINFO = 6;
  private static final int IFA_PROTO = 11;

  private final NetlinkSocket socket;

  private InterfaceAddresses(NetlinkSocket socket) {
    this.socket = socket;
  }

  public static Attempt<InterfaceAddresses> open() {
    return NetlinkSocket.open(NetlinkSocket.ROUTE, 0).map(InterfaceAddresses::new);
  }

  /**
   * Adds an address, or begins its lifetime anew. It is deprecated from the start, so that IPv6
   * never chooses it as a source (RFC 6724 section 5 rule 3), and IPv6 looks for no duplicates: its
   * owner has.
   *
   * @param validSeconds after which the kernel removes it, to the second; or {@link #WITHOUT_END}
   */
  public Attempt<Change> put(
      int interfaceIndex, InetAddress address, int prefixLength, int validSeconds) {
    NetlinkRequest request =
        socket.request(
            RTM_NEWADDR, NetlinkRequest.ACK | NetlinkRequest.CREATE | NetlinkRequest.REPLACE);
    NetlinkSocket.Acknowledged done =
        socket.tell(
            about(request, interfaceIndex, address, prefixLength)
                .attribute(IFA_CACHEINFO, lifetimes(validSeconds))
                .attributeByte(IFA_PROTO, PROTOCOL));
    return switch (done.answer()) {
      case 0 -> new Attempt.Succeeded<>(Change.MADE);
      case -Errno.EEXIST -> new Attempt.Succeeded<>(Change.NONE);
      default -> done.refused("add " + text(address, prefixLength));
    };
  }

  /** Removes an address; one that is not there any more, or its interface, is no failure. */
  public Attempt<Change> remove(int interfaceIndex, InetAddress address, int prefixLength) {
    NetlinkRequest request = socket.request(RTM_DELADDR, NetlinkRequest.ACK);
    NetlinkSocket.Acknowledged done =
        socket.tell(about(request, interfaceIndex, address, prefixLength));
    return switch (done.answer()) {
      case 0 -> new Attempt.Succeeded<>(Change.MADE);
      case -Errno.EADDRNOTAVAIL, -Errno.ENODEV -> new Attempt.Succeeded<>(Change.NONE);
      default -> done.refused("remove " + text(address, prefixLength));
    };
  }

  /** Every IPv4 and IPv6 address of every interface, whoever has added it. */
  public Attempt<List<InterfaceAddress>> list() {
    List<InterfaceAddress> found = new ArrayList<>();
    NetlinkSocket.Acknowledged done =
        socket.list(
            () -> socket.request(RTM_GETADDR, NetlinkRequest.DUMP).putInt(0).putInt(0),
            found::clear,
            message -> InterfaceAddress.of(message).ifPresent(found::add));
    return done.answer() == 0
        ? new Attempt.Succeeded<>(List.copyOf(found))
        : done.refused("list addresses");
  }

  /** struct ifaddrmsg, and the address. */
  static NetlinkRequest about(
      NetlinkRequest request, int interfaceIndex, InetAddress address, int prefixLength) {
    boolean ipv6 = address instanceof Inet6Address;
    return request
        .put(ipv6 ? AF_INET6 : AF_INET)
        .put(prefixLength)
        .put(ipv6 ? IFA_F_NODAD : 0)
        .put(0) // of global scope
        .putInt(interfaceIndex)
        .attribute(IFA_LOCAL, address)
        .attribute(IFA_ADDRESS, address);
  }

  /** struct ifa_cacheinfo: preferred, valid, and two times that only the kernel tells. */
  static byte[] lifetimes(int validSeconds) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.nativeOrder())
        .putInt(0)
        .putInt(validSeconds)
        .array();
  }

  private static String text(InetAddress address, int prefixLength) {
    return address.getHostAddress() + "/" + prefixLength;
  }

  @Override
  public void close() {
    socket.close();
  }
}
