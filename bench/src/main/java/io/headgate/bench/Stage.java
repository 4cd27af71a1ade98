package io.headgate.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Owns every process, file and network that the comparison makes, so that none is left however it
 * ends. Closed by the main thread and, on Ctrl-C, by the shutdown hook; hence its lock.
 */
final class Stage implements AutoCloseable {
  private final Path directory;
  private final Network network;
  private final List<Process> processes = new ArrayList<>();
  private boolean closed;

  private Stage(Path directory, Network network) {
    this.directory = directory;
    this.network = network;
  }

  static Stage open(Network network) throws CannotCompare, IOException, InterruptedException {
    var stage = new Stage(Files.createTempDirectory("headgate-compare-"), network);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stage::close));
    try {
      stage.createNetwork();
    } catch (CannotCompare | IOException | InterruptedException e) {
      stage.close();
      throw e;
    }
    return stage;
  }

  private synchronized void createNetwork()
      throws CannotCompare, IOException, InterruptedException {
    if (!closed) {
      network.create();
    }
  }

  Network network() {
    return network;
  }

  /** A new directory of this name. */
  Path directory(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name));
  }

  /** Starts {@code command} where {@code party} is; what it says is kept. */
  Started start(Party party, String name, List<String> command) throws CannotCompare, IOException {
    Path log = log(name);
    return new Started(
        name,
        launch(
            new ProcessBuilder(network.command(party, command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())),
        log);
  }

  /** Starts {@code command} where {@code party} is, for its input and output to be used. */
  Process talkTo(Party party, String name, List<String> command) throws CannotCompare, IOException {
    return launch(
        new ProcessBuilder(network.command(party, command)).redirectError(log(name).toFile()));
  }

  private Path log(String name) {
    return directory.resolve(name + ".log");
  }

  /** Runs {@code command} to its end and returns what it printed, errors included. */
  String run(Party party, List<String> command)
      throws CannotCompare, IOException, InterruptedException {
    Process process =
        launch(new ProcessBuilder(network.command(party, command)).redirectErrorStream(true));
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    forget(process);
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

  private synchronized void forget(Process process) {
    processes.remove(process);
  }

  /** Ends one that was started. */
  void stop(Started started) {
    started.process().destroy();
    end(started.process());
    forget(started.process());
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
    processes.forEach(Stage::end);
    network.remove();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits a little for a process that was asked to end, then ends it and all below it. */
  private static void end(Process process) {
    try {
      process.waitFor(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }
}
