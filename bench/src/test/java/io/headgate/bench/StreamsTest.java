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
class StreamsTest {
  @Test
  void an_upload_counts_whole_objects_that_have_arrived() throws Exception {
    try (Sink sink = Sink.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      Load load = Streams.upload(sink.address(), 0);

      double object = Webserver.LARGE_BYTES / (double) (1 << 30);
      assertThat(load).isEqualTo(new Load(4 * object, 0, ""));
    }
  }

  @Test
  void an_upload_of_which_bytes_are_lost_is_an_error() throws Exception {
    try (ServerSocketChannel liar = listening()) {
      Thread.ofPlatform().daemon().start(() -> readAllAndConfess(liar));

      Load load = Streams.upload((InetSocketAddress) liar.getLocalAddress(), 0);

      assertThat(load.units()).isZero();
      assertThat(load.errors()).isEqualTo(4);
      assertThat(load.firstError()).contains("bytes sent have arrived");
    }
  }

  @Test
  void a_download_that_is_cut_short_is_an_error() throws Exception {
    try (ServerSocketChannel cutter = listening()) {
      Thread.ofPlatform().daemon().start(() -> answerALittleAndClose(cutter));

      Load load = Streams.download((InetSocketAddress) cutter.getLocalAddress(), 0);

      assertThat(load.units()).isZero();
      assertThat(load.errors()).isEqualTo(4);
    }
  }

  private static ServerSocketChannel listening() throws IOException {
    return ServerSocketChannel.open()
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static void readAllAndConfess(ServerSocketChannel listening) {
    try {
      while (true) {
        SocketChannel channel = listening.accept();
        Thread.ofPlatform().daemon().start(() -> confess(channel));
      }
    } catch (IOException e) {
      // the test is over
    }
  }

  private static void confess(SocketChannel channel) {
    try (channel) {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
      while (channel.read(buffer.clear()) >= 0) {}
      channel.write(ByteBuffer.allocate(Long.BYTES).putLong(0, Webserver.LARGE_BYTES - 1));
    } catch (IOException e) {
      // the sender sees it
    }
  }

  private static void answerALittleAndClose(ServerSocketChannel listening) {
    try {
      while (true) {
        try (SocketChannel channel = listening.accept()) {
          channel.read(ByteBuffer.allocate(1024));
          channel.write(StandardCharsets.US_ASCII.encode("HTTP/1.1 200 OK\r\n\r\nlittle"));
        }
      }
    } catch (IOException e) {
      // the test is over
    }
  }
}
