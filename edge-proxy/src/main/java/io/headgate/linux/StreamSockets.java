package io.headgate.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/**
 * TCP sockets by system call, for one thread: nothing here blocks and nothing is allocated by what
 * runs per connection or per chunk, but for the addresses that are asked for. Memory is given by
 * its address, because a segment would have to be made for every part of it.
 *
 * <p>What fails answers the negated {@code errno}, see {@link Errno}. Owned by one thread: the
 * memory for the kernel's answers is reused by the next call.
 */
public final class StreamSockets {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_MORE = 0x8000;
  private static final int SHUT_WR = 1;
  private static final int SPLICE_F_MOVE_NONBLOCK = 3;
  private static final int SOL_SOCKET = 1;
  private static final int SO_LINGER = 13;
  private static final int SO_ERROR = 4;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_INFO = 11;

  private static final int ADDRESS_BYTES = 28; // struct sockaddr_in6, the longer one
  private static final int PORT_AT = 2;
  private static final int INET_AT = 4;
  private static final int INET6_AT = 8;
  private static final int SCOPE_AT = 24;
  private static final ValueLayout.OfShort BIG_SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  // Of the global arena: they are as long-lived as the loops, and reading them costs no check.
  private final MemorySegment errno = Arena.global().allocate(StreamCalls.CALL_STATE);
  private final MemorySegment address = Arena.global().allocate(ADDRESS_BYTES, 8);
  private final MemorySegment addressBytes = Arena.global().allocate(ValueLayout.JAVA_INT);
  private final MemorySegment value = Arena.global().allocate(8, 8);

  /**
   * @throws UnsupportedOperationException where this is not Linux or native access is denied
   */
  public StreamSockets() {
    if (!available()) {
      throw new UnsupportedOperationException("system calls need 64-bit Linux and native access");
    }
  }

  /** Whether this platform has these calls and the JVM allows them. */
  public static boolean available() {
    return NativeCalls.LINUX.isPresent();
  }

  /** A new TCP socket that never blocks: socket(2). */
  public int open(boolean ipv6) {
    return StreamCalls.socket(
        errno, ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  }

  /** connect(2); {@code -EINPROGRESS} is the good answer. */
  public int connect(int fd, InetSocketAddress to, boolean ipv6) {
    return StreamCalls.connect(errno, fd, address.address(), write(to, ipv6));
  }

  /** bind(2). */
  public int bind(int fd, InetSocketAddress to, boolean ipv6) {
    return StreamCalls.bind(errno, fd, address.address(), write(to, ipv6));
  }

  /** listen(2). */
  public int listen(int fd, int backlog) {
    return StreamCalls.listen(errno, fd, backlog);
  }

  /** accept4(2): a socket that never blocks. Its peer is {@link #accepted} until the next call. */
  public int accept(int fd) {
    addressBytes.set(ValueLayout.JAVA_INT, 0, ADDRESS_BYTES);
    return StreamCalls.accept4(
        errno, fd, address.address(), addressBytes.address(), SOCK_NONBLOCK | SOCK_CLOEXEC);
  }

  /** The peer of the socket that was just accepted; IPv4-mapped addresses are IPv4. */
  public InetSocketAddress accepted() {
    return read();
  }

  /** getsockname(2), or port 0 of no address where the socket has none. */
  public InetSocketAddress localAddress(int fd) {
    addressBytes.set(ValueLayout.JAVA_INT, 0, ADDRESS_BYTES);
    int answer = StreamCalls.getsockname(errno, fd, address.address(), addressBytes.address());
    return answer < 0 ? new InetSocketAddress(0) : read();
  }

  /** recv(2) into memory at an address; 0 is the end of the stream. */
  public long receive(int fd, long to, long bytes) {
    return StreamCalls.recv(errno, fd, to, bytes, MSG_DONTWAIT);
  }

  /**
   * send(2) from memory at an address.
   *
   * @param more an end or more bytes follow at once: the kernel may hold the last segment back
   */
  public long send(int fd, long from, long bytes, boolean more) {
    return StreamCalls.send(
        errno, fd, from, bytes, MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0));
  }

  /** splice(2) between a socket that never blocks and a pipe that never blocks. */
  public long splice(int from, int to, long bytes) {
    return StreamCalls.splice(errno, from, 0, to, 0, bytes, SPLICE_F_MOVE_NONBLOCK);
  }

