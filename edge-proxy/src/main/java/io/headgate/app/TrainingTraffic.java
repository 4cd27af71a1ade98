package io.headgate.app;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What clients do to an edge in little: short connections, requests on kept ones, bytes down and
 * up. As much of each as makes the JVM compile what it runs, in a few seconds. Virtual threads.
 */
final class TrainingTraffic {
  private static final int CLIENTS = 32;
  private static final int CONNECTIONS_PER_CLIENT = 320;
  private static final int REQUESTS_PER_CLIENT = 320;
  private static final int BULK_TRANSFERS_PER_CLIENT = 2;
  private static final int BULK_BYTES = 1 << 20;
  private static final int ANSWER_BYTES = 1024;
  private static final int READ_TIMEOUT_MS = 30_000;

  private final List<InetSocketAddress> edges;
  private final AtomicReference<String> failure = new AtomicReference<>("");

  /**
   * @param edges listeners before demo nodes, used alike
   */
  TrainingTraffic(List<InetSocketAddress> edges) {
    this.edges = List.copyOf(edges);
  }

  /** Whether every edge accepts connections by now. */
  boolean accepted() {
    return edges.stream().allMatch(TrainingTraffic::accepts);
  }

  private static boolean accepts(InetSocketAddress edge) {
    try (Socket socket = new Socket()) {
      socket.connect(edge);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns when all is done. */
  void run() {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        InetSocketAddress edge = edges.get(i % edges.size());
        clients.execute(() -> use(edge));
      }
    }
  }

  /** Why a client did not get the answer it asked for; empty when all did. */
  String failure() {
    return failure.get();
  }

  private void use(InetSocketAddress edge) {
    try {
      for (int i = 0; i < CONNECTIONS_PER_CLIENT; i++) {
        requests(edge, 1, 0, ANSWER_BYTES);
      }
      requests(edge, REQUESTS_PER_CLIENT, 0, ANSWER_BYTES);
      requests(edge, BULK_TRANSFERS_PER_CLIENT, 0, BULK_BYTES);
      requests(edge, BULK_TRANSFERS_PER_CLIENT, BULK_BYTES, ANSWER_BYTES);
    } catch (IOException e) {
      failure.set(e.toString());
    }
  }

  private static void requests(InetSocketAddress edge, int count, int up, int down)
      throws IOException {
    byte[] head =
        ("POST "
                + DemoNode.BYTES_PATH
                + down
                + " HTTP/1.1\r\nHost: edge\r\n"
                + "Content-Length: "
                + up
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] body = new byte[up];
    try (Socket socket = new Socket()) {
      socket.connect(edge);
      socket.setSoTimeout(READ_TIMEOUT_MS);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (int i = 0; i < count; i++) {
        socket.getOutputStream().write(head);
        socket.getOutputStream().write(body);
        skipHead(in);
        in.skipNBytes(down);
      }
    }
  }

  /** Reads to the end of the empty line that ends the head of an answer. */
  private static void skipHead(InputStream in) throws IOException {
    int newlines = 0;
    while (newlines < 2) {
      switch (in.read()) {
        case -1 -> throw new IOException("the edge has closed");
        case '\n' -> newlines++;
        case '\r' -> {}
        default -> newlines = 0;
      }
    }
  }
}
