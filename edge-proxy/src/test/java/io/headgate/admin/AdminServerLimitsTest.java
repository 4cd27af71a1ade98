package io.headgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AdminServerLimitsTest {
  private static final int DOOR = 4;

  private final FakeEdge edge = new FakeEdge();
  private AdminServer server;
  private SocketAddress socket;
  private InetSocketAddress http;

  @TempDir private Path directory;

  @BeforeEach
  void start() throws IOException {
    start(Duration.ofSeconds(30));
  }

  private void start(Duration patience) throws IOException {
    Path path = directory.resolve("admin.sock");
    server =
        new AdminServer(
            edge,
            path,
            Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            new AdminLimits(DOOR, 64 << 10, 4096, 8192, patience, patience));
    server.start();
    socket = UnixDomainSocketAddress.of(path);
    http = server.httpAddress().orElseThrow();
  }

  private void restartWithLittlePatience() throws IOException {
    server.close();
    start(Duration.ofMillis(300));
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void a_body_of_100_MB_is_turned_away_before_it_is_sent() throws IOException {
    String head = "POST /api/v1/orders HTTP/1.1\r\nHost: h\r\nContent-Length: 104857600\r\n%s\r\n";
    Wire unasked = Wire.exchange(socket, head.formatted(""));
    assertThat(unasked.status()).isEqualTo(413);
    assertThat(unasked.body()).contains("65536 bytes");
    Wire asked = Wire.exchange(socket, head.formatted("Expect: 100-continue\r\n"));
    assertThat(asked.status()).isEqualTo(413);
  }

  @Test
  void a_body_without_an_end_is_cut_off() throws IOException {
    try (SocketChannel channel = SocketChannel.open(socket)) {
      Wire.send(
          channel, "POST /api/v1/orders HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
      ByteBuffer chunk =
          ByteBuffer.wrap(
              ("1000\r\n" + "x".repeat(4096) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      long sent = 0;
      try {
        while (sent < 100_000_000) {
          sent += channel.write(chunk.rewind());
        }
      } catch (IOException _) {
        assertThat(sent).isLessThan(10_000_000);
        return;
      }
      throw new AssertionError("the edge took 100 MB");
    }
  }

  @Test
  void headers_and_targets_have_an_end() throws IOException {
    String fat = "x".repeat(9000);
    assertThat(Wire.get(http, "/" + fat).status()).isEqualTo(414);
    assertThat(Wire.exchange(http, Wire.request("GET", "/", "h\r\nX: " + fat, "")).status())
        .isEqualTo(431);
    assertThat(Wire.exchange(http, "\u0016\u0003\u0001\u0002 hello\r\n\r\n").status())
        .isEqualTo(400);
    assertThat(Wire.get(http, "/livez").status()).isEqualTo(200);
  }

  @Test
  void a_connection_that_asks_nothing_is_closed() throws IOException {
    restartWithLittlePatience();
    try (SocketChannel channel = SocketChannel.open(http)) {
      assertThat(Wire.rest(channel)).isEmpty();
    }
  }

  @Test
  void a_request_that_trickles_in_is_given_up() throws IOException {
    restartWithLittlePatience();
    try (SocketChannel channel = SocketChannel.open(http)) {
      Wire.send(channel, "GET /livez HTTP/1.1\r\n");
      Thread trickle =
          Thread.startVirtualThread(() -> {
            try {
              while (true) {
                Wire.send(channel, "X");
                Thread.sleep(20);
              }
            } catch (IOException | InterruptedException _) {
              return;
            }
          });
      assertThat(Wire.rest(channel)).isEmpty();
      trickle.interrupt();
    }
  }

  @Test
  void an_answer_that_nobody_takes_is_given_up() throws IOException {
    edge.config = () -> Map.of("large", "x".repeat(50_000_000));
    restartWithLittlePatience();
    try (SocketChannel stuck = SocketChannel.open(http)) {
      Wire.send(stuck, Wire.request("GET", "/api/v1/config", Wire.hostOf(http), ""));
      List<SocketChannel> others = new ArrayList<>();
      awaitUntil(() -> roomFor(DOOR, others)); // the stuck one no longer holds a place
      assertThat(Wire.rest(stuck).length()).isLessThan(50_000_000);
    }
  }

  @Test
  void one_connection_too_many_is_turned_away_until_another_leaves() throws Exception {
    List<SocketChannel> inside = new ArrayList<>();
    assertThat(roomFor(DOOR, inside)).isTrue();
    for (int more = 0; more < 100; more++) {
      try (SocketChannel channel = SocketChannel.open(http)) {
        assertThat(Wire.rest(channel)).isEmpty();
      }
    }
    assertThat(Wire.get(socket, "/livez").status()).as("the other door").isEqualTo(200);
    for (SocketChannel channel : inside) {
      channel.close();
    }
    List<SocketChannel> next = new ArrayList<>();
    awaitUntil(() -> roomFor(DOOR, next));
    for (SocketChannel channel : next) {
      channel.close();
    }
  }

  /** Whether so many connections at once are answered; if so they stay open. */
  private boolean roomFor(int count, List<SocketChannel> held) throws IOException {
    List<SocketChannel> opened = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      SocketChannel channel = SocketChannel.open(http);
      opened.add(channel);
      if (!isAnswered(channel)) {
        for (SocketChannel one : opened) {
          one.close();
        }
        return false;
      }
    }
    held.addAll(opened);
    return true;
  }

  private boolean isAnswered(SocketChannel channel) {
    try {
      Wire.send(channel, "GET /livez HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(Wire.hostOf(http)));
      return channel.read(ByteBuffer.allocate(1024)) > 0;
    } catch (IOException _) {
      return false;
    }
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void awaitUntil(Condition condition) throws IOException {
    long deadlineNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime() - deadlineNs).as("waited too long").isNegative();
    }
  }
}
