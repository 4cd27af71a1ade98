package io.headgate.kubernetes;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;

/**
 * One of several ways to the same API server, which can be killed or hang by itself: to a client it
 * is an API server of its own that shares the store of the others.
 */
final class Front implements AutoCloseable {
  final List<String> clientNames = new CopyOnWriteArrayList<>();
  final List<String> serverNames = new CopyOnWriteArrayList<>();
  final AtomicInteger accepted = new AtomicInteger();
  private final int target;
  private final TestTls tls;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean hanging;
  private ServerSocket listening;
  private int port;

  /** In plain text. */
  Front(int target) throws IOException {
    this(target, TestTls.NONE);
  }

  Front(int target, TestTls tls) throws IOException {
    this.target = target;
    this.tls = tls;
    listening = listen(0);
    port = listening.getLocalPort();
  }

  String url() {
    return (tls == TestTls.NONE ? "http" : "https") + "://127.0.0.1:" + port;
  }

  /** Closes the port and every connection. */
  void kill() {
    closeQuietly(listening);
    sockets.forEach(Front::closeQuietly);
    sockets.clear();
  }

  /**
   * Listens again where it did. Meanwhile somebody else's connection may have taken the port for
   * its own end, which is soon over.
   */
  void revive() throws IOException, InterruptedException {
    hanging = false;
    long deadlineNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      try {
        listening = listen(port);
        return;
      } catch (BindException e) {
        if (System.nanoTime() - deadlineNs > 0) {
          throw e;
        }
        Thread.sleep(20);
      }
    }
  }

  /** Connections are accepted and kept, and not a byte goes through any of them. */
  void hang() {
    hanging = true;
  }

  private ServerSocket listen(int wanted) throws IOException {
    var socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
    Thread.ofVirtual().start(() -> accept(socket));
    return socket;
  }

  private void accept(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        accepted.incrementAndGet();
        sockets.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return; // killed
      }
    }
  }

  private void serve(Socket accepted) {
    try {
      if (hanging) {
        return;
      }
      Socket client = tls.serverSide(accepted);
      if (client instanceof SSLSocket secure) {
        secure.startHandshake();
        clientNames.add(TestTls.peerName(secure));
        serverNames.addAll(TestTls.askedFor(secure));
      }
      var server = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(client);
      sockets.add(server);
      Thread.ofVirtual().start(() -> pump(client, server));
      pump(server, client);
    } catch (IOException e) {
      closeQuietly(accepted); // a client that was not let in
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] bytes = new byte[16 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        while (hanging && !from.isClosed()) {
          Thread.sleep(5);
        }
        out.write(bytes, 0, read);
        out.flush();
      }
    } catch (IOException e) {
      // one side is gone, so the other goes too
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      // closed is closed
    }
  }

  @Override
  public void close() {
    kill();
  }
}
