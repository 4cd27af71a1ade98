package io.headgate.app;

import io.headgate.admin.Edge.ReloadResult;
import io.headgate.config.ConfigFile;
import io.headgate.config.InvalidConfigException;
import io.headgate.model.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** An edge of the test's own: its files in one directory, its listeners on 127.0.0.1. */
final class TestEdge implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path file;
  private final FileReload reload;
  private final RunningEdge edge;
  private final List<Integer> ports =
      new ArrayList<>(); // for each "port = 0" of the body, in order
  private final AtomicReference<Throwable> bug = new AtomicReference<>();

  private TestEdge(Path directory, String body) throws IOException, InvalidConfigException {
    this.file = directory.resolve("headgate.conf");
    write(directory, body);
    var config = ConfigFile.read(file, Map.of());
    EventLog events = new EventLog();
    this.reload = new FileReload(file, config, Map.of(), events, () -> {}, () -> {});
    this.edge = new RunningEdge(config, events, reload, bug::set);
    reload.attach(edge);
  }

  /**
   * @param body what stands inside {@code headgate { … }}, beside admin and state-directory; each
   *     {@code port = 0,} is given a free port
   */
  static TestEdge start(Path directory, String body)
      throws IOException, InvalidConfigException, InterruptedException {
    TestEdge edge = new TestEdge(directory, body);
    edge.edge.start();
    return edge;
  }

  /**
   * As {@link #start}, with a peer link.
   *
   * @param name of the edge, and of its directory below the one that is given
   */
  static TestEdge startLinked(
      Path directory,
      String name,
      InetSocketAddress listen,
      InetSocketAddress peer,
      Path keyFile,
      String body)
      throws IOException, InvalidConfigException, InterruptedException {
    String link =
        """
        name = %s
        takeover.peer-link { listen = "%s", peers = ["%s"], key-file = "%s" }
        """
            .formatted(name, Addresses.text(listen), Addresses.text(peer), keyFile);
    return start(Files.createDirectories(directory.resolve(name)), link + body);
  }

  /** As {@link #start}, returning when every route has all its backends in use. */
  static TestEdge startInUse(Path directory, String body)
      throws IOException, InvalidConfigException, InterruptedException {
    TestEdge edge = start(directory, body);
    await(
        "every backend is in use",
        () ->
            RowsOf.routes(Moment.of(edge.edge)).stream()
                .allMatch(route -> route.usable() > 0 && route.usable() == route.backends()));
    return edge;
  }

  RunningEdge running() {
    return edge;
  }

  EdgeViews views() {
    return new EdgeViews(edge, reload);
  }

  ReloadResult reload(Path directory, String body) throws IOException {
    write(directory, body);
    return reload.reload();
  }

  /** The port that a route is really bound to. */
  int port(String route) {
    return edge.listeners().stream()
        .filter(status -> status.route().equals(route))
        .findFirst()
        .orElseThrow()
        .port();
  }

  /** Of a backend, once every event loop acts on it; ABSENT where there is none. */
  String state(String route, String node) {
    try {
      edge.settled();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
    return RowsOf.backends(Moment.of(edge)).stream()
        .filter(backend -> backend.route().equals(route) && backend.node().equals(node))
        .map(backend -> backend.state())
        .findFirst()
        .orElse("ABSENT");
  }

  /** One request on a connection of its own; the name of the node that answered. */
  String ask(String route) throws IOException {
    return ask(port(route));
  }

  static String ask(int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 5_000);
      socket.setSoTimeout(10_000);
      return ask(socket);
    }
  }

  /** One request on this connection. */
  static String ask(Socket socket) throws IOException {
    socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    var answer = new StringBuilder();
    byte[] bytes = new byte[512];
    while (!complete(answer)) {
      int count = socket.getInputStream().read(bytes);
      if (count < 0) {
        throw new IOException("ended after: " + answer);
      }
      answer.append(new String(bytes, 0, count, StandardCharsets.US_ASCII));
    }
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError("not in " + PATIENCE + ": " + what);
      }
      Thread.sleep(5);
    }
  }

  @Override
  public void close() {
    edge.close();
    if (bug.get() != null) {
      throw new AssertionError("a bug ended a thread of the edge", bug.get());
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static boolean complete(StringBuilder answer) {
    int body = answer.indexOf("\r\n\r\n");
    if (body < 0) {
      return false;
    }
    int length = answer.indexOf("Content-Length: ");
    int end = answer.indexOf("\r\n", length);
    return answer.length() - body - 4
        == Integer.parseInt(answer.substring(length + "Content-Length: ".length(), end));
  }

  private void write(Path directory, String body) throws IOException {
    String rest = body;
    for (int i = 0; rest.contains("port = 0,"); i++) {
      if (ports.size() == i) {
        ports.add(freePort());
      }
      rest = rest.replaceFirst("port = 0,", "port = " + ports.get(i) + ",");
    }
    Files.writeString(
        file,
        "headgate {\nname = test\naddresses = [\"127.0.0.1\"]\nstate-directory = \"%s\"\nadmin { socket = \"%s\", http = \"\" }\n%s\n}\n"
            .formatted(directory.resolve("state"), directory.resolve("admin.sock"), rest));
  }
}
