package io.headgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AdminSocketTest {
  @TempDir private Path directory;

  private static AdminServer server(Path socket) {
    return new AdminServer(new FakeEdge(), socket, Optional.empty());
  }

  private static int livez(Path socket) throws IOException {
    return Wire.get(UnixDomainSocketAddress.of(socket), "/livez").status();
  }

  @Test
  void owner_and_group_may_connect_and_the_directory_is_made() throws IOException {
    Path socket = directory.resolve("run/headgate/admin.sock");
    try (AdminServer server = server(socket)) {
      server.start();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-rw----");
      assertThat(livez(socket)).isEqualTo(200);
    }
    assertThat(socket).doesNotExist();
  }

  @Test
  void what_a_dead_process_left_is_replaced() throws IOException {
    Path socket = directory.resolve("admin.sock");
    try (ServerSocketChannel dying = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dying.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();
    try (AdminServer server = server(socket)) {
      server.start();
      assertThat(livez(socket)).isEqualTo(200);
    }
  }

  @Test
  void a_socket_that_someone_serves_is_left_alone() throws IOException {
    Path socket = directory.resolve("admin.sock");
    try (AdminServer first = server(socket)) {
      first.start();
      try (AdminServer second = server(socket)) {
        assertThatIOException()
            .isThrownBy(second::start)
            .withMessageContaining("another process is listening there")
            .withMessageContaining(socket.toString());
      }
      assertThat(livez(socket)).isEqualTo(200);
    }
  }

  @Test
  void a_file_that_is_no_socket_is_left_alone() throws IOException {
    Path file = Files.writeString(directory.resolve("admin.sock"), "precious");
    try (AdminServer server = server(file)) {
      assertThatIOException().isThrownBy(server::start).withMessageContaining("not a socket");
    }
    assertThat(file).hasContent("precious");
  }

  @Test
  void a_path_that_is_too_long_is_said_to_be() {
    Path socket = directory.resolve("x".repeat(120));
    try (AdminServer server = server(socket)) {
      assertThatIOException()
          .isThrownBy(server::start)
          .withMessageContaining("a Unix socket's may have 107");
    }
  }

  @Test
  void it_can_be_closed_and_started_again() throws IOException {
    Path socket = directory.resolve("admin.sock");
    AdminServer server = server(socket);
    server.start();
    server.close();
    server.start();
    try (server) {
      assertThat(livez(socket)).isEqualTo(200);
    }
  }

  @Test
  void a_port_in_use_is_named_and_nothing_stays_open() throws IOException {
    Path socket = directory.resolve("admin.sock");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress http =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
      try (AdminServer server = new AdminServer(new FakeEdge(), socket, Optional.of(http))) {
        assertThatIOException()
            .isThrownBy(server::start)
            .withMessageContaining("admin.http")
            .withMessageContaining("" + taken.getLocalPort())
            .withMessageContaining("in use");
      }
    }
    assertThat(socket).doesNotExist();
  }

  @Test
  void the_page_is_not_served_to_the_world() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new AdminServer(
                new FakeEdge(),
                directory.resolve("admin.sock"),
                Optional.of(new InetSocketAddress(9900))))
        .withMessageContaining("not a loopback address");
  }
}
