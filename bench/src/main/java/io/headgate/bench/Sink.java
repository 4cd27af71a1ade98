package io.headgate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The backend of uploads: reads a connection to its end, then answers how many bytes came, eight
 * bytes big endian. Of our own, because nginx reads what it throws away in pieces of 4 KiB and
 * would be what is measured.
 */
final class Sink implements AutoCloseable {
  private final ServerSocketChannel listening;

  private Sink(ServerSocketChannel listening) {
    this.listening = listening;
  }

  /** Listens on {@code address}. */
  static Sink start(InetSocketAddress address) throws IOException {
    var listening = ServerSocketChannel.open();
    listening.bind(address);
    var sink = new Sink(listening);
    Thread.ofPlatform().daemon().name("sink").start(sink::accept);
    return sink;
  }

  InetSocketAddress address() throws IOException {
    return (InetSocketAddress) listening.getLocalAddress();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel channel = listening.accept();
        Thread.ofPlatform().daemon().name("sink-connection").start(() -> drain(channel));
      }
    } catch (IOException e) {
      // closed: the comparison is over
    }
  }

  private static void drain(SocketChannel channel) {
    try (channel) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10);
      long bytes = 0;
      for (int count = 0; count >= 0; count = channel.read(buffer.clear())) {
        bytes += count;
      }
      channel.write(ByteBuffer.allocate(Long.BYTES).putLong(0, bytes));
    } catch (IOException e) {
      // the sender misses its receipt and reports it
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
