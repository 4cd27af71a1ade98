package io.headgate.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class SocketQueuesTest {
  @Test
  void bytes_count_until_the_peer_has_taken_them() throws Exception {
    assumeTrue(Epoll.isAvailable(), "needs epoll for the number of a file descriptor");
    var loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var channel = (EpollSocketChannel) connect(loops, server);
      int fd = channel.fd().intValue();
      try (Socket peer = server.accept()) {
        assertThat(SocketQueues.unsentBytes(fd)).isZero();

        long written = fill(channel);
        assertThat(SocketQueues.unsentBytes(fd)).isPositive().isLessThanOrEqualTo((int) written);

        var unread = peer.getInputStream();
        for (long left = written; left > 0; ) {
          left -= unread.readNBytes((int) Math.min(left, 65_536)).length;
        }
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (SocketQueues.unsentBytes(fd) != 0 && System.nanoTime() - deadlineNs < 0) {
          Thread.onSpinWait();
        }
        assertThat(SocketQueues.unsentBytes(fd)).isZero();
      }
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  @Test
  void what_is_no_socket_has_no_queue() {
    assertThat(SocketQueues.unsentBytes(-1)).isEqualTo(-1);
    assertThat(SocketQueues.unsentBytes(Integer.MAX_VALUE)).isEqualTo(-1);
  }

  private static io.netty.channel.Channel connect(
      MultiThreadIoEventLoopGroup loops, ServerSocket server) throws Exception {
    return new Bootstrap()
        .group(loops)
        .channel(EpollSocketChannel.class)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(io.netty.channel.Channel channel) {}
            })
        .connect(server.getLocalSocketAddress())
        .sync()
        .channel();
  }

  /** Writes more than the two sockets' buffers hold, and says how much the channel was given. */
  private static long fill(EpollSocketChannel channel) {
    int chunk = 8 << 20;
    channel.writeAndFlush(channel.alloc().buffer(chunk).writeZero(chunk));
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (SocketQueues.unsentBytes(channel.fd().intValue()) == 0
        && System.nanoTime() - deadlineNs < 0) {
      Thread.onSpinWait();
    }
    return chunk;
  }
}
