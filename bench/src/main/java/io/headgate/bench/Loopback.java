package io.headgate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.util.List;

/** Everything on this host's 127.0.0.0/8. */
record Loopback() implements Network {
  @Override
  public Kind kind() {
    return Kind.LOOPBACK;
  }

  @Override
  public void create() {}

  @Override
  public List<String> command(Party party, List<String> command) {
    return command;
  }

  @Override
  public InetSocketAddress proxyAddress() throws IOException {
    return free("127.0.0.1");
  }

  @Override
  public InetSocketAddress backendAddress(int number) throws IOException {
    return free("127.0.0." + (1 + number));
  }

  private static InetSocketAddress free(String host) throws IOException {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, 0));
      return new InetSocketAddress(host, socket.getLocalPort());
    }
  }

  @Override
  public String description() throws IOException {
    return "loopback with MTU "
        + NetworkInterface.getByName("lo").getMTU()
        + ", congestion control "
        + CongestionControl.ofThisHost();
  }

  @Override
  public void remove() {}
}
