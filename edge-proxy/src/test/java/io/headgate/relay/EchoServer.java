package io.headgate.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend that says its one-letter name to every client, then returns what it is sent, and ends
 * when the client does. Accepting is done by one virtual thread, each connection has one more.
 */
final class EchoServer implements AutoCloseable {
  private final String name;
  private final ServerSocket listening;
  private final AtomicInteger served = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private EchoServer(String name, ServerSocket listening) {
    this.name = name;
    this.listening = listening;
  }

  static EchoServer start(String name, InetSocketAddress address) {
    try {
      var listening = new ServerSocket();
      listening.bind(address, 1024);
      var server = new EchoServer(name, listening);
      Thread.ofVirtual().start(server::acceptAll);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listening.getLocalSocketAddress();
  }

  /** Connections so far. */
  int served() {
    return served.get();
  }

  private void acceptAll() {
    while (true) {
      try {
        Socket client = listening.accept();
        open.add(client);
        served.incrementAndGet();
        Thread.ofVirtual().start(() -> echo(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void echo(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      client.getOutputStream().write(name.getBytes(ISO_8859_1));
      client.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      // The client has reset, or the test is over: either way there is nobody left to echo to.
    } finally {
      open.remove(client);
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket client : open) {
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
