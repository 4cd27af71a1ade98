package io.headgate.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The calls behind {@link StreamSockets}, linked when the first is made.
 *
 * <p>Those that are cancellation points (pthreads(7)) go by {@code syscall(2)} straight to the
 * kernel: in a process with threads the C library's own functions make each of them cancellable and
 * back, two locked instructions that cost as much as all of our own code for a chunk.
 *
 * <p>The handles are constants, so that a call is compiled into its caller; pointers are passed as
 * numbers, which on 64-bit Linux go into the same registers. None is marked as critical: a call
 * that the kernel keeps for long must not hold up a collection.
 */
final class StreamCalls {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final int F_SETPIPE_SZ = 1031;

  /** Where a call leaves its error. */
  static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();

  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final CallNumbers NUMBERS = CallNumbers.ofThisMachine();
  private static final MethodHandle SOCKET = intOf("socket", INT, INT, INT);
  private static final MethodHandle CONNECT = kernel(NUMBERS.connect(), INT, LONG, INT);
  private static final MethodHandle BIND = intOf("bind", INT, LONG, INT);
  private static final MethodHandle LISTEN = intOf("listen", INT, INT);
  private static final MethodHandle ACCEPT4 = kernel(NUMBERS.accept4(), INT, LONG, LONG, INT);
  private static final MethodHandle GETSOCKNAME = intOf("getsockname", INT, LONG, LONG);
  private static final MethodHandle SETSOCKOPT = intOf("setsockopt", INT, INT, INT, LONG, INT);
  private static final MethodHandle GETSOCKOPT = intOf("getsockopt", INT, INT, INT, LONG, LONG);
  private static final MethodHandle SHUTDOWN = intOf("shutdown", INT, INT);
  private static final MethodHandle CLOSE = kernel(NUMBERS.close(), INT);
  private static final MethodHandle PIPE2 = intOf("pipe2", LONG, INT);
  private static final MethodHandle FCNTL =
      link(
          "fcntl",
          FunctionDescriptor.of(INT, INT, INT, INT),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle RECV =
      kernel(NUMBERS.recvfrom(), INT, LONG, LONG, INT, LONG, LONG);
  private static final MethodHandle SEND =
      kernel(NUMBERS.sendto(), INT, LONG, LONG, INT, LONG, INT);
  private static final MethodHandle SPLICE =
      kernel(NUMBERS.splice(), INT, LONG, INT, LONG, LONG, INT);

  private StreamCalls() {}

  static int socket(MemorySegment state, int domain, int type, int protocol) {
    try {
      return answered(state, (int) SOCKET.invokeExact(state, domain, type, protocol));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int connect(MemorySegment state, int fd, long address, int addressBytes) {
    try {
      return answered(state, (int) (long) CONNECT.invokeExact(state, fd, address, addressBytes));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int bind(MemorySegment state, int fd, long address, int addressBytes) {
    try {
      return answered(state, (int) BIND.invokeExact(state, fd, address, addressBytes));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int listen(MemorySegment state, int fd, int backlog) {
    try {
      return answered(state, (int) LISTEN.invokeExact(state, fd, backlog));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int accept4(MemorySegment state, int fd, long address, long addressBytes, int flags) {
    try {
      return answered(
          state, (int) (long) ACCEPT4.invokeExact(state, fd, address, addressBytes, flags));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int getsockname(MemorySegment state, int fd, long address, long addressBytes) {
    try {
      return answered(state, (int) GETSOCKNAME.invokeExact(state, fd, address, addressBytes));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int setsockopt(
      MemorySegment state, int fd, int level, int name, long value, int valueBytes) {
    try {
      return answered(
          state, (int) SETSOCKOPT.invokeExact(state, fd, level, name, value, valueBytes));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int getsockopt(
      MemorySegment state, int fd, int level, int name, long value, long valueBytes) {
    try {
      return answered(
          state, (int) GETSOCKOPT.invokeExact(state, fd, level, name, value, valueBytes));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int shutdown(MemorySegment state, int fd, int how) {
    try {
      return answered(state, (int) SHUTDOWN.invokeExact(state, fd, how));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int close(MemorySegment state, int fd) {
    try {
      return answered(state, (int) (long) CLOSE.invokeExact(state, fd));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static int pipe2(MemorySegment state, long descriptors, int flags) {
    try {
      return answered(state, (int) PIPE2.invokeExact(state, descriptors, flags));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  /** Answers the size that the pipe now has. */
  static int setPipeBytes(MemorySegment state, int fd, int bytes) {
    try {
      return answered(state, (int) FCNTL.invokeExact(state, fd, F_SETPIPE_SZ, bytes));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static long recv(MemorySegment state, int fd, long to, long bytes, int flags) {
    try {
      return answered(state, (long) RECV.invokeExact(state, fd, to, bytes, flags, 0L, 0L));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static long send(MemorySegment state, int fd, long from, long bytes, int flags) {
    try {
      return answered(state, (long) SEND.invokeExact(state, fd, from, bytes, flags, 0L, 0));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  static long splice(
      MemorySegment state, int from, long offsetIn, int to, long offsetOut, long bytes, int flags) {
    try {
      return answered(
          state, (long) SPLICE.invokeExact(state, from, offsetIn, to, offsetOut, bytes, flags));
    } catch (Throwable bug) {
      throw bug(bug);
    }
  }

  private static int answered(MemorySegment state, int answer) {
    return answer < 0 ? -(int) ERRNO.get(state, 0L) : answer;
  }

  private static long answered(MemorySegment state, long answer) {
    return answer < 0 ? -(int) ERRNO.get(state, 0L) : answer;
  }

  private static AssertionError bug(Throwable cause) {
    return new AssertionError("a native call throws nothing", cause);
  }

  private static MethodHandle intOf(String name, MemoryLayout... arguments) {
    return link(
        name, FunctionDescriptor.of(INT, arguments), Linker.Option.captureCallState("errno"));
  }

  /** {@code syscall(2)} with its first argument filled in. */
  private static MethodHandle kernel(long number, MemoryLayout... arguments) {
    MethodHandle any =
        link(
            "syscall",
            FunctionDescriptor.of(LONG, LONG).appendArgumentLayouts(arguments),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(1));
    return MethodHandles.insertArguments(any, 1, number);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle link(
      String name, FunctionDescriptor signature, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), signature, options);
  }
}
