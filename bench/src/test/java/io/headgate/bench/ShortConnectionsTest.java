package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

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
class ShortConnectionsTest {
  @Test
  void as_many_connections_are_made_as_were_asked_for() throws Exception {
    try (ServerSocketChannel server = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
      Load load = ShortConnections.run((InetSocketAddress) server.getLocalAddress(), 100);

      assertThat(load).isEqualTo(new Load(100, 0, ""));
    }
  }

  @Test
  void an_answer_that_is_cut_short_is_an_error() throws Exception {
    try (ServerSocketChannel server = answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok")) {
      Load load = ShortConnections.run((InetSocketAddress) server.getLocalAddress(), 20);

      assertThat(load.units()).isZero();
      assertThat(load.errors()).isEqualTo(20);
    }
  }

  private static ServerSocketChannel answering(String answer) throws IOException {
    var server =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
    Thread.ofPlatform().daemon().start(() -> answerAll(server, answer));
    return server;
  }

  private static void answerAll(ServerSocketChannel server, String answer) {
    try {
      while (true) {
        try (SocketChannel channel = server.accept()) {
          channel.read(ByteBuffer.allocate(1024));
          channel.write(StandardCharsets.US_ASCII.encode(answer));
        }
      }
    } catch (IOException e) {
      // the test is over
    }
  }
}
