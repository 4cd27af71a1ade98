package io.headgate.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Needs;
import java.net.InetAddress;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a process without privileges is told. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PrivilegesIT {
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.100");

  @BeforeAll
  static void can_give_privileges_up() {
    Needs.root();
  }

  @Test
  void raw_sockets_need_a_capability_and_say_which() {
    assertThat(
            Within.noPrivileges(() ->
                VrrpSocket.open(1, InetAddress.ofLiteral("127.0.0.1"), VrrpSocket.Mode.MULTICAST)))
        .isEqualTo(
            new Attempt.Refused<VrrpSocket>(
                Errno.EPERM,
                "cannot open a raw IPv4 socket of protocol 112 on interface 1: needs CAP_NET_RAW"));
    assertThat(Within.noPrivileges(() -> PacketSocket.open(1, PacketSocket.Hears.ARP)))
        .isEqualTo(
            new Attempt.Refused<PacketSocket>(
                Errno.EPERM, "cannot open a packet socket: needs CAP_NET_RAW"));
  }

  @Test
  void addresses_are_listed_by_anybody_and_changed_with_a_capability() {
    Attempt<Change> change =
        Within.noPrivileges(() -> {
          try (var addresses = InterfaceAddresses.open().orElseThrow()) {
            assertThat(addresses.list().orElseThrow()).isNotEmpty();
            return addresses.put(1, ADDRESS, 32, 3);
          }
        });
    assertThat(change)
        .isEqualTo(
            new Attempt.Refused<Change>(
                Errno.EPERM, "cannot add 192.0.2.100/32: needs CAP_NET_ADMIN"));
  }

  @Test
  void warming_up_does_what_it_can() {
    assertThat(
            Within.noPrivileges(() -> {
              TakeoverCalls.warm();
              return true;
            }))
        .isTrue();
    TakeoverCalls.warm();
  }
}
