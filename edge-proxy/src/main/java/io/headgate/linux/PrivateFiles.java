package io.headgate.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A table of open files that one thread has for itself: unshare(2) with CLONE_FILES.
 *
 * <p>What is opened there afterwards can be used by that thread alone, and closes when it ends. It
 * keeps what the JVM itself reads, such as classes, but sees nothing that another thread opens
 * later: a thread that has such a table works on what it has opened, and calls nobody.
 */
final class PrivateFiles {
  private static final int CLONE_FILES = 0x400;
  private static final int FIRST = 3; // after the standard streams
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final VarHandle ERRNO =
      StreamCalls.CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle UNSHARE = link();

  private PrivateFiles() {}

  /**
   * Gives the calling thread its own table, with the process's files and one descriptor more;
   * sockets, pipes and the like are closed there, for otherwise nobody could close them any more.
   *
   * @return 0, or the negated errno; the thread has to end then
   */
  static int enterWith(int kept) {
    MemorySegment errno = Arena.global().allocate(StreamCalls.CALL_STATE);
    int answer = unshare(errno, CLONE_FILES);
    if (answer < 0) {
      return answer;
    }
    Path table = Path.of("/proc/thread-self/fd");
    List<Path> all;
    try (Stream<Path> listed = Files.list(table)) {
      all = listed.toList();
    } catch (IOException | UncheckedIOException e) {
      return -Errno.ENOENT;
    }
    for (Path one : all) {
      int descriptor = Integer.parseInt(one.getFileName().toString());
      if (descriptor >= FIRST && descriptor != kept && !isFile(one)) {
        var _ = StreamCalls.close(errno, descriptor);
      }
    }
    return 0;
  }

  /** Something with a path, unlike {@code socket:[1]} or {@code anon_inode:[eventpoll]}. */
  private static boolean isFile(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).isAbsolute();
    } catch (IOException e) {
      return true; // it is closed already: the one of the list
    }
  }

  private static int unshare(MemorySegment errno, int flags) {
    try {
      int answer = (int) UNSHARE.invokeExact(errno, flags);
      return answer < 0 ? -(int) ERRNO.get(errno, 0L) : answer;
    } catch (Throwable bug) {
      throw new AssertionError("a native call throws nothing", bug);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle link() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("unshare"),
        FunctionDescriptor.of(INT, INT),
        Linker.Option.captureCallState("errno"));
  }
}
