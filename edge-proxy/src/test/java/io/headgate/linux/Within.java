package io.headgate.linux;

import io.headgate.testing.Namespaces;
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

/**
 * Runs something on a thread of its own that sees another network, or has no privileges. A socket
 * that is opened there stays there, whichever thread uses it.
 */
@SuppressWarnings("restricted")
final class Within {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle OPEN =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("open"),
          FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SETNS = function("setns", INT, INT);
  private static final MethodHandle CLOSE = function("close", INT);
  private static final MethodHandle CAPSET =
      function("capset", ValueLayout.ADDRESS, ValueLayout.ADDRESS);
  private static final int CLONE_NEWNET = 0x4000_0000;
  private static final int CAPABILITY_VERSION_3 = 0x2008_0522;

  private Within() {}

  /** setns(2). */
  static <T> T host(Namespaces.Host host, Callable<T> what) {
    return onItsOwnThread(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom("/run/netns/" + host.name());
            int fd = (int) OPEN.invokeExact(path, 0);
            must("open", fd);
            must("setns", (int) SETNS.invokeExact(fd, CLONE_NEWNET));
            must("close", (int) CLOSE.invokeExact(fd));
          }
        },
        what);
  }

  /** capset(2): of threads, not of the process. */
  static <T> T noPrivileges(Callable<T> what) {
    return onItsOwnThread(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = arena.allocateFrom(INT, CAPABILITY_VERSION_3, 0);
            must("capset", (int) CAPSET.invokeExact(header, arena.allocate(24, 4)));
          }
        },
        what);
  }

  private interface Entry {
    void enter() throws Throwable;
  }

  private static <T> T onItsOwnThread(Entry entry, Callable<T> what) {
    var task =
        new FutureTask<T>(() -> {
          try {
            entry.enter();
          } catch (Throwable e) {
            throw new AssertionError("cannot enter", e);
          }
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
