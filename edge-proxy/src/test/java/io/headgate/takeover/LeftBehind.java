package io.headgate.takeover;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.headgate.testing.Lan;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An address as an edge that was killed leaves it behind, tagged as held by VRRP, but one that does
 * not expire: so a test sees who removes it. Debian 12's {@code ip} knows no tag.
 */
final class LeftBehind {
  private static final int AF_INET = 2;
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final short RTM_NEWADDR = 20;
  private static final short REQUEST_ACK_CREATE_REPLACE = 0x1 | 0x4 | 0x400 | 0x100;
  private static final short IFA_ADDRESS = 1;
  private static final short IFA_LOCAL = 2;
  private static final short IFA_PROTO = 11;
  private static final byte VRRP = 112;
  private static final int ETH0 = 2; // the second interface of a namespace, after lo
  private static final int ERROR_AT = 16; // nlmsgerr follows the header

  private LeftBehind() {}

  /** Puts an IPv4 address on eth0. */
  static void on(Lan.Host host, InetAddress address) throws InterruptedException {
    int[] error = {Integer.MIN_VALUE};
    Thread thread = host.thread(() -> error[0] = add(message(address.getAddress())));
    thread.start();
    thread.join();
    if (error[0] != 0 || !host.holds(address)) {
      throw new AssertionError("the kernel answers " + error[0]);
    }
  }

  /** rtnetlink(7): nlmsghdr, ifaddrmsg, attributes. */
  private static ByteBuffer message(byte[] address) {
    ByteBuffer message = ByteBuffer.allocate(48).order(ByteOrder.nativeOrder());
    message.putInt(message.capacity()).putShort(RTM_NEWADDR).putShort(REQUEST_ACK_CREATE_REPLACE);
    message.putInt(1).putInt(0);
    message.put((byte) AF_INET).put((byte) 32).put((byte) 0).put((byte) 0).putInt(ETH0);
    message.putShort((short) 8).putShort(IFA_LOCAL).put(address);
    message.putShort((short) 8).putShort(IFA_ADDRESS).put(address);
    return message.putShort((short) 5).putShort(IFA_PROTO).put(VRRP).clear();
  }

  @SuppressWarnings("restricted")
  private static int add(ByteBuffer message) {
    MethodHandle socket =
        function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    FunctionDescriptor transfer =
        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    MethodHandle send = function("send", transfer);
    MethodHandle receive = function("recv", transfer);
    MethodHandle close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(4096, 8);
      buffer.copyFrom(MemorySegment.ofBuffer(message));
      int fd = (int) socket.invokeExact(AF_NETLINK, SOCK_RAW, 0);
      long sent = (long) send.invokeExact(fd, buffer, (long) message.capacity(), 0);
      long answered = sent < 0 ? sent : (long) receive.invokeExact(fd, buffer, 4096L, 0);
      int closed = (int) close.invokeExact(fd);
      return answered < 0 || closed != 0 ? -1 : buffer.get(JAVA_INT, ERROR_AT);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }
}
