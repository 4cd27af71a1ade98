package io.headgate.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Sends back what it gets: a backend on the loopback interface of a host, in this process. */
public final class EchoServer implements AutoCloseable {
  /** Where it listens, on 127.0.0.1. */
  public static final int PORT = 8082;

  private final ServerSocket server;

  private EchoServer(ServerSocket server) {
    this.server = server;
  }

  public static EchoServer on(NetworkNamespace host) {
    return host.call(() -> {
      var server = new ServerSocket(PORT, 0, InetAddress.ofLiteral("127.0.0.1"));
      Thread.ofVirtual().start(() -> acceptAll(server));
      return new EchoServer(server);
    });
  }

  private static void acceptAll(ServerSocket server) {
    try {
      while (true) {
        Socket accepted = server.accept();
        Thread.ofVirtual().start(() -> sendBack(accepted));
      }
    } catch (IOException _) {
      // closed: the test is over
    }
  }

  private static void sendBack(Socket accepted) {
    try (accepted;
        InputStream in = accepted.getInputStream()) {
      in.transferTo(accepted.getOutputStream());
    } catch (IOException _) {
      // reset by the other end, which sees what it wants to see
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
