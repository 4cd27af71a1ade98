package io.headgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.codahale.metrics.MetricRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators have at hand can use the admin API: needs Debian's curl and prometheus. */
@Timeout(120)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AdminProgramsIT {
  private final FakeEdge edge = new FakeEdge();
  private Path directory;
  private Path socket;
  private AdminServer server;

  /** What a program printed, both streams, and its exit code. */
  private record Ran(int exit, String output) {}

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    this.directory = directory;
    socket = directory.resolve("admin.sock");
    server =
        new AdminServer(
            edge, socket, Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    server.start();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Ran run(Path input, String... command) throws Exception {
    boolean installed =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, command[0])));
    assumeTrue(installed, command[0] + " is not installed");
    Process process =
        new ProcessBuilder(command).redirectInput(input.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), output);
  }

  private Ran curl(String... arguments) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of("curl", "-sS", "--noproxy", "*", "-w", "\n%{http_code}"),
                Arrays.stream(arguments))
            .toList();
    return run(Path.of("/dev/null"), command.toArray(String[]::new));
  }

  @Test
  void curl_reads_and_orders_on_the_socket() throws Exception {
    Ran status = curl("--unix-socket", socket.toString(), "http://headgate/api/v1/status");
    assertThat(status.output()).contains("\"tableGeneration\" : 42").endsWith("200");
    Ran order =
        curl(
            "--unix-socket",
            socket.toString(),
            "-d",
            "{\"target\": \"node-1\", \"order\": \"maint\"}",
            "http://headgate/api/v1/orders");
    assertThat(order.output()).endsWith("200");
    assertThat(edge.orders).containsExactly("MAINT node-1");
  }

  @Test
  void curl_gets_a_413_for_100_MB() throws Exception {
    Path body = directory.resolve("body");
    try (var file = new java.io.RandomAccessFile(body.toFile(), "rw")) {
      file.setLength(100_000_000);
    }
    Ran answer =
        curl(
            "--unix-socket",
            socket.toString(),
            "--data-binary",
            "@" + body,
            "http://headgate/api/v1/orders");
    assertThat(answer.output()).contains("may have 65536 bytes").contains("413");
  }

  @Test
  void promtool_finds_nothing_wrong_with_the_metrics() throws Exception {
    String text =
        MetricsText.written(
            Stream.concat(
                    MetricsTextTest.FAMILIES.stream(),
                    JvmMetrics.in(new MetricRegistry()).families().stream())
                .toList());
    Path metrics = Files.writeString(directory.resolve("metrics"), text);
    Ran checked = run(metrics, "promtool", "check", "metrics");
    assertThat(checked.output()).isEmpty();
    assertThat(checked.exit()).isZero();
  }
}
