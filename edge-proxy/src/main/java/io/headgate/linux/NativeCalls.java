package io.headgate.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The functions of the C library that this package calls, each with the signature that glibc and
 * musl give it on 64-bit Linux. What fails answers the negated {@code errno}, as the kernel itself
 * does.
 */
final class NativeCalls {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final MemoryLayout POINTER = ValueLayout.ADDRESS;
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /** Empty where the constants of this package do not hold or native access is denied. */
  static final Optional<NativeCalls> LINUX = link();

  private final MethodHandle ioctl;
  private final MethodHandle socket;
  private final MethodHandle sendto;
  private final MethodHandle close;
  private final MethodHandle getrlimit;
  private final MethodHandle setrlimit;

  private NativeCalls(Linker linker) {
    this.ioctl = variadic(linker, "ioctl", 2, FunctionDescriptor.of(INT, INT, LONG, POINTER));
    this.socket = function(linker, "socket", FunctionDescriptor.of(INT, INT, INT, INT));
    this.sendto =
        function(
            linker, "sendto", FunctionDescriptor.of(LONG, INT, POINTER, LONG, INT, POINTER, INT));
    this.close = function(linker, "close", FunctionDescriptor.of(INT, INT));
    this.getrlimit = function(linker, "getrlimit", FunctionDescriptor.of(INT, INT, POINTER));
    this.setrlimit = function(linker, "setrlimit", FunctionDescriptor.of(INT, INT, POINTER));
  }

  long ioctl(int fd, long request, MemorySegment argument) {
    return answered(state -> (int) ioctl.invokeExact(state, fd, request, argument));
  }

  long socket(int domain, int type, int protocol) {
    return answered(state -> (int) socket.invokeExact(state, domain, type, protocol));
  }

  long sendto(int fd, MemorySegment bytes, int flags, MemorySegment address, int addressBytes) {
    return answered(state ->
        (long)
            sendto.invokeExact(state, fd, bytes, bytes.byteSize(), flags, address, addressBytes));
  }

  long close(int fd) {
    return answered(state -> (int) close.invokeExact(state, fd));
  }

  long getrlimit(int resource, MemorySegment limit) {
    return answered(state -> (int) getrlimit.invokeExact(state, resource, limit));
  }

  long setrlimit(int resource, MemorySegment limit) {
    return answered(state -> (int) setrlimit.invokeExact(state, resource, limit));
  }

  private interface Call {
    long with(MemorySegment callState) throws Throwable;
  }

  private static long answered(Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      long answer = call.with(state);
      return answer < 0 ? -(int) ERRNO.get(state, 0L) : answer;
    } catch (RuntimeException | Error bug) {
      throw bug;
    } catch (Throwable bug) {
      throw new AssertionError("a native call throws nothing checked", bug);
    }
  }

  private static Optional<NativeCalls> link() {
    boolean known =
        System.getProperty("os.name").equals("Linux")
            && Set.of("amd64", "x86_64", "aarch64")
                .contains(System.getProperty("os.arch").toLowerCase(Locale.ROOT));
    if (!known) {
      return Optional.empty();
    }
    try {
      return Optional.of(new NativeCalls(Linker.nativeLinker()));
    } catch (UnsupportedOperationException | IllegalCallerException notAllowed) {
      return Optional.empty();
    }
  }

  private static MethodHandle function(Linker linker, String name, FunctionDescriptor signature) {
    return downcall(linker, name, signature, Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle variadic(
      Linker linker, String name, int firstVariadic, FunctionDescriptor signature) {
    return downcall(
        linker,
        name,
        signature,
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(firstVariadic));
  }

  @SuppressWarnings("restricted")
  private static MethodHandle downcall(
      Linker linker, String name, FunctionDescriptor signature, Linker.Option... options) {
    MemorySegment symbol =
        linker
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new UnsupportedOperationException("no " + name));
    return linker.downcallHandle(symbol, signature, options);
  }
}
