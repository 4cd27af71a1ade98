package io.headgate.relay;

import io.headgate.model.Addresses;
import io.headgate.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;

/** A backend whose every move the test makes itself. */
final class Listening implements AutoCloseable {
  private final ServerSocket socket;

  private Listening(ServerSocket socket) {
    this.socket = socket;
  }

  /** On a free port of a literal address. */
  static Listening on(String address) {
    return on(new InetSocketAddress(Addresses.parse(address).orElseThrow(), 0), 50);
  }

  /**
   * @param backlog so many connections plus one that nobody accepts are taken by the kernel
   */
  static Listening on(InetSocketAddress address, int backlog) {
    try {
      ServerSocket socket = ServerSocketChannel.open().socket();
      socket.bind(address, backlog);
      return new Listening(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  Peer accept() {
    try {
      socket.setSoTimeout((int) Eventually.DEADLINE.toMillis());
      return new Peer(socket.accept());
    } catch (SocketTimeoutException e) {
      throw new AssertionError("nobody came to " + this, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** True where no connection is waiting to be accepted right now. */
  boolean nobodyWaits() {
    try {
      socket.setSoTimeout(1);
      socket.accept().close();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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

  @Override
  public String toString() {
    return Addresses.text(address());
  }
}
