package io.headgate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** nginx as the backends: one process that listens on several addresses. */
final class Webserver {
  /** Answers 1 KB and closes. */
  static final String CLOSING = "/closing";

  /** Answers 1 KB and keeps the connection. */
  static final String KEPT = "/kept";

  /** Answers {@link #OBJECT_BYTES} and keeps the connection. */
  static final String OBJECT = "/object";

  /** Answers {@link #LARGE_BYTES} and keeps the connection. */
  static final String LARGE = "/large";

  static final long OBJECT_BYTES = 64L << 10;
  static final long LARGE_BYTES = 16L << 20;

  private static final String ACTIVE = "/active";
  private final List<InetSocketAddress> addresses;

  private Webserver(List<InetSocketAddress> addresses) {
    this.addresses = addresses;
  }

  static Webserver start(Stage stage, Outpost beside, int workers)
      throws CannotCompare, IOException, InterruptedException {
    List<InetSocketAddress> addresses =
        List.of(
            stage.network().backendAddress(1),
            stage.network().backendAddress(2),
            stage.network().backendAddress(3));
    Path directory = stage.directory("backends");
    Files.write(directory.resolve(OBJECT.substring(1)), incompressible(OBJECT_BYTES));
    Files.write(directory.resolve(LARGE.substring(1)), incompressible(LARGE_BYTES));
    Path file = directory.resolve("nginx.conf");
    Files.writeString(file, configuration(directory, addresses, workers));
    stage
        .start(Party.BACKENDS, "backends", List.of("nginx", "-c", file.toString(), "-e", "stderr"))
        .awaitAccepting(beside, addresses);
    return new Webserver(addresses);
  }

  List<InetSocketAddress> addresses() {
    return addresses;
  }

  /**
   * The line that lets nginx's workers read our files; only root needs it, others must not have it.
   */
  static String user() {
    return System.getProperty("user.name").equals("root") ? "user root;" : "";
  }

  /** What a client sends for {@code path}. */
  static String request(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: bench\r\n\r\n";
  }

  /** Connections that the nginx there holds now, the one that asks not counted. */
  static int active(InetSocketAddress address) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(address);
      socket.getOutputStream().write(request(ACTIVE).getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return activeOf(answer);
    }
  }

  /** Of the answer of nginx's {@code stub_status}, which counts the connection that asks. */
  static int activeOf(String answer) throws IOException {
    return answer
        .lines()
        .filter(line -> line.startsWith("Active connections:"))
        .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")) - 1)
        .findFirst()
        .orElseThrow(() -> new IOException("nginx says: " + answer));
  }

  private static String configuration(
      Path directory, List<InetSocketAddress> addresses, int workers) {
    String listen =
        addresses.stream()
            .map(address -> "listen " + Site.text(address) + " backlog=4096;")
            .collect(Collectors.joining(" "));
    String kilobyte = "0123456789abcdef".repeat(64);
    return """
    %s
    daemon off;
    worker_processes %d;
    worker_rlimit_nofile %d;
    pid %s;
    error_log stderr error;
    events { worker_connections %d; }
    http {
      access_log off;
      sendfile on;
      client_header_timeout 1h;
      keepalive_timeout 1h;
      keepalive_requests 1000000000;
      server {
        %s
        root %s;
        location = %s { keepalive_timeout 0; return 200 "%s"; }
        location = %s { return 200 "%s"; }
        location = %s { }
        location = %s { }
        location = %s { keepalive_timeout 0; stub_status; }
      }
    }
    """
        .formatted(
            user(),
            workers,
            OpenFiles.limit(),
            directory.resolve("nginx.pid"),
            OpenFiles.limit(),
            listen,
            directory,
            CLOSING,
            kilobyte,
            KEPT,
            kilobyte,
            OBJECT,
            LARGE,
            ACTIVE);
  }

  private static byte[] incompressible(long size) {
    byte[] bytes = new byte[Math.toIntExact(size)];
    new SplittableRandom(1).nextBytes(bytes);
    return bytes;
  }
}
