package io.headgate.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * Changes of this host's interfaces and addresses as the kernel tells them: rtnetlink(7). What was
 * so before it was opened is not told.
 *
 * <p>Owned by one platform thread. Never waits: {@link #descriptor} is for {@link DescriptorWait}.
 * Needs no privilege.
 */
public final class NetworkChanges implements AutoCloseable {
  private static final int GROUPS = 0x1 | 0x10 | 0x100; // RTMGRP_LINK, _IPV4_IFADDR, _IPV6_IFADDR
  private static final int RTM_NEWLINK = 16;
  private static final int RTM_DELLINK = 17;
  private static final int RTM_NEWADDR = 20;
  private static final int RTM_DELADDR = 21;

  private final NetlinkSocket socket;

  private NetworkChanges(NetlinkSocket socket) {
    this.socket = socket;
  }

  public static Attempt<NetworkChanges> open() {
    return NetlinkSocket.open(NetlinkSocket.ROUTE, GROUPS).map(NetworkChanges::new);
  }

  /** For {@link DescriptorWait}, until this is closed. */
  public int descriptor() {
    return socket.descriptor();
  }

  /** All that has changed since the last time, oldest first. */
  public List<NetworkChange> take() {
    List<NetworkChange> changes = new ArrayList<>();
    while (true) {
      int answer = socket.take(message -> add(message, changes));
      if (answer == -Errno.EAGAIN) {
        return changes;
      }
      if (answer < 0) { // ENOBUFS: they came faster than they were read
        changes.add(new NetworkChange.LookAgain());
        if (answer != -Errno.ENOBUFS && answer != -Errno.EMSGSIZE) {
          return changes;
        }
      }
    }
  }

  private static void add(NetlinkMessage message, List<NetworkChange> changes) {
    switch (message.type()) {
      case RTM_NEWADDR ->
          InterfaceAddress.of(message).map(NetworkChange.AddressAdded::new).ifPresent(changes::add);
      case RTM_DELADDR ->
          InterfaceAddress.of(message)
              .map(NetworkChange.AddressRemoved::new)
              .ifPresent(changes::add);
      case RTM_NEWLINK ->
          NetworkLink.of(message).map(NetworkChange.LinkChanged::new).ifPresent(changes::add);
      case RTM_DELLINK ->
          NetworkLink.of(message).map(NetworkChange.LinkRemoved::new).ifPresent(changes::add);
      default -> {} // of another kind, such as NLMSG_NOOP
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
