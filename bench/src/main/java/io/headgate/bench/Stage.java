package io.headgate.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Owns every process and file that the comparison makes, so that none is left however it ends.
 * Closed by the main thread and, on Ctrl-C, by the shutdown hook; hence its lock.
 */
final class Stage implements AutoCloseable {
  private static final long STARTED_WITHIN_MS = 300_000; // Headgate's launcher may have to build

  private final Path directory;
  private final List<Process> processes = new ArrayList<>();
  private boolean closed;

  private Stage(Path directory) {
    this.directory = directory;
  }

  static Stage open() throws IOException {
    var stage = new Stage(Files.createTempDirectory("headgate-compare-"));
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stage::close));
    return stage;
  }

  /** A new directory of this name. */
  Path directory(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name));
  }

  /** An address of 127.0.0.0/8 with a port that nobody listens on now. */
  static InetSocketAddress freeAddress(String host) throws IOException {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, 0));
      return new InetSocketAddress(host, socket.getLocalPort());
    }
  }

  /**
   * Starts {@code command} with its output in {@code name.log}, and waits until it accepts on all
   * {@code addresses}.
   */
  ProcessTree start(String name, List<String> command, List<InetSocketAddress> addresses)
      throws CannotCompare, IOException, InterruptedException {
    Path log = directory.resolve(name + ".log");
    Process process =
        launch(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()));
    long deadlineMs = System.currentTimeMillis() + STARTED_WITHIN_MS;
    for (InetSocketAddress address : addresses) {
      while (!accepts(address)) {
        if (!process.isAlive() || System.currentTimeMillis() > deadlineMs) {
          throw new CannotCompare(
              name + " does not accept on " + Site.text(address) + "; it says:\n" + endOf(log));
        }
        Thread.sleep(50);
      }
    }
    return new ProcessTree(process.pid());
  }

  /** Runs {@code command} to its end and returns what it printed, errors included. */
  String run(List<String> command) throws CannotCompare, IOException, InterruptedException {
    Process process = launch(new ProcessBuilder(command).redirectErrorStream(true));
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    synchronized (this) {
      processes.remove(process);
    }
    if (exit != 0) {
      throw new CannotCompare(String.join(" ", command) + " ended with " + exit + ":\n" + output);
    }
    return output;
  }

  private synchronized Process launch(ProcessBuilder builder) throws CannotCompare, IOException {
    if (closed) {
      throw new CannotCompare("stopped");
    }
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private static boolean accepts(InetSocketAddress address) {
    try (var socket = new Socket()) {
      socket.connect(address, 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String endOf(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  /** Kills what still runs and removes every file. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (Process process : processes) {
      process.destroy(); // by SIGTERM, so that it reaps its own children
    }
    for (Process process : processes) {
      awaitEnd(process);
      List<ProcessHandle> descendants = process.descendants().toList();
      process.destroyForcibly();
      descendants.forEach(ProcessHandle::destroyForcibly);
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitEnd(Process process) {
    try {
      process.waitFor(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
