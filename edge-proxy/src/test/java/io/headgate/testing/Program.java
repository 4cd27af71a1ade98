package io.headgate.testing;

import static io.headgate.testing.Eventually.eventually;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program of the host in the foreground, with a directory of its own that is deleted with it. It
 * is asked to end, with SIGTERM, when it is closed, and killed if it does not. Used by one thread.
 *
 * <p>In the command and in files, {@code {}} stands for that directory.
 */
public final class Program implements AutoCloseable {
  private static final long END_SECONDS = 5;

  private final String name;
  private final Process process;
  private final Path directory;
  private boolean paused;

  private Program(String name, Process process, Path directory) {
    this.name = name;
    this.process = process;
    this.directory = directory;
  }

  /** A program in the making: files it needs, where it runs, the command. Used by one thread. */
  public static final class Draft {
    private final Path directory;
    private final List<String> prefix = new ArrayList<>();

    private Draft(Path directory) {
      this.directory = directory;
    }

    /** Writes a file into its directory. */
    public Draft file(String name, String content) {
      try {
        Files.writeString(directory.resolve(name), filled(content));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return this;
    }

    /** Where its files are. */
    public Path directory() {
      return directory;
    }

    /** Runs it in a network namespace. */
    public Draft in(NetworkNamespace host) {
      prefix.addAll(List.of("ip", "netns", "exec", host.name()));
      return this;
    }

    /** Starts it; returns at once. */
    public Program start(String... command) {
      List<String> whole = new ArrayList<>(prefix);
      Stream.of(command).map(this::filled).forEach(whole::add);
      try {
        Process process =
            new ProcessBuilder(whole)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        return new Program(command[0], process, directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private String filled(String text) {
      return text.replace("{}", directory.toString());
    }
  }

  public static Draft draft() {
    try {
      Path directory = Files.createTempDirectory("headgate-test-");
      // nginx's workers leave root behind and still read what is in here.
      directory.toFile().setReadable(true, false);
      directory.toFile().setExecutable(true, false);
      return new Draft(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** nginx with the body of a configuration file; {@code stream {}} is there. */
  public static Program nginx(Draft draft, String configuration) {
    String head =
        """
        daemon off;
        pid {}/nginx.pid;
        error_log {}/error.log info;
        worker_processes 1;
        load_module /usr/lib/nginx/modules/ngx_stream_module.so;
        events { worker_connections 4096; }
        """;
    return draft
        .file("nginx.conf", head + configuration)
        .start("nginx", "-p", "{}", "-e", "{}/error.log", "-c", "{}/nginx.conf");
  }

  /** HAProxy with a configuration file. */
  public static Program haproxy(Draft draft, String configuration) {
    return draft.file("haproxy.cfg", configuration).start("haproxy", "-db", "-f", "{}/haproxy.cfg");
  }

  /** Returns once it accepts connections there; a program that ends instead fails the test. */
  public Program awaitPort(InetSocketAddress address) {
    eventually(() -> {
      try (var socket = new Socket()) {
        if (process.isAlive()) {
          socket.connect(address, 1_000);
        }
      }
    });
    if (!process.isAlive()) {
      throw new AssertionError(name + " has ended: " + output());
    }
    return this;
  }

  /** All that it has written to its output and errors. */
  public String output() {
    return read("output");
  }

  /** A file of its directory, empty where there is none. */
  public String read(String file) {
    Path path = directory.resolve(file);
    try {
      return Files.exists(path) ? Files.readString(path) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where its files are. */
  public Path directory() {
    return directory;
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** Ends it as a crash does, with all that it has started. */
  public void kill() {
    Signals.crash(Signals.tree(process.toHandle()));
    process.destroyForcibly();
    awaitEnd();
  }

  /** Asks it to end; returns at once. */
  public void terminate() {
    process.destroy();
  }

  /** Sends it HUP, USR1, …; returns at once. */
  public void signal(String signal) {
    Signals.send(signal, List.of(process.pid()));
  }

  /** The exit code, once it has ended by itself or was asked to. */
  public int awaitExit(Duration atMost) {
    eventually(
        atMost,
        () -> {
          if (process.isAlive()) {
            throw new AssertionError(name + " still runs: " + output());
          }
        });
    return process.exitValue();
  }

  /** Stops it and all that it has started: it keeps its sockets and does nothing. */
  public void pause() {
    paused = true;
    Signals.send("STOP", Signals.tree(process.toHandle()));
  }

  /** Lets it go on after {@link #pause}. */
  public void resume() {
    paused = false;
    Signals.send("CONT", Signals.tree(process.toHandle()));
  }

  private boolean awaitEnd() {
    try {
      return process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    if (paused) {
      resume();
    }
    process.destroy();
    if (!awaitEnd()) {
      kill();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
