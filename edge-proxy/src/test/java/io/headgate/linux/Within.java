package io.headgate.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs something on a thread of its own that has no privileges. */
@SuppressWarnings("restricted")
final class Within {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle CAPSET =
      function("capset", ValueLayout.ADDRESS, ValueLayout.ADDRESS);
  private static final int CAPABILITY_VERSION_3 = 0x2008_0522;

  private Within() {}

  /** capset(2): of threads, not of the process. */
  static <T> T noPrivileges(Callable<T> what) {
    var task =
        new FutureTask<T>(() -> {
          dropAll();
          return what.call();
        });
    Thread.ofPlatform().start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  private static void dropAll() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = arena.allocateFrom(INT, CAPABILITY_VERSION_3, 0);
      must("capset", (int) CAPSET.invokeExact(header, arena.allocate(24, 4)));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static void must(String name, int answer) {
    if (answer < 0) {
      throw new AssertionError(name + " failed");
    }
  }

  private static MethodHandle function(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(INT, arguments));
  }
}
