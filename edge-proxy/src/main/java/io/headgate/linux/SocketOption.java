package io.headgate.linux;

/**
 * Socket options of type int, by the numbers of asm-generic/socket.h, linux/in.h and linux/tcp.h.
 */
public enum SocketOption {
  /**
   * A port is chosen when it connects, so that one port serves connections to many peers, and not
   * when it is bound, where it would have to be free towards all: ip(7). Of IPv6 sockets as well.
   */
  BIND_ADDRESS_NO_PORT(0, 24),
  /**
   * It may be bound to an address that this host does not have yet: ip(7), IP_FREEBIND. Of IPv6
   * sockets as well; needs no privilege.
   */
  FREE_BIND(0, 15),
  REUSE_ADDRESS(1, 2),
  KEEP_ALIVE(1, 9),
  /** Leaves urgent bytes in the stream (RFC 6093 section 4). */
  URGENT_INLINE(1, 10),
  REUSE_PORT(1, 15),
  /** Bytes that must be there before poll tells of them: socket(7), SO_RCVLOWAT. */
  RECEIVE_LOW_WATER(1, 18),
  NO_DELAY(6, 1),
  KEEP_ALIVE_IDLE_SECONDS(6, 4),
  KEEP_ALIVE_INTERVAL_SECONDS(6, 5),
  KEEP_ALIVE_PROBES(6, 6),
  IPV6_ONLY(41, 26);

  private final int level;
  private final int number;

  SocketOption(int level, int number) {
    this.level = level;
    this.number = number;
  }

  int level() {
    return level;
  }

  int number() {
    return number;
  }
}
