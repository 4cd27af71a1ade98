package io.headgate.testing;

import io.headgate.model.Addresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports for programs that cannot be told to take any free one and say which. */
public final class Ports {
  private Ports() {}

  /** One of a literal address that was free a moment ago. */
  public static InetSocketAddress free(String address) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(Addresses.parse(address).orElseThrow(), 0));
      return (InetSocketAddress) socket.getLocalSocketAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
