package io.headgate.linux;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Command;
import io.headgate.testing.Namespaces;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class InterfaceAddressesIT {
  private final Namespaces namespaces = Namespaces.open();
  private final Namespaces.Host host = namespaces.add();
  private final InterfaceAddresses addresses = InterfaceAddresses.open().orElseThrow();
  private final NetworkLinks links = NetworkLinks.open().orElseThrow();
  private int index;

  @BeforeEach
  void find_the_link() {
    index = link().index();
  }

  @AfterEach
  void close() {
    links.close();
    addresses.close();
    namespaces.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.100/32", "2001:db8::100/128"})
  void an_address_has_our_mark_and_vanishes_by_itself(String text) {
    var address = InetAddress.ofLiteral(text.substring(0, text.indexOf('/')));
    int length = Integer.parseInt(text.substring(text.indexOf('/') + 1));

    assertThat(addresses.put(index, address, length, 2).orElseThrow()).isEqualTo(Change.MADE);

    assertThat(shown()).contains(text);
    InterfaceAddress found = find(address).orElseThrow();
    assertThat(found.protocol()).isEqualTo(InterfaceAddresses.PROTOCOL);
    assertThat(found.prefixLength()).isEqualTo(length);
    assertThat(found.interfaceIndex()).isEqualTo(index);
    assertThat(found.validSeconds()).isLessThanOrEqualTo(2);
    assertThat(found.preferredSeconds()).isZero();
    assertThat(found.tentative()).isFalse();
    eventually(() -> assertThat(shown()).doesNotContain(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.101", "2001:db8::101"})
  void an_address_that_is_put_again_begins_its_lifetime_anew(String text) {
    var address = InetAddress.ofLiteral(text);
    int length = address.getAddress().length * 8;
    assertThat(addresses.put(index, address, length, 100).optional()).isPresent();
    assertThat(addresses.put(index, address, length, 1000).optional()).isPresent();
    assertThat(find(address).orElseThrow().validSeconds()).isBetween(900L, 1000L);

    assertThat(addresses.put(index, address, length, InterfaceAddresses.WITHOUT_END).optional())
        .isPresent();
    assertThat(find(address).orElseThrow().validSeconds()).isEqualTo(InterfaceAddress.FOREVER);
    assertThat(shown()).contains(text + "/" + length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.102", "2001:db8::102"})
  void an_address_is_removed_once(String text) {
    var address = InetAddress.ofLiteral(text);
    int length = address.getAddress().length * 8;
    assertThat(addresses.put(index, address, length, 100).optional()).isPresent();
    assertThat(addresses.remove(index, address, length).orElseThrow()).isEqualTo(Change.MADE);
    assertThat(shown()).doesNotContain(text);
    assertThat(addresses.remove(index, address, length).orElseThrow()).isEqualTo(Change.NONE);
    assertThat(addresses.remove(Integer.MAX_VALUE, address, length).orElseThrow())
        .isEqualTo(Change.NONE);
  }

  @Test
  void an_interface_that_is_not_there_is_told_in_words() {
    assertThat(addresses.put(Integer.MAX_VALUE, InetAddress.ofLiteral("192.0.2.1"), 32, 9))
        .isInstanceOfSatisfying(
            Attempt.Refused.class,
            refused -> {
              assertThat(refused.errno()).isEqualTo(Errno.ENODEV);
              assertThat(refused.why()).startsWith("cannot add 192.0.2.1/32: ");
            });
  }

  @Test
  void the_kernel_s_words_come_with_its_refusal() {
    assertThat(addresses.put(index, InetAddress.ofLiteral("192.0.2.1"), 77, 9))
        .isInstanceOfSatisfying(
            Attempt.Refused.class,
            refused ->
                assertThat(refused.why())
                    .matches("cannot add 192.0.2.1/77: .+ \\(Invalid argument\\)"));
  }

  @Test
  void an_address_of_ours_is_never_a_source() {
    byte[] here = host.neighbour().getAddress();
    here[3] = 33;
    byte[] here6 = host.address6().getAddress();
    here6[15] = 0x33;
    assertThat(addresses.put(index, address(here), 32, 100).optional()).isPresent();
    assertThat(addresses.put(index, address(here6), 128, 100).optional()).isPresent();

    assertThat(Command.run("ip", "route", "get", host.address().getHostAddress()))
        .contains("src " + host.neighbour().getHostAddress() + " ");
    assertThat(Command.run("ip", "route", "get", host.address6().getHostAddress()))
        .containsPattern("src fd00:198:18:[0-9a-f]+::1 ");
  }

  @Test
  void what_an_administrator_has_added_is_not_ours() {
    Command.run("ip", "address", "add", "192.0.2.103/32", "dev", host.link());
    assertThat(find(InetAddress.ofLiteral("192.0.2.103")).orElseThrow())
        .isEqualTo(
            new InterfaceAddress(
                index,
                InetAddress.ofLiteral("192.0.2.103"),
                32,
                0,
                InterfaceAddress.FOREVER,
                InterfaceAddress.FOREVER,
                false,
                false));
  }

  @Test
  void a_link_is_usable_until_its_cable_is_cut() {
    eventually(() -> assertThat(link().usable()).isTrue());
    assertThat(link().mac().orElseThrow().toString())
        .isEqualTo(Command.run("cat", "/sys/class/net/" + host.link() + "/address").strip());
    assertThat(link().mtuBytes()).isEqualTo(1500);
    assertThat(link().kind()).contains("veth");
    assertThat(link().loopback()).isFalse();

    host.linkDown();

    eventually(() -> assertThat(link().carrier()).isFalse());
    assertThat(link().up()).isTrue();
    assertThat(link().usable()).isFalse();
  }

  @Test
  void a_part_of_a_bridge_names_it() {
    NetworkLink inside =
        host.call(() -> {
          Command.run("ip", "-n", host.name(), "link", "add", "br0", "type", "bridge");
          Command.run("ip", "-n", host.name(), "link", "set", "eth0", "master", "br0");
          try (var there = NetworkLinks.open().orElseThrow()) {
            int bridge = there.named("br0").orElseThrow().orElseThrow().index();
            NetworkLink port = there.named("eth0").orElseThrow().orElseThrow();
            assertThat(port.masterIndex()).hasValue(bridge);
            return port;
          }
        });
    assertThat(inside.name()).isEqualTo("eth0");
  }

  private NetworkLink link() {
    return links.named(host.link()).orElseThrow().orElseThrow();
  }

  private String shown() {
    return Command.run("ip", "address", "show", "dev", host.link());
  }

  private Optional<InterfaceAddress> find(InetAddress address) {
    List<InterfaceAddress> all = addresses.list().orElseThrow();
    return all.stream().filter(one -> one.address().equals(address)).findFirst();
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
