package io.headgate.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A node with one NodePort behind which a web server answers with the node's name. */
final class TestNode implements AutoCloseable {
  private final String name;
  private final InetAddress address;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /**
   * @param port 0 for a free one
   */
  TestNode(String name, String address, int port) throws IOException {
    this.name = name;
    this.address = InetAddress.ofLiteral(address);
    this.server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(this.address, port), 1024);
    threads.execute(this::accept);
  }

  String name() {
    return name;
  }

  String address() {
    return address.getHostAddress();
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
    threads.shutdownNow();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        threads.execute(() -> answer(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  /** Answers request after request on one connection, as keep-alive clients expect. */
  private void answer(Socket socket) {
    try (socket) {
      var lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty()) {
          socket
              .getOutputStream()
              .write(
                  ("HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name)
                      .getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      // The client is gone.
    } finally {
      open.remove(socket);
    }
  }
}