  /** No more is sent: shutdown(2). */
  public int endOutput(int fd) {
    return StreamCalls.shutdown(errno, fd, SHUT_WR);
  }

  /** Makes close(2) send RST instead of FIN: SO_LINGER with no time, socket(7). */
  public void resetOnClose(int fd) {
    value.set(ValueLayout.JAVA_INT, 0, 1);
    value.set(ValueLayout.JAVA_INT, 4, 0);
    var _ = StreamCalls.setsockopt(errno, fd, SOL_SOCKET, SO_LINGER, value.address(), 8);
  }

  /** A socket option of type int: setsockopt(2). */
  public int set(int fd, SocketOption option, int to) {
    value.set(ValueLayout.JAVA_INT, 0, to);
    return StreamCalls.setsockopt(
        errno, fd, option.level(), option.number(), value.address(), Integer.BYTES);
  }

  /** The pending error, positive, which this takes from the socket: SO_ERROR of socket(7). */
  public int takeError(int fd) {
    addressBytes.set(ValueLayout.JAVA_INT, 0, Integer.BYTES);
    int answer =
        StreamCalls.getsockopt(
            errno, fd, SOL_SOCKET, SO_ERROR, value.address(), addressBytes.address());
    return answer < 0 ? -answer : value.get(ValueLayout.JAVA_INT, 0);
  }

  /** Fills memory with struct tcp_info of linux/tcp.h; false where the socket is gone. */
  public boolean tcpInfo(int fd, long to, int bytes) {
    addressBytes.set(ValueLayout.JAVA_INT, 0, bytes);
    return StreamCalls.getsockopt(errno, fd, IPPROTO_TCP, TCP_INFO, to, addressBytes.address())
        >= 0;
  }

  /** close(2). */
  public void close(int fd) {
    var _ = StreamCalls.close(errno, fd);
  }

  /**
   * A pipe that never blocks, empty where there is none to be had, or only one too small to be of
   * use: a user's pipes beyond a limit get one page (pipe(7)).
   *
   * @param bytes its size, a power of two of pages
   */
  public java.util.Optional<Pipe> pipe(int bytes) {
    if (StreamCalls.pipe2(errno, value.address(), SOCK_NONBLOCK | SOCK_CLOEXEC) < 0) {
      return java.util.Optional.empty();
    }
    var pipe = new Pipe(value.get(ValueLayout.JAVA_INT, 0), value.get(ValueLayout.JAVA_INT, 4));
    if (StreamCalls.setPipeBytes(errno, pipe.input(), bytes) < bytes) {
      close(pipe);
      return java.util.Optional.empty();
    }
    return java.util.Optional.of(pipe);
  }

  /** Both ends, with what is in it. */
  public void close(Pipe pipe) {
    close(pipe.output());
    close(pipe.input());
  }

  /**
   * The two ends of a pipe.
   *
   * @param output read from
   * @param input written to
   */
  public record Pipe(int output, int input) {}

  /** Returns the length that was written. */
  private int write(InetSocketAddress to, boolean ipv6) {
    byte[] bytes = to.getAddress().getAddress();
    address.set(ValueLayout.JAVA_SHORT, 0, (short) (ipv6 ? AF_INET6 : AF_INET));
    address.set(BIG_SHORT, PORT_AT, (short) to.getPort());
    if (!ipv6) {
      MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, INET_AT, 4);
      return 16;
    }
    address.set(ValueLayout.JAVA_INT, INET_AT, 0); // flow information
    address.set(ValueLayout.JAVA_INT, SCOPE_AT, scope(to.getAddress()));
    MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, INET6_AT, 16);
    return ADDRESS_BYTES;
  }

  private static int scope(InetAddress address) {
    return address instanceof Inet6Address ipv6 ? ipv6.getScopeId() : 0;
  }

  private InetSocketAddress read() {
    boolean ipv6 = address.get(ValueLayout.JAVA_SHORT, 0) == AF_INET6;
    byte[] bytes = new byte[ipv6 ? 16 : 4];
    MemorySegment.copy(
        address, ValueLayout.JAVA_BYTE, ipv6 ? INET6_AT : INET_AT, bytes, 0, bytes.length);
    int port = address.get(BIG_SHORT, PORT_AT) & 0xffff;
    try {
      return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }
}
