package io.headgate.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * How many file descriptors this process may have: getrlimit(2), {@code RLIMIT_NOFILE}.
 *
 * @param soft in force; {@code Long.MAX_VALUE} for no limit
 * @param hard as far as the soft one may be raised without privilege
 */
public record OpenFileLimit(long soft, long hard) {
  private static final int RLIMIT_NOFILE = 7; // asm-generic/resource.h
  private static final long RLIM_INFINITY = -1;
  private static final long RLIMIT_BYTES = 16; // struct rlimit: soft, hard

  /** The limit in force; empty where the platform cannot say. */
  public static Optional<OpenFileLimit> current() {
    return NativeCalls.LINUX.flatMap(OpenFileLimit::current);
  }

  /**
   * Raises the soft limit to the hard one. Answers the limit that is in force afterwards, raised or
   * not; empty where the platform cannot say.
   */
  public static Optional<OpenFileLimit> raise() {
    return NativeCalls.LINUX.flatMap(calls ->
        current(calls)
            .map(limit -> new OpenFileLimit(limit.hard, limit.hard))
            .filter(raised -> raised.apply(calls))
            .or(() -> current(calls)));
  }

  /** Makes this the limit; false where the kernel refuses. */
  boolean apply() {
    return NativeCalls.LINUX.map(this::apply).orElse(false);
  }

  private boolean apply(NativeCalls calls) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit =
          arena.allocateFrom(ValueLayout.JAVA_LONG, toKernel(soft), toKernel(hard));
      return calls.setrlimit(RLIMIT_NOFILE, limit) == 0;
    }
  }

  private static Optional<OpenFileLimit> current(NativeCalls calls) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(RLIMIT_BYTES, ValueLayout.JAVA_LONG.byteAlignment());
      return calls.getrlimit(RLIMIT_NOFILE, limit) == 0
          ? Optional.of(
              new OpenFileLimit(
                  fromKernel(limit.getAtIndex(ValueLayout.JAVA_LONG, 0)),
                  fromKernel(limit.getAtIndex(ValueLayout.JAVA_LONG, 1))))
          : Optional.empty();
    }
  }

  private static long fromKernel(long value) {
    return value < 0 ? Long.MAX_VALUE : value;
  }

  private static long toKernel(long value) {
    return value == Long.MAX_VALUE ? RLIM_INFINITY : value;
  }
}
