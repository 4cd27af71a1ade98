package io.headgate.relay;

import io.headgate.model.Addresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** Addresses at which nobody serves, each in its own way. */
final class Silent {
  private Silent() {}

  /** Connections to it are refused; the port is ours, so that nobody else takes it meanwhile. */
  static Refusing refusing(String address) {
    try {
      var socket = new Socket();
      socket.bind(new InetSocketAddress(Addresses.parse(address).orElseThrow(), 0));
      return new Refusing(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Connections to it get no answer at all: Linux drops SYNs to a socket whose accept queue is
   * full, which is what a node behind a dead link looks like.
   */
  static Blackhole blackhole(String address) {
    var hole =
        new Blackhole(
            Listening.on(new InetSocketAddress(Addresses.parse(address).orElseThrow(), 0), 1),
            new ArrayList<>());
    hole.fill();
    return hole;
  }

  record Refusing(Socket bound) implements AutoCloseable {
    InetSocketAddress address() {
      return (InetSocketAddress) bound.getLocalSocketAddress();
    }

    @Override
    public void close() {
      try {
        bound.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  record Blackhole(Listening listening, List<Socket> queued) implements AutoCloseable {
    InetSocketAddress address() {
      return listening.address();
    }

    private void fill() {
      try {
        while (true) {
          if (queued.size() > 16) {
            throw new AssertionError("the accept queue does not get full");
          }
          var socket = new Socket();
          queued.add(socket);
          socket.connect(address(), 200);
        }
      } catch (SocketTimeoutException e) {
        // It is full.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      listening.close();
      try {
        for (Socket socket : queued) {
          socket.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
