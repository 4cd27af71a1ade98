package io.headgate.linux;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends TCP connections of this host, whichever process has them: sock_diag(7), SOCK_DESTROY. Both
 * ends see a reset at once, instead of a silence, when an address moves to another host. Needs
 * CAP_NET_ADMIN and a kernel with CONFIG_INET_DIAG_DESTROY. Any thread; each call has a socket of
 * its own.
 */
public final class SocketDestroy {
  private static final int SOCK_DIAG_BY_FAMILY = 20;
  private static final int SOCK_DESTROY = 21;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int IPPROTO_TCP = 6;
  private static final int ID_AT = 4; // in struct inet_diag_msg
  private static final int ID_BYTES = 48; // struct inet_diag_sockid
  private static final int INET_DIAG_REQ_BYTECODE = 1;
  private static final int INET_DIAG_BC_S_COND = 7;

  /** Bits of net/tcp_states.h: all but TIME_WAIT, CLOSE and LISTEN. */
  private static final int CONNECTED =
      1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 8 | 1 << 9 | 1 << 11;

  private SocketDestroy() {}

  /**
   * Ends all connections whose local address is this one; listeners stay. To be called while the
   * host still has the address, or peers may not hear of it.
   *
   * @return how many there were
   */
  public static Attempt<Integer> connectionsOf(InetAddress local) {
    return inAll(
        local,
        (family, socket) ->
            list(family, local, socket).then(ids -> end(ids, family, local, socket)));
  }

  /** How many connections there are whose local address is this one; nothing becomes of them. */
  public static Attempt<Integer> count(InetAddress local) {
    return inAll(local, (family, socket) -> list(family, local, socket).map(List::size));
  }

  /** What is done with the connections of one family. */
  private interface Work {
    Attempt<Integer> with(int family, NetlinkSocket socket);
  }

  private static Attempt<Integer> inAll(InetAddress local, Work work) {
    return NetlinkSocket.open(NetlinkSocket.SOCKET_DIAGNOSTICS, 0)
        .then(socket -> {
          try (socket) {
            Attempt<Integer> some = work.with(AF_INET6, socket); // of IPv4 as well, mapped
            return local instanceof Inet6Address
                ? some
                : some.then(mapped -> work.with(AF_INET, socket).map(more -> mapped + more));
          }
        });
  }

  private static Attempt<List<byte[]>> list(int family, InetAddress local, NetlinkSocket socket) {
    List<byte[]> ids = new ArrayList<>();
    NetlinkSocket.Acknowledged listed =
        socket.list(
            () -> select(socket.request(SOCK_DIAG_BY_FAMILY, NetlinkRequest.DUMP), family, local),
            ids::clear,
            message -> ids.add(id(message)));
    return listed.answer() < 0
        ? listed.refused("list the connections of " + local.getHostAddress())
        : new Attempt.Succeeded<>(ids);
  }

  private static Attempt<Integer> end(
      List<byte[]> ids, int family, InetAddress local, NetlinkSocket socket) {
    int ended = 0;
    for (byte[] id : ids) {
      NetlinkSocket.Acknowledged done =
          socket.tell(about(socket.request(SOCK_DESTROY, NetlinkRequest.ACK), family).putBytes(id));
      switch (done.answer()) {
        case 0 -> ended++;
        case -Errno.ENOENT -> {} // it has ended by itself
        case -Errno.EOPNOTSUPP -> {
          return new Attempt.Refused<>(
              Errno.EOPNOTSUPP,
              "cannot end connections of "
                  + local.getHostAddress()
                  + ": this kernel is without CONFIG_INET_DIAG_DESTROY");
        }
        default -> {
          return done.refused("end connections of " + local.getHostAddress());
        }
      }
    }
    return new Attempt.Succeeded<>(ended);
  }

  /** The socket's addresses, ports, interface and cookie. */
  private static byte[] id(NetlinkMessage message) {
    var id = new byte[ID_BYTES];
    message.body().get(ID_AT, id);
    return id;
  }

  /** struct inet_diag_req_v2 up to its socket. */
  private static NetlinkRequest about(NetlinkRequest request, int family) {
    return request.put(family).put(IPPROTO_TCP).put(0).put(0).putInt(CONNECTED);
  }

  /** Sorted out by the kernel: a host that serves much has many that are not asked for. */
  static NetlinkRequest select(NetlinkRequest request, int family, InetAddress local) {
    return about(request, family)
        .putBytes(new byte[ID_BYTES])
        .attribute(INET_DIAG_REQ_BYTECODE, bytecode(local));
  }

  /** One struct inet_diag_bc_op with a struct inet_diag_hostcond: else it jumps over the end. */
  private static byte[] bytecode(InetAddress local) {
    byte[] address = local.getAddress();
    int bytes = 12 + address.length;
    ByteBuffer code = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    code.put((byte) INET_DIAG_BC_S_COND).put((byte) bytes).putShort((short) (bytes + 4));
    code.put((byte) (local instanceof Inet6Address ? AF_INET6 : AF_INET));
    code.put((byte) (8 * address.length)).putShort((short) 0).putInt(-1); // any port
    return code.put(address).array();
  }
}
