package io.headgate.app;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Command;
import io.headgate.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tarball's launcher and a true JVM: without an AOT cache, with one, and with a broken one. */
@DisplayNameGeneration(ReplaceUnderscores.class)
final class AotCacheIT {
  private static final long MAKE_MINUTES = 5;
  private static final Duration START_WITHIN = Duration.ofMinutes(1);

  @TempDir static Path directory;
  private static Path root;

  /** What an edge did that was started, relayed a connection and was stopped. */
  private record Life(boolean withCache, int exit, String output) {}

  @BeforeAll
  static void unpack() throws IOException {
    root = directory.resolve("head gate");
    Command.run("cp", "-a", build().toString(), root.toString());
    Command.run("rm", "-rf", root.resolve("aot").toString()); // a developer's
  }

  @Test
  void an_edge_lives_alike_without_a_cache_with_one_and_with_a_broken_one() throws Exception {
    assertLives(false);

    Path log = directory.resolve("making");
    Process making = headgate(log, "aot").start();
    assertThat(making.waitFor(MAKE_MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(making.exitValue()).as(Files.readString(log)).isZero();
    assertLives(true, "-Dx=y");
    assertLives(true, "-Xms64m", "-Xmx64m");
    assertThat(words("--version")).matches("(?s)headgate \\d.*");
    assertThat(words("--help")).contains("Usage: headgate", "aot").doesNotContain("warning");

    // What the JVM finds by itself, and goes on without: other collector, headers, an agent.
    assertLives(false, "-XX:-UseSerialGC", "-XX:+UseZGC");
    assertLives(false, "-XX:-UseCompactObjectHeaders");
    assertLives(false, "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0");
    assertLives(false, "-Xshare:auto");

    Path cache = cache();
    byte[] whole = Files.readAllBytes(cache);
    byte[] broken = whole.clone();
    Arrays.fill(broken, broken.length / 3, broken.length / 2, (byte) 0x5a);
    Files.write(cache, broken);
    assertLives(false);
    Files.write(cache, Arrays.copyOf(whole, whole.length / 2));
    assertLives(false);
    Files.write(cache, whole);
    assertLives(true);
  }

  private static void assertLives(boolean withCache, String... options) throws Exception {
    Life life = life(String.join(" ", options));
    assertThat(life.output()).doesNotContain("[aot", "[cds", "WARNING", "Unsafe", "rror");
    assertThat(life).isEqualTo(new Life(withCache, 0, life.output()));
  }

  private static Life life(String options) throws Exception {
    Path log = directory.resolve("log");
    InetSocketAddress listener = Ports.free("127.0.0.1");
    try (ServerSocket backend = new ServerSocket()) {
      backend.bind(new InetSocketAddress(listener.getAddress(), 0));
      ProcessBuilder builder = headgate(log, "run", "--config", config(listener, backend));
      builder.environment().put("HEADGATE_JAVA_OPTS", options);
      Process edge = builder.start();
      try {
        eventually(
            START_WITHIN,
            () -> {
              assertThat(edge.isAlive()).as(Files.readString(log)).isTrue();
              assertThat(Files.readString(log)).contains("serves");
            });
        String maps = Files.readString(Path.of("/proc", Long.toString(edge.pid()), "maps"));
        try (Socket client = new Socket(listener.getAddress(), listener.getPort());
            Socket accepted = backend.accept()) {
          client.getOutputStream().write(42);
          assertThat(accepted.getInputStream().read()).isEqualTo(42);
        }
        edge.destroy();
        assertThat(edge.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Life(maps.contains(".aot"), edge.exitValue(), Files.readString(log));
      } finally {
        edge.destroyForcibly();
      }
    }
  }

  private static String config(InetSocketAddress listener, ServerSocket backend)
      throws IOException {
    Path file = directory.resolve("headgate.conf");
    Files.writeString(
        file,
        """
        headgate {
          name = test
          addresses = ["127.0.0.1"]
          defaults { health { type = off } }
          routes { web { port = %d, backends = ["127.0.0.1:%d"] } }
          state-directory = "%s"
          admin { socket = "%s", http = "" }
        }
        """
            .formatted(
                listener.getPort(),
                backend.getLocalPort(),
                directory.resolve("state"),
                directory.resolve("admin.sock")));
    return file.toString();
  }

  private static String words(String... arguments) throws Exception {
    Path log = directory.resolve("words");
    assertThat(headgate(log, arguments).start().waitFor(1, TimeUnit.MINUTES)).isTrue();
    return Files.readString(log);
  }

  private static ProcessBuilder headgate(Path log, String... arguments) {
    ProcessBuilder builder =
        new ProcessBuilder(
                Stream.concat(
                        Stream.of(root.resolve("bin/headgate").toString()), Stream.of(arguments))
                    .toList())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("HEADGATE_JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }

  private static Path cache() {
    return only(root.resolve("aot"), "*.aot");
  }

  /** What {@code mvn package} has unpacked for the launcher of a checkout. */
  private static Path build() {
    return only(Path.of("target"), "headgate-*/headgate-*");
  }

  private static Path only(Path directory, String glob) {
    PathMatcher matcher =
        directory.getFileSystem().getPathMatcher("glob:" + directory + "/" + glob);
    try (Stream<Path> files = Files.walk(directory, 2)) {
      List<Path> found = files.filter(matcher::matches).toList();
      assertThat(found).hasSize(1);
      return found.getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
