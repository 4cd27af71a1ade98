package io.headgate.takeover;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.testing.Lan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A connection of a client with a server that sends back what it gets. Owns its socket. */
record Conversation(Socket socket) implements AutoCloseable {
  static Conversation begin(Lan.Host client, InetAddress address, int port, Duration patience) {
    return client.call(() -> {
      var socket = new Socket(address, port);
      socket.setSoTimeout((int) patience.toMillis());
      return new Conversation(socket);
    });
  }

  /** What comes back of some ASCII words; less where the connection has ended. */
  String say(String words) {
    try {
      socket.getOutputStream().write(words.getBytes(US_ASCII));
      return new String(socket.getInputStream().readNBytes(words.length()), US_ASCII);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Waits until the other end has ended it, by a reset or in order. */
  boolean ends() {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException _) {
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
