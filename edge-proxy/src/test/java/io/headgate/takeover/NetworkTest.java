package io.headgate.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.linux.InterfaceAddress;
import io.headgate.linux.InterfaceAddresses;
import io.headgate.linux.MacAddress;
import io.headgate.linux.NetworkLink;
import io.headgate.vrrp.Family;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class NetworkTest {
  private static final InetAddress SHARED = ip("192.0.2.100");
  private static final NetworkLink ETH0 = link(true, true);

  @Test
  void an_advertisement_comes_from_the_first_address_that_is_the_hosts_own() {
    Network network =
        new Network(
            List.of(ETH0),
            List.of(
                address(3, "198.51.100.1", 0),
                address(2, "192.0.2.100", 0), // shared, put there by an administrator
                address(2, "192.0.2.101", InterfaceAddresses.PROTOCOL),
                address(2, "192.0.2.11", 0),
                address(2, "192.0.2.12", 0),
                address(2, "2001:db8::11", 0),
                address(2, "fe80::11", 0)));
    assertThat(network.sources(ETH0, Set.of(SHARED), false))
        .isEqualTo(Map.of(Family.IPV4, ip("192.0.2.11"), Family.IPV6, ip("fe80::11")));
    assertThat(network.sources(ETH0, Set.of(SHARED), true))
        .containsEntry(Family.IPV6, ip("2001:db8::11"));
  }

  @Test
  void an_address_that_may_be_anothers_is_no_source() {
    InterfaceAddress tentative =
        new InterfaceAddress(
            2,
            ip("fe80::1"),
            64,
            0,
            InterfaceAddress.FOREVER,
            InterfaceAddress.FOREVER,
            true,
            false);
    assertThat(new Network(List.of(ETH0), List.of(tentative)).sources(ETH0, Set.of(), false))
        .isEmpty();
  }

  @Test
  void an_interface_that_cannot_be_used_says_why() {
    assertThat(new Network(List.of(ETH0), List.of()).problem("eth0")).isEmpty();
    assertThat(Network.UNKNOWN.problem("eth0")).contains("there is no interface eth0");
    assertThat(new Network(List.of(link(false, true)), List.of()).problem("eth0"))
        .contains("interface eth0 is down");
    assertThat(new Network(List.of(link(true, false)), List.of()).problem("eth0"))
        .contains("interface eth0 has no carrier");
  }

  @Test
  void what_carries_our_mark_is_ours() {
    InterfaceAddress left = address(1, "192.0.2.100", InterfaceAddresses.PROTOCOL);
    Network network = new Network(List.of(), List.of(address(1, "192.0.2.1", 3), left));
    assertThat(network.ours()).containsExactly(left);
    assertThat(network.has(1, SHARED)).isTrue();
    assertThat(network.has(2, SHARED)).isFalse();
  }

  private static NetworkLink link(boolean up, boolean carrier) {
    return new NetworkLink(
        2,
        "eth0",
        Optional.of(MacAddress.parse("02:00:00:00:00:01")),
        up,
        carrier,
        carrier,
        false,
        OptionalInt.empty(),
        OptionalInt.empty(),
        1500,
        Optional.empty(),
        Optional.empty());
  }

  private static InterfaceAddress address(int index, String text, int protocol) {
    return new InterfaceAddress(
        index,
        ip(text),
        24,
        protocol,
        InterfaceAddress.FOREVER,
        InterfaceAddress.FOREVER,
        false,
        false);
  }

  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }
}
