package io.headgate.relay;

import static io.headgate.testing.Eventually.eventually;
import static io.headgate.testing.Eventually.pause;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens thousands of connections through a relay, passes 100 bytes to and fro on each, lets them
 * idle, and prints by how much the relay's process has grown. Their ends live in a second process,
 * so that each needs two descriptors per connection only. Arguments: the number of connections
 * (9000), the {@link RelayKind} (CHANNEL_EPOLL).
 */
final class IdleConnections {
  private static final int WARM_UP = 500;

  private IdleConnections() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 0 && arguments[0].equals("ends")) {
      playBothEnds();
      return;
    }
    int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9_000;
    RelayKind kind =
        arguments.length > 1 ? RelayKind.valueOf(arguments[1]) : RelayKind.CHANNEL_EPOLL;
    Process ends = startEnds();
    try (var rig = new Rig(kind);
        var told = ends.inputReader(US_ASCII);
        var tell = new PrintWriter(ends.outputWriter(US_ASCII), true)) {
      InetSocketAddress backend = Addresses.parseWithPort(told.readLine()).orElseThrow();
      InetSocketAddress relay = rig.serve(Policy.PLAIN, Rig.up(backend));
      tell.println(Addresses.text(relay));
      open(WARM_UP, rig, tell, told);
      tell.println("close");
      told.readLine();
      rig.expectActive(0);
      long beforeKib = residentKib();
      open(count, rig, tell, told);
      long afterKib = residentKib();
      System.out.printf(
          "%s: %d idle connections; RSS %d KiB before, %d KiB after: %.2f KiB each%n",
          kind, count, beforeKib, afterKib, (afterKib - beforeKib) / (double) count);
    } finally {
      ends.destroy();
    }
  }

  private static void open(int count, Rig rig, PrintWriter tell, BufferedReader told)
      throws IOException {
    tell.println("open " + count);
    told.readLine();
    eventually(
        Duration.ofMinutes(2), () -> assertThat(rig.relay().counters().active()).isEqualTo(count));
  }

  /** After garbage has been collected, and the figure has come to rest. */
  private static long residentKib() throws IOException {
    for (int i = 0; i < 5; i++) {
      System.gc();
      pause(Duration.ofMillis(500));
    }
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS in /proc/self/status");
  }

  private static Process startEnds() throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xmx512m",
            "-cp",
            ManagementFactory.getRuntimeMXBean().getClassPath(),
            IdleConnections.class.getName(),
            "ends")
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Clients and backend, told by lines on the standard input what to do. */
  private static void playBothEnds() throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    List<Peer> peers = new ArrayList<>();
    try (Listening backend = Listening.on("127.0.0.1")) {
      System.out.println(backend);
      InetSocketAddress relay = Addresses.parseWithPort(in.readLine()).orElseThrow();
      byte[] bytes = new byte[100];
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.equals("close")) {
          peers.forEach(Peer::reset);
          peers.clear();
        } else {
          for (int i = Integer.parseInt(line.substring("open ".length())); i > 0; i--) {
            Peer client = Peer.connect(relay);
            Peer server = backend.accept();
            client.send(bytes);
            server.read(bytes.length);
            server.send(bytes);
            client.read(bytes.length);
            peers.add(client);
            peers.add(server);
          }
        }
        System.out.println("done: " + line);
      }
    }
  }
}
