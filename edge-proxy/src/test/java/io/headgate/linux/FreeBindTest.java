package io.headgate.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@EnabledOnOs(OS.LINUX)
class FreeBindTest {
  private final StreamSockets sockets = new StreamSockets();

  @ParameterizedTest
  @ValueSource(strings = {"203.0.113.7", "2001:db8::7"})
  void a_listener_may_be_there_before_its_address(String text) {
    InetAddress absent = InetAddress.ofLiteral(text);
    assumeThat(HostAddress.bindsAnything(absent)).isFalse();
    boolean ipv6 = absent.getAddress().length == 16;
    int fd = sockets.open(ipv6);
    try {
      var to = new InetSocketAddress(absent, 0);
      assertThat(sockets.bind(fd, to, ipv6)).isEqualTo(-Errno.EADDRNOTAVAIL);
      assertThat(sockets.set(fd, SocketOption.FREE_BIND, 1)).isZero();
      assertThat(sockets.bind(fd, to, ipv6)).isZero();
      assertThat(sockets.listen(fd, 1)).isZero();
      assertThat(sockets.localAddress(fd).getAddress()).isEqualTo(absent);
    } finally {
      sockets.close(fd);
    }
  }
}
