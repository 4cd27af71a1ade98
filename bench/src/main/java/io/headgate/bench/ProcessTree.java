package io.headgate.bench;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the kernel's accounts say of a process and all that descend from it.
 *
 * <p>CPU is utime + stime + cutime + cstime of {@code /proc/PID/stat} (proc(5)), so threads and
 * children that have ended are still counted. The kernel scales the sum of user and system time to
 * what the scheduler measured exactly; it is told in ticks of 10 ms, which is the error of a
 * figure. Work that the kernel does for a process on another's time, such as the receiving half of
 * a send on loopback, is charged to the other; that is the same for every proxy in user space.
 */
public record ProcessTree(long pid) {
  // USER_HZ, which the kernel promises to user space whatever its own clock (time(7)).
  private static final double TICKS_PER_SECOND = 100;

  private Stream<Long> pids() {
    Stream<ProcessHandle> descendants =
        ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants);
    return Stream.concat(Stream.of(pid), descendants.map(ProcessHandle::pid));
  }

  /** CPU time used so far, user and system. */
  public double cpuSeconds() {
    return pids().mapToLong(id -> read(id, "stat").map(ProcessTree::ticks).orElse(0L)).sum()
        / TICKS_PER_SECOND;
  }

  /** Memory that is resident, a page shared by two of the processes counted twice. */
  long residentBytes() {
    return pids()
        .mapToLong(id -> read(id, "status").map(ProcessTree::residentBytes).orElse(0L))
        .sum();
  }

  /** Pipes that are open in any of the processes, each counted once. */
  long pipes() {
    return pids().flatMap(ProcessTree::openPipes).distinct().count();
  }

  private static Stream<String> openPipes(long id) {
    List<String> pipes = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(id), "fd"))) {
      for (Path file : files) {
        String target = Files.readSymbolicLink(file).toString();
        if (target.startsWith("pipe:")) {
          pipes.add(target);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // it has ended, or closed a file since we listed it: what was found is as good as any answer
    }
    return pipes.stream();
  }

  /** Of a line of {@code /proc/PID/stat}, whose second field may hold blanks and parentheses. */
  static long ticks(String stat) {
    String[] fromThird = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1);
    long sum = 0;
    for (int field = 14; field <= 17; field++) {
      sum += Long.parseLong(fromThird[field - 3]);
    }
    return sum;
  }

  /** Of {@code /proc/PID/status}; 0 where it names none, as of a process that has ended. */
  static long residentBytes(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private static Optional<String> read(long id, String file) {
    try {
      return Optional.of(Files.readString(Path.of("/proc", Long.toString(id), file)));
    } catch (IOException e) {
      return Optional.empty(); // it has ended since we listed it, and its parent has its CPU time
    }
  }
}
