package io.headgate.linux;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Command;
import io.headgate.testing.Namespaces;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All of it in a host of its own: names of these interfaces are the same everywhere. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class VirtualMacInterfaceIT {
  private final Namespaces namespaces = Namespaces.open();
  private final Namespaces.Host host = namespaces.add();

  @AfterEach
  void close() {
    namespaces.close();
  }

  @Test
  void a_neighbour_is_answered_with_the_virtual_address_alone() {
    InetAddress address = otherAddress();
    host.call(() -> {
      try (var links = NetworkLinks.open().orElseThrow();
          var addresses = InterfaceAddresses.open().orElseThrow()) {
        NetworkLink parent = links.named("eth0").orElseThrow().orElseThrow();
        var created = VirtualMacInterface.create(links, parent, false, 51).orElseThrow();
        assertThat(host.run("ip", "link", "show", "vrrp.51")).doesNotContain("UP");
        assertThat(created.raise(links).optional()).isPresent();
        assertThat(addresses.put(created.index(), address, 32, 100).optional()).isPresent();
        assertThat(created.name()).isEqualTo("vrrp.51");
        assertThat(setting("ipv4", "vrrp.51", "arp_ignore")).isEqualTo("1");
        assertThat(setting("ipv4", "vrrp.51", "accept_local")).isEqualTo("1");
        assertThat(setting("ipv4", "vrrp.51", "rp_filter")).isEqualTo("0");
        assertThat(setting("ipv4", "eth0", "arp_ignore")).isEqualTo("1");
        assertThat(setting("ipv4", "eth0", "arp_filter")).isEqualTo("1");
        assertThat(setting("ipv4", "eth0", "arp_announce")).isEqualTo("2");
      }
      return true;
    });

    assertThat(host.run("ip", "-d", "link", "show", "vrrp.51"))
        .contains("macvlan mode vepa", "00:00:5e:00:01:33", "UP");
    String text = address.getHostAddress();
    eventually(() -> {
      ask(address);
      assertThat(Command.run("ip", "neigh", "show", text)).contains("lladdr 00:00:5e:00:01:33");
    });
  }

  @Test
  void the_parent_is_as_it_was_when_the_last_of_its_is_deleted() {
    host.call(() -> {
      try (var links = NetworkLinks.open().orElseThrow()) {
        NetworkLink parent = links.named("eth0").orElseThrow().orElseThrow();
        assertThat(links.set(parent.index(), Map.of(Ipv4Setting.ARP_ANNOUNCE, 1)).optional())
            .isPresent();
        var first = VirtualMacInterface.create(links, parent, false, 51).orElseThrow();
        var second = VirtualMacInterface.create(links, parent, false, 52).orElseThrow();
        first.delete(links).orElseThrow();
        assertThat(setting("ipv4", "eth0", "arp_announce")).isEqualTo("2");
        second.delete(links).orElseThrow();
        assertThat(setting("ipv4", "eth0", "arp_announce")).isEqualTo("1");
        assertThat(setting("ipv4", "eth0", "arp_ignore")).isEqualTo("0");
        assertThat(setting("ipv4", "eth0", "arp_filter")).isEqualTo("0");
      }
      return true;
    });
  }

  @Test
  void what_is_left_behind_is_deleted_and_nothing_else() {
    host.call(() -> {
      try (var links = NetworkLinks.open().orElseThrow()) {
        NetworkLink parent = links.named("eth0").orElseThrow().orElseThrow();
        links.addMacvlan("theirs", parent.index(), new MacAddress(0x02_00_00_00_00_99L));
        VirtualMacInterface.create(links, parent, false, 51).orElseThrow();
        VirtualMacInterface.create(links, parent, true, 51).orElseThrow();
        var again = VirtualMacInterface.create(links, parent, false, 51).orElseThrow();
        assertThat(links.named("vrrp.51").orElseThrow().orElseThrow().index())
            .as("another in its place")
            .isEqualTo(again.index());

        assertThat(VirtualMacInterface.deleteLeftBehind(links).orElseThrow())
            .containsExactlyInAnyOrder("vrrp.51", "vrrp6.51");

        assertThat(host.run("ip", "link")).contains("theirs").doesNotContain("vrrp");
        assertThat(setting("ipv4", "eth0", "arp_ignore")).isEqualTo("0");
      }
      return true;
    });
  }

  @Test
  void of_IPv6_it_has_no_address_of_its_own_and_is_deleted_once() {
    host.call(() -> {
      try (var links = NetworkLinks.open().orElseThrow()) {
        NetworkLink parent = links.named("eth0").orElseThrow().orElseThrow();
        var created = VirtualMacInterface.create(links, parent, true, 255).orElseThrow();
        assertThat(created.raise(links).optional()).isPresent();
        assertThat(created.concerns()).isEmpty();
        assertThat(created.mac()).hasToString("00:00:5e:00:02:ff");
        assertThat(host.run("ip", "address", "show", "dev", "vrrp6.255"))
            .contains("00:00:5e:00:02:ff", "UP")
            .doesNotContain("inet6");
        assertThat(setting("ipv6", "vrrp6.255", "accept_ra")).isEqualTo("0");
        assertThat(created.lower(links).optional()).isPresent();
        assertThat(host.run("ip", "link", "show", "vrrp6.255")).doesNotContain("UP");

        assertThat(created.delete(links).orElseThrow()).isEqualTo(Change.MADE);
        assertThat(host.run("ip", "link")).doesNotContain("vrrp6.255");
        assertThat(created.delete(links).orElseThrow()).isEqualTo(Change.NONE);
      }
      return true;
    });
  }

  @Test
  void the_interface_of_a_keepalived_that_lives_is_left_alone() {
    host.run(
        "sh",
        "-c",
        "ip link add vrrp.51 link eth0 address 00:00:5e:00:01:33 type macvlan mode private"
            + " && ip link set vrrp.51 up");
    host.call(() -> {
      try (var links = NetworkLinks.open().orElseThrow()) {
        NetworkLink parent = links.named("eth0").orElseThrow().orElseThrow();
        assertThat(VirtualMacInterface.create(links, parent, false, 51).optional()).isEmpty();
        assertThat(VirtualMacInterface.deleteLeftBehind(links).orElseThrow()).isEmpty();
      }
      return true;
    });
    assertThat(host.run("ip", "-d", "link", "show", "vrrp.51")).contains("private");
  }

  @Test
  void one_of_that_name_that_is_another_is_left_alone() {
    host.run("ip", "link", "add", "vrrp.51", "type", "bridge");
    host.call(() -> {
      try (var links = NetworkLinks.open().orElseThrow()) {
        NetworkLink parent = links.named("eth0").orElseThrow().orElseThrow();
        assertThat(VirtualMacInterface.create(links, parent, false, 51))
            .isEqualTo(
                new Attempt.Refused<VirtualMacInterface>(
                    Errno.EEXIST,
                    "cannot create the interface vrrp.51: there is another one of that" + " name"));
      }
      return true;
    });
    assertThat(host.run("ip", "-d", "link", "show", "vrrp.51")).contains("bridge");
  }

  /** A datagram, before which the neighbour's Ethernet address has to be asked for. */
  private static void ask(InetAddress address) throws IOException {
    try (var socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(new byte[1], 1, address, 9));
    }
  }

  /** /proc/sys/net is that of the thread's own network. */
  private static String setting(String family, String link, String name) throws Exception {
    return Files.readString(Path.of("/proc/sys/net", family, "conf", link, name)).strip();
  }

  private InetAddress otherAddress() {
    byte[] bytes = host.address().getAddress();
    bytes[3] = 77;
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
