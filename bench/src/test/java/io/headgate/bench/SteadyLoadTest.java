package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SteadyLoadTest {
  private static final int FOR_EVER = Integer.MAX_VALUE;

  @Test
  void requests_are_laid_down_evenly_and_without_rounding_adding_up() {
    assertThat(SteadyLoad.intendedNs(0, 3)).isZero();
    assertThat(SteadyLoad.intendedNs(1, 3)).isEqualTo(333_333_333);
    assertThat(SteadyLoad.intendedNs(300, 3)).isEqualTo(100_000_000_000L);
    assertThat(SteadyLoad.intendedNs(Integer.MAX_VALUE, 1_000)).isPositive();
  }

  @Test
  void every_request_is_answered_and_has_a_latency() throws Exception {
    try (ServerSocketChannel server = answering(FOR_EVER)) {
      Load load = SteadyLoad.run((InetSocketAddress) server.getLocalAddress(), 500, 1);

      assertThat(load.units()).isEqualTo(500);
      assertThat(load.errors()).isZero();
      assertThat(load.latency()).hasValueSatisfying(l -> assertThat(l.p50Ns()).isPositive());
    }
  }

  @Test
  void a_connection_that_is_closed_is_an_error_and_its_request_no_unit() throws Exception {
    try (ServerSocketChannel server = answering(1)) { // which is not counted
      Load load = SteadyLoad.run((InetSocketAddress) server.getLocalAddress(), 50, 1);

      assertThat(load.units()).isZero();
      assertThat(load.latency()).isEmpty();
      assertThat(load.errors()).isEqualTo(50 + 1);
      assertThat(load.firstError()).contains("closed");
    }
  }

  @Test
  void the_length_of_an_answer_is_known_once_its_header_is_there() throws IOException {
    assertThat(SteadyStream.missing("HTTP/1.1 200 OK\r\nContent-Le")).isPositive();
    assertThat(SteadyStream.missing("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1234"))
        .isEqualTo(6);
    assertThat(SteadyStream.missing("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n12")).isZero();
    assertThatThrownBy(() -> SteadyStream.missing("HTTP/1.1 200 OK\r\n\r\n"))
        .hasMessageContaining("unknown length");
  }

  /** Closes each connection instead of giving it one answer more than {@code answers}. */
  private static ServerSocketChannel answering(int answers) throws IOException {
    var server =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
    Thread.ofPlatform().daemon().start(() -> accept(server, answers));
    return server;
  }

  private static void accept(ServerSocketChannel server, int answers) {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        Thread.ofVirtual().start(() -> answer(channel, answers));
      }
    } catch (IOException e) {
      // the test is over
    }
  }

  private static void answer(SocketChannel channel, int answers) {
    try (channel) {
      ByteBuffer request = ByteBuffer.allocate(1024);
      for (int i = 0; i < answers && channel.read(request.clear()) > 0; i++) {
        channel.write(
            StandardCharsets.US_ASCII.encode("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
      }
      channel.read(request.clear());
    } catch (IOException e) {
      // the client sees it
    }
  }
}
