package io.headgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.headgate.admin.AdminUnavailableException.Cause;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AdminClientTest {
  private Path socket;
  private AdminClient client;

  @BeforeEach
  void aim(@TempDir Path directory) {
    socket = directory.resolve("admin.sock");
    client = new AdminClient(socket, Duration.ofSeconds(20));
  }

  private static AdminUnavailableException failure(AdminClient client) {
    return catchThrowableOfType(AdminUnavailableException.class, () -> client.get("/livez"));
  }

  @Test
  void an_answer_comes_whole_however_large() throws Exception {
    FakeEdge edge = new FakeEdge();
    String large = "äöü".repeat(1_000_000);
    edge.config = () -> Map.of("large", large);
    try (AdminServer server = new AdminServer(edge, socket, Optional.empty())) {
      server.start();
      AdminClient.Reply reply = client.get("/api/v1/config");
      assertThat(reply.isFine()).isTrue();
      assertThat(reply.as(Map.class).get("large")).isEqualTo(large);
    }
  }

  @Test
  void a_refusal_is_an_answer() throws Exception {
    try (AdminServer server = new AdminServer(new FakeEdge(), socket, Optional.empty())) {
      server.start();
      AdminClient.Reply reply = client.order("node-7", "drain");
      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.error()).startsWith("no route has a node node-7");
    }
  }

  @Test
  void without_a_file_there_is_no_daemon() {
    AdminUnavailableException failure = failure(client);
    assertThat(failure.why()).isEqualTo(Cause.NO_DAEMON);
    assertThat(failure)
        .hasMessageContaining("no headgate is listening on " + socket)
        .hasMessageContaining("--admin-socket");
  }

  @Test
  void with_only_what_a_dead_process_left_there_is_no_daemon() throws IOException {
    try (ServerSocketChannel dying = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dying.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(failure(client).why()).isEqualTo(Cause.NO_DAEMON);
  }

  @Test
  void a_path_that_no_socket_can_have_is_no_daemon() {
    AdminClient lost = new AdminClient(socket.resolve("x".repeat(200)), Duration.ofSeconds(5));
    assertThat(failure(lost).why()).isEqualTo(Cause.NO_DAEMON);
  }

  @Test
  void a_daemon_that_says_nothing_is_told_from_none() throws IOException {
    try (ServerSocketChannel mute = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      mute.bind(UnixDomainSocketAddress.of(socket));
      AdminUnavailableException failure = failure(new AdminClient(socket, Duration.ofMillis(200)));
      assertThat(failure.why()).isEqualTo(Cause.NO_ANSWER);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        "220 mail.example ESMTP\r\n\r\n"
      })
  void half_an_answer_or_a_foreign_one_is_none(String answer) throws IOException {
    try (ServerSocketChannel strange = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      strange.bind(UnixDomainSocketAddress.of(socket));
      Thread.startVirtualThread(() -> {
        try (SocketChannel channel = strange.accept()) {
          channel.read(ByteBuffer.allocate(4096));
          Wire.send(channel, answer);
        } catch (IOException failure) {
          throw new AssertionError(failure);
        }
      });
      assertThat(failure(client).why()).isEqualTo(Cause.NO_ANSWER);
    }
  }
}
