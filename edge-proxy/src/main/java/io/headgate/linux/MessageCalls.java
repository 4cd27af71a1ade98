package io.headgate.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The calls behind {@link MessageSocket} and {@link DescriptorWait}, linked when the first is made:
 * as {@link StreamCalls}, but by the C library's own functions, for they are made some times a
 * second.
 */
final class MessageCalls {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final VarHandle ERRNO =
      StreamCalls.CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SENDMSG = function("sendmsg", LONG, INT, LONG, INT);
  private static final MethodHandle RECVMSG = function("recvmsg", LONG, INT, LONG, INT);
  private static final MethodHandle PPOLL = function("ppoll", INT, LONG, LONG, LONG, LONG);
  private static final MethodHandle EVENTFD = function("eventfd", INT, INT, INT);
  private static final MethodHandle READ = function("read", LONG, INT, LONG, LONG);
  private static final MethodHandle WRITE = function("write", LONG, INT, LONG, LONG);

  private MessageCalls() {}

  static int sendmsg(MemorySegment state, int fd, long message, int flags) {
    try {
      return answered(state, (long) SENDMSG.invokeExact(state, fd, message, flags));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int recvmsg(MemorySegment state, int fd, long message, int flags) {
    try {
      return answered(state, (long) RECVMSG.invokeExact(state, fd, message, flags));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int ppoll(MemorySegment state, long descriptors, long count, long timeout) {
    try {
      return answered(state, (int) PPOLL.invokeExact(state, descriptors, count, timeout, 0L));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int eventfd(MemorySegment state, int count, int flags) {
    try {
      return answered(state, (int) EVENTFD.invokeExact(state, count, flags));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int read(MemorySegment state, int fd, long to, long bytes) {
    try {
      return answered(state, (long) READ.invokeExact(state, fd, to, bytes));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int write(MemorySegment state, int fd, long from, long bytes) {
    try {
      return answered(state, (long) WRITE.invokeExact(state, fd, from, bytes));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  private static int answered(MemorySegment state, long answer) {
    return answer < 0 ? -(int) ERRNO.get(state, 0L) : (int) answer;
  }

  private static AssertionError bug(Throwable cause) {
    return new AssertionError("a native call throws nothing", cause);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(
      String name, MemoryLayout answer, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(answer, arguments),
        Linker.Option.captureCallState("errno"));
  }
}
