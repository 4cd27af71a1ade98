package io.headgate.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What systemd holds at the other end: a bound Unix datagram socket, which the JDK lacks. */
@SuppressWarnings("restricted")
final class NotifySocket implements AutoCloseable {
  private static final int MSG_DONTWAIT = 0x40;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  private static final MethodHandle SOCKET =
      function("socket", FunctionDescriptor.of(INT, INT, INT, INT));
  private static final MethodHandle BIND =
      function("bind", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT));
  private static final MethodHandle RECV =
      function(
          "recv",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG, INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, INT));
  private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(INT, INT));

  private final int fd;

  /**
   * @param name a path, or an abstract name after a leading {@code @}
   */
  NotifySocket(String name) throws Throwable {
    fd = (int) SOCKET.invokeExact(1, 2, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(110, 2);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
      byte[] bytes = name.replaceFirst("^@", "\0").getBytes(StandardCharsets.UTF_8);
      MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, 2, bytes.length);
      int length = 2 + bytes.length + (name.startsWith("@") ? 0 : 1);
      if ((int) BIND.invokeExact(fd, address, length) != 0) {
        throw new IllegalStateException("cannot bind " + name);
      }
    }
  }

  /** Every datagram that has arrived; sending to a Unix socket has delivered when it returns. */
  List<String> received() throws Throwable {
    List<String> datagrams = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(4096);
      for (long size; (size = (long) RECV.invokeExact(fd, buffer, 4096L, MSG_DONTWAIT)) >= 0; ) {
        byte[] bytes = buffer.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
        datagrams.add(new String(bytes, StandardCharsets.UTF_8));
      }
    }
    return datagrams;
  }

  @Override
  public void close() {
    try {
      int _ = (int) CLOSE.invokeExact(fd);
    } catch (Throwable bug) {
      throw new AssertionError(bug);
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor signature) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), signature);
  }
}
