package io.headgate.health;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A node's port on loopback that treats every connection in the same way. */
final class LoopbackServer implements AutoCloseable {
  /** What is done with one connection; it is closed afterwards. */
  interface Service {
    void serve(Socket connection) throws Exception;
  }

  private static final String END = "\r\n\r\n";

  private final ServerSocket listener;
  private final Service service;
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private final Queue<Socket> connections = new ConcurrentLinkedQueue<>();

  LoopbackServer(ServerSocket listener, Service service) {
    this.listener = listener;
    this.service = service;
    Thread.ofVirtual().start(this::accept);
  }

  LoopbackServer(Service service) throws IOException {
    this(new ServerSocket(0, 1024, InetAddress.getLoopbackAddress()), service);
  }

  /** Answers every request with this status line and a small body. */
  static LoopbackServer http(String status) throws IOException {
    return new LoopbackServer(connection -> answer(connection, status));
  }

  static void answer(Socket connection, String status) throws IOException {
    readRequest(connection);
    String answer = "HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n\r\nok";
    connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
  }

  /** A PROXY header of version 2 begins with what a request ends with. */
  static String readRequest(Socket connection) throws IOException {
    var request = new StringBuilder();
    while (request.length() == END.length() || !request.toString().endsWith(END)) {
      int next = connection.getInputStream().read();
      if (next < 0) {
        break;
      }
      request.append((char) next);
    }
    return request.toString();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  int accepted() {
    return accepted.get();
  }

  int mostOpen() {
    return mostOpen.get();
  }

  int open() {
    return open.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket connection = listener.accept();
        connections.add(connection);
        accepted.incrementAndGet();
        mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      service.serve(connection);
    } catch (Exception _) {
      // The probe has gone away, which is its right.
    } finally {
      open.decrementAndGet();
      connections.remove(connection);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
