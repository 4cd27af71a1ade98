package io.headgate.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The clients of the demo: a new connection every few milliseconds, and a few that are held open
 * for as long as the demo runs. Everything that goes wrong for them is counted. Virtual threads.
 */
final class DemoTraffic implements AutoCloseable {
  private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(25);
  private static final int HELD_CONNECTIONS = 12;
  private static final int READ_TIMEOUT_MS = 5_000;

  private final InetSocketAddress edge;
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, LongAdder> answersByNode = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> heldByNode = new ConcurrentHashMap<>();
  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder cut = new LongAdder();
  private volatile boolean closing;

  DemoTraffic(int port) {
    this.edge = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  void start() {
    for (int i = 0; i < HELD_CONNECTIONS; i++) {
      clients.execute(this::hold);
    }
    clients.execute(this::requestAgainAndAgain);
  }

  /** Answers since the last call, by the node that gave them. */
  Map<String, Long> answersSinceLastAsked() {
    Map<String, Long> answers = new TreeMap<>();
    answersByNode.forEach((node, count) -> answers.put(node, count.sumThenReset()));
    return answers;
  }

  /** Connections that are held now, by node. */
  Map<String, Long> held() {
    Map<String, Long> held = new TreeMap<>();
    heldByNode.forEach((node, count) -> held.put(node, count.get()));
    return held;
  }

  long answered() {
    return answered.sum();
  }

  long failed() {
    return failed.sum();
  }

  /** Held connections that did not live until the end of the demo. */
  long cut() {
    return cut.sum();
  }

  @Override
  public void close() {
    closing = true;
    clients.shutdownNow();
  }

  private void requestAgainAndAgain() {
    while (!closing) {
      clients.execute(this::request);
      try {
        Thread.sleep(BETWEEN_REQUESTS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void request() {
    try (Socket socket = connect("/")) {
      String node = "";
      var lines = lines(socket);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        node = line;
      }
      if (!node.startsWith("node-")) {
        throw new IOException("the answer was cut short");
      }
      answered.increment();
      answersByNode.computeIfAbsent(node, name -> new LongAdder()).increment();
    } catch (IOException e) {
      if (!closing) {
        failed.increment();
      }
    }
  }

  private void hold() {
    AtomicLong counted = null;
    try (Socket socket = connect("/stream")) {
      var lines = lines(socket);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (counted == null && line.startsWith("node-")) {
          counted = heldByNode.computeIfAbsent(line, name -> new AtomicLong());
          counted.incrementAndGet();
        }
      }
      throw new IOException("the stream has ended");
    } catch (IOException e) {
      if (!closing) {
        cut.increment();
        if (counted != null) {
          counted.decrementAndGet();
        }
      }
    }
  }

  private Socket connect(String path) throws IOException {
    Socket socket = new Socket();
    socket.connect(edge);
    socket.setSoTimeout(READ_TIMEOUT_MS);
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static BufferedReader lines(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
  }
}
