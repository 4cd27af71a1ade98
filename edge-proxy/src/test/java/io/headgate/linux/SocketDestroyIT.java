package io.headgate.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.testing.Command;
import io.headgate.testing.Namespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class SocketDestroyIT {
  private final Namespaces namespaces = Namespaces.open();
  private final Namespaces.Host host = namespaces.add();

  @AfterEach
  void close() {
    namespaces.close();
  }

  /** A Java server's sockets are of IPv6, with mapped addresses. */
  @Test
  void both_ends_of_a_connection_see_a_reset_and_other_addresses_are_left_alone() throws Exception {
    InetAddress kept = host.neighbour();
    InetAddress let = sibling(kept);
    Command.run("ip", "address", "add", let.getHostAddress() + "/32", "dev", host.link());
    try (var server = new ServerSocket(0);
        Socket ending = connect(let, server.getLocalPort());
        Socket endingHere = server.accept();
        Socket staying = connect(kept, server.getLocalPort());
        Socket stayingHere = server.accept()) {
      assertThat(endingHere.getLocalAddress()).isEqualTo(let);

      assertThat(SocketDestroy.connectionsOf(let).orElseThrow()).isEqualTo(1);

      assertThatThrownBy(() -> ending.getInputStream().read())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
      assertThatThrownBy(() -> endingHere.getInputStream().read()).isInstanceOf(IOException.class);
      staying.getOutputStream().write(42);
      assertThat(stayingHere.getInputStream().read()).isEqualTo(42);
      assertThat(SocketDestroy.connectionsOf(let).orElseThrow()).isZero();

      try (Socket again = connect(let, server.getLocalPort());
          Socket againHere = server.accept()) {
        assertThat(againHere.isConnected()).as("the listener has stayed").isTrue();
        assertThat(again.isConnected()).isTrue();
      }
    }
  }

  @Test
  void sockets_of_IPv4_and_of_IPv6_are_found() throws Exception {
    assertEnds(StandardProtocolFamily.INET, host.neighbour());
    InetAddress address6 = InetAddress.ofLiteral("2001:db8::100");
    Command.run("ip", "address", "add", "2001:db8::100/128", "dev", host.link(), "nodad");
    host.run("ip", "route", "add", "2001:db8::100/128", "dev", "eth0");
    assertEnds(StandardProtocolFamily.INET6, address6);
  }

  private void assertEnds(StandardProtocolFamily family, InetAddress address) throws Exception {
    SocketDestroy.connectionsOf(address).orElseThrow(); // hosts of tests before have died with some
    try (var server = ServerSocketChannel.open(family)) {
      server.bind(new InetSocketAddress(address, 0));
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      try (Socket client = connect(address, port);
          SocketChannel here = server.accept()) {
        assertThat(client.isConnected()).isTrue();
        assertThat(SocketDestroy.connectionsOf(address).orElseThrow()).isEqualTo(1);
        assertThatThrownBy(() -> here.read(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
      }
    }
  }

  private Socket connect(InetAddress address, int port) {
    return host.call(() -> new Socket(address, port));
  }

  private static InetAddress sibling(InetAddress of) throws Exception {
    byte[] bytes = of.getAddress();
    bytes[3] = 77;
    return InetAddress.getByAddress(bytes);
  }
}
