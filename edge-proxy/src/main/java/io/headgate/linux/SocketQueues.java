package io.headgate.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What the kernel still holds of a socket's bytes. */
public final class SocketQueues {
  private static final long SIOCOUTQ = 0x5411; // asm-generic/ioctls.h, TIOCOUTQ

  private SocketQueues() {}

  /**
   * Bytes that were written to a TCP socket and that its peer has not acknowledged yet: what a
   * reset now would throw away (tcp(7), {@code SIOCOUTQ}; a FIN that was sent counts as one).
   *
   * @return -1 where that cannot be known: another platform, or no TCP socket
   */
  public static int unsentBytes(int fd) {
    return NativeCalls.LINUX.map(calls -> unsentBytes(calls, fd)).orElse(-1);
  }

  private static int unsentBytes(NativeCalls calls, int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(ValueLayout.JAVA_INT);
      return calls.ioctl(fd, SIOCOUTQ, bytes) < 0 ? -1 : bytes.get(ValueLayout.JAVA_INT, 0);
    }
  }
}
