package io.headgate.linux;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * An address of an interface as the kernel tells it: struct ifaddrmsg of linux/if_addr.h.
 *
 * @param protocol who has added it (IFA_PROTO, Linux 5.18): 0 unknown, 1 to 3 the kernel, {@link
 *     InterfaceAddresses#PROTOCOL} for Headgate
 * @param validSeconds until the kernel removes it, {@link #FOREVER} for never
 * @param preferredSeconds until it is no more chosen as a source
 * @param tentative not to be used yet: duplicates of it are being looked for
 * @param duplicate found to be another host's as well, and not to be used (dadfailed)
 */
public record InterfaceAddress(
    int interfaceIndex,
    InetAddress address,
    int prefixLength,
    int protocol,
    long validSeconds,
    long preferredSeconds,
    boolean tentative,
    boolean duplicate) {
  public static final long FOREVER = Long.MAX_VALUE;

  private static final int FIXED_BYTES = 8;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_CACHEINFO = 6;
  private static final int IFA_FLAGS = 8;
  private static final int IFA_PROTO = 11;
  private static final int IFA_F_DADFAILED = 0x08;
  private static final int IFA_F_TENTATIVE = 0x40;

  /** Of RTM_NEWADDR or RTM_DELADDR; empty for a family other than IPv4 and IPv6. */
  static Optional<InterfaceAddress> of(NetlinkMessage message) {
    ByteBuffer body = message.body();
    if (body.limit() < FIXED_BYTES) {
      return Optional.empty();
    }
    Map<Integer, ByteBuffer> attributes = message.attributes(FIXED_BYTES);
    // With a peer, IFA_ADDRESS is the peer's; of IPv6, IFA_LOCAL is only there with one.
    ByteBuffer none = ByteBuffer.allocate(0);
    ByteBuffer own = attributes.getOrDefault(IFA_LOCAL, attributes.getOrDefault(IFA_ADDRESS, none));
    if (own.limit() != 4 && own.limit() != 16) {
      return Optional.empty();
    }
    ByteBuffer flagBits = attributes.get(IFA_FLAGS);
    int flags = flagBits == null ? body.get(2) & 0xff : flagBits.getInt(0);
    ByteBuffer protocol = attributes.get(IFA_PROTO);
    ByteBuffer lifetimes = attributes.get(IFA_CACHEINFO); // preferred, valid, ...
    return Optional.of(
        new InterfaceAddress(
            body.getInt(4),
            NetlinkMessage.address(own),
            body.get(1) & 0xff,
            protocol == null ? 0 : protocol.get(0) & 0xff,
            lifetimes == null ? FOREVER : seconds(lifetimes.getInt(4)),
            lifetimes == null ? FOREVER : seconds(lifetimes.getInt(0)),
            (flags & IFA_F_TENTATIVE) != 0,
            (flags & IFA_F_DADFAILED) != 0));
  }

  private static long seconds(int unsigned) {
    return unsigned == -1 ? FOREVER : Integer.toUnsignedLong(unsigned);
  }
}
