package io.headgate.bench;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Moves bytes through a proxy over a few connections at once, with large reads and writes so that
 * the generator leaves the CPU to the proxy. Whole objects only: no transfer is cut short.
 */
final class Streams {
  private static final int STREAMS = 4;
  private static final int CHUNK_BYTES = 256 << 10;
  private static final double GIB = 1L << 30;
  private static final int STALLED_AFTER_SECONDS = 60;

  private Streams() {}

  /** One connection's work until the deadline, in bytes. */
  private interface Transfer {
    long bytes(SocketChannel channel, long deadlineNs) throws IOException;
  }

  /** Fetches the large object again and again for so long; the units are GiB. */
  static Load download(InetSocketAddress address, int seconds) throws InterruptedException {
    return run(address, seconds, Streams::fetch);
  }

  /** Sends to a {@link Sink} for so long, and checks that it got every byte; the units are GiB. */
  static Load upload(InetSocketAddress address, int seconds) throws InterruptedException {
    return run(address, seconds, Streams::send);
  }

  private static Load run(InetSocketAddress address, int seconds, Transfer transfer)
      throws InterruptedException {
    long deadlineNs = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    Callable<Long> stream =
        () -> {
          try (SocketChannel channel = SocketChannel.open(address)) {
            return transfer.bytes(channel, deadlineNs);
          }
        };
    List<Future<Long>> results;
    try (ExecutorService threads = Executors.newFixedThreadPool(STREAMS)) {
      results =
          threads.invokeAll(
              Collections.nCopies(STREAMS, stream), seconds + STALLED_AFTER_SECONDS, SECONDS);
    }
    long bytes = 0;
    List<String> errors = new ArrayList<>();
    for (Future<Long> result : results) {
      try {
        bytes += result.get();
      } catch (ExecutionException e) {
        errors.add(String.valueOf(e.getCause()));
      } catch (CancellationException e) {
        errors.add("a transfer stalled");
      }
    }
    return new Load(bytes / GIB, errors.size(), errors.isEmpty() ? "" : errors.getFirst());
  }

  private static long fetch(SocketChannel channel, long deadlineNs) throws IOException {
    ByteBuffer request = StandardCharsets.US_ASCII.encode(Webserver.request(Webserver.LARGE));
    ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
    long bytes = 0;
    do {
      channel.write(request.rewind());
      long missing = Webserver.LARGE_BYTES - bodyInFirstRead(channel, buffer);
      while (missing > 0) {
        missing -= read(channel, buffer.clear());
      }
      bytes += Webserver.LARGE_BYTES;
    } while (System.nanoTime() - deadlineNs < 0);
    return bytes;
  }

  /** nginx sends its header in one piece, so the first read holds all of it. */
  private static int bodyInFirstRead(SocketChannel channel, ByteBuffer buffer) throws IOException {
    int count = read(channel, buffer.clear());
    String start =
        StandardCharsets.ISO_8859_1.decode(buffer.flip().limit(Math.min(count, 2048))).toString();
    int end = start.indexOf("\r\n\r\n");
    if (!start.startsWith("HTTP/1.1 200 ") || end < 0) {
      throw new IOException(
          "not the answer that was asked for: " + start.lines().findFirst().orElse(""));
    }
    return count - (end + 4);
  }

  private static int read(SocketChannel channel, ByteBuffer buffer) throws IOException {
    int count = channel.read(buffer);
    if (count < 0) {
      throw new EOFException("the proxy closed in the middle of an answer");
    }
    return count;
  }

  private static long send(SocketChannel channel, long deadlineNs) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    long bytes = 0;
    do {
      for (long sent = 0; sent < Webserver.LARGE_BYTES; ) {
        sent += channel.write(chunk.hasRemaining() ? chunk : chunk.clear());
      }
      bytes += Webserver.LARGE_BYTES;
    } while (System.nanoTime() - deadlineNs < 0);
    channel.shutdownOutput();
    ByteBuffer receipt = ByteBuffer.allocate(Long.BYTES);
    while (receipt.hasRemaining()) {
      read(channel, receipt);
    }
    if (receipt.getLong(0) != bytes) {
      throw new IOException(receipt.getLong(0) + " of " + bytes + " bytes sent have arrived");
    }
    return bytes;
  }
}
