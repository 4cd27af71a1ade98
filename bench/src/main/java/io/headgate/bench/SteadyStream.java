package io.headgate.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * One kept connection of {@link SteadyLoad}, with one request on it at a time. Who sends hands it
 * by the socket to who reads, and that one gives it back through a queue.
 */
final class SteadyStream {
  private static final int READ_BYTES = 16 << 10;
  private static final byte[] OK = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);

  private final SocketChannel channel;
  private final ByteBuffer request;
  private final ByteBuffer read = ByteBuffer.allocateDirect(READ_BYTES);
  private final int answerBytes;
  private volatile int missingBytes;
  private volatile long intendedNs;

  private SteadyStream(SocketChannel channel, ByteBuffer request, int answerBytes) {
    this.channel = channel;
    this.request = request;
    this.answerBytes = answerBytes;
  }

  /** Connects, and learns from a first answer how long every answer is. */
  static SteadyStream open(InetSocketAddress address) throws IOException {
    byte[] bytes = Webserver.request(Webserver.KEPT).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer request = ByteBuffer.allocateDirect(bytes.length).put(bytes);
    SocketChannel channel = SocketChannel.open(address);
    try {
      channel.write(request.rewind());
      ByteBuffer answer = ByteBuffer.allocate(READ_BYTES);
      int missing;
      do {
        if (channel.read(answer) < 0) {
          throw new EOFException("closed before an answer");
        }
        missing = missing(StandardCharsets.ISO_8859_1.decode(answer.duplicate().flip()).toString());
      } while (missing > 0);
      return new SteadyStream(channel, request, answer.position());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Bytes that an answer of which {@code start} is there still misses; 1 where none can tell. */
  static int missing(String start) throws IOException {
    int end = start.indexOf("\r\n\r\n");
    if (end < 0) {
      return 1;
    }
    String length =
        start
            .lines()
            .filter(line -> line.startsWith("Content-Length: "))
            .findFirst()
            .orElseThrow(() -> new IOException("an answer of unknown length"));
    return end + 4 + Integer.parseInt(length.replaceAll("\\D", "")) - start.length();
  }

  void register(Selector selector) throws IOException {
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, this);
  }

  /** Sends a request that was to be sent at {@code intendedNs}. */
  void send(long intendedNs) {
    this.intendedNs = intendedNs;
    missingBytes = answerBytes;
    try {
      channel.write(request.rewind()); // fits: nothing else is on its way
    } catch (IOException e) {
      // the reader finds the same, and says it
    }
  }

  long intendedNs() {
    return intendedNs;
  }

  /** Reads what has come; whether that completes an answer. */
  boolean read() throws IOException {
    int count = channel.read(read.clear());
    if (count < 0) {
      throw new EOFException("the proxy closed a kept connection");
    }
    if (missingBytes == answerBytes && count > 0) {
      requireOk(count);
    }
    int missing = missingBytes - count;
    if (missing < 0) {
      throw new IOException("more bytes than an answer has");
    }
    missingBytes = missing;
    return missing == 0 && count > 0;
  }

  private void requireOk(int count) throws IOException {
    for (int i = 0; i < Math.min(count, OK.length); i++) {
      if (read.get(i) != OK[i]) {
        throw new IOException("not the answer that was asked for");
      }
    }
  }

  void close() throws IOException {
    channel.close();
  }
}
