package io.headgate.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** How late the kernel may wake a thread that sleeps, 50 µs unless told otherwise (prctl(2)). */
final class TimerSlack {
  private static final int PR_SET_TIMERSLACK = 29;
  private static final long LEAST_NS = 1;

  private TimerSlack() {}

  /** From now on the calling thread wakes when it wanted to, as near as the machine can. */
  @SuppressWarnings("restricted") // the process is started with native access
  static void leaveNone() {
    Linker linker = Linker.nativeLinker();
    MethodHandle prctl =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("prctl"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    try {
      int result = (int) prctl.invokeExact(PR_SET_TIMERSLACK, LEAST_NS, 0L, 0L, 0L);
      if (result != 0) {
        throw new IllegalStateException("prctl(PR_SET_TIMERSLACK) gave " + result);
      }
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
