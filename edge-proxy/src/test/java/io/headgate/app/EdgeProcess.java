package io.headgate.app;

import io.headgate.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code headgate run} as a process of its own, from the classes under test. */
final class EdgeProcess implements AutoCloseable {
  private static final long END_SECONDS = 60;

  private final Process process;
  private final Path output;

  /**
   * @param environment in addition to the test's own
   */
  EdgeProcess(Path file, Path output, Map<String, String> environment) throws IOException {
    this(List.of(), file, output, environment);
  }

  /**
   * @param by a command that becomes the one given to it: {@code prlimit}, {@code ip netns exec}
   * @param environment in addition to the test's own
   */
  EdgeProcess(List<String> by, Path file, Path output, Map<String, String> environment)
      throws IOException {
    this.output = output;
    List<String> command = new ArrayList<>(by);
    command.addAll(java("-Dio.netty.leakDetection.level=paranoid"));
    command.addAll(List.of("run", "--config", file.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    this.process = builder.start();
  }

  /** What an operator types: the verb's output, and its exit code on the last line. */
  static String headgate(Path socket, String... arguments) {
    List<String> command = new ArrayList<>(java("-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--admin-socket", socket.toString()));
    return Command.run("sh", "-c", String.join(" ", command) + " 2>&1; echo exit $?");
  }

  void signal(String name) {
    Command.run("kill", "-" + name, Long.toString(process.pid()));
  }

  /** The exit code. */
  int awaitEnd() throws InterruptedException, IOException {
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running: " + output());
    }
    return process.exitValue();
  }

  boolean alive() {
    return process.isAlive();
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static List<String> java(String option) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-Xmx256m",
        option,
        "-cp",
        System.getProperty("java.class.path"),
        "io.headgate.app.Main");
  }
}
