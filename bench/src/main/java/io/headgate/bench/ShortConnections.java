package io.headgate.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** A number of connections, each with one request for 1 KB, which the backend then closes. */
final class ShortConnections {
  private static final int AT_ONCE = 16;
  private static final int TIMEOUT_MS = 30_000;

  private ShortConnections() {}

  /** The units are connections. */
  static Load run(InetSocketAddress address, int connections) throws InterruptedException {
    var left = new AtomicInteger(connections);
    Callable<List<String>> client =
        () -> {
          List<String> errors = new ArrayList<>();
          while (left.getAndDecrement() > 0) {
            try {
              fetch(address);
            } catch (IOException e) {
              errors.add(e.toString());
            }
          }
          return errors;
        };
    List<Future<List<String>>> clients;
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      clients = threads.invokeAll(Collections.nCopies(AT_ONCE, client));
    }
    List<String> errors = new ArrayList<>();
    for (Future<List<String>> done : clients) {
      try {
        errors.addAll(done.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    return new Load(
        connections - errors.size(), errors.size(), errors.isEmpty() ? "" : errors.getFirst());
  }

  private static void fetch(InetSocketAddress address) throws IOException {
    try (var socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MS);
      socket.connect(address, TIMEOUT_MS);
      socket
          .getOutputStream()
          .write(Webserver.request(Webserver.CLOSING).getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      requireWhole(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
    }
  }

  private static void requireWhole(String answer) throws IOException {
    if (!answer.startsWith("HTTP/1.1 200 ") || SteadyStream.missing(answer) != 0) {
      throw new IOException(
          "not the answer that was asked for: " + answer.lines().findFirst().orElse("nothing"));
    }
  }
}
