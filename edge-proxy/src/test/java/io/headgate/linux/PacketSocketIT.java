package io.headgate.linux;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Command;
import io.headgate.testing.Namespaces;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class PacketSocketIT {
  private static final MacAddress VIRTUAL = MacAddress.ofVirtualRouter(false, 51);

  private final Namespaces namespaces = Namespaces.open();
  private final Namespaces.Host host = namespaces.add();
  private final int hereIndex = index(host.link());
  private final int thereIndex = host.call(() -> index("eth0"));

  @AfterEach
  void close() {
    namespaces.close();
  }

  @Test
  void a_gratuitous_request_changes_what_a_neighbour_knows() {
    InetAddress address = otherAddress();
    String text = address.getHostAddress();
    host.run(
        "ip",
        "neigh",
        "replace",
        text,
        "lladdr",
        "02:00:00:00:00:99",
        "dev",
        "eth0",
        "nud",
        "stale");
    try (var here = open(PacketSocket.Hears.NOTHING)) {
      eventually(() -> {
        assertThat(here.send(gratuitousArp(address))).isZero();
        assertThat(host.run("ip", "neigh", "show", text, "dev", "eth0"))
            .contains("lladdr 00:00:5e:00:01:33");
      });
    }
  }

  @Test
  void arp_is_heard_as_it_is() {
    ByteBuffer sent = gratuitousArp(otherAddress());
    try (var here = open(PacketSocket.Hears.NOTHING);
        var there =
            host.call(() -> PacketSocket.open(thereIndex, PacketSocket.Hears.ARP).orElseThrow())) {
      assertThat(here.send(ipv6(Type.SOLICITATION))).as("no ARP").isZero();
      assertThat(here.send(sent)).isZero();

      PacketSocket.Frame heard = await(there);

      assertThat(heard.bytes()).isEqualTo(sent);
      assertThat(heard.destination()).isEqualTo(PacketSocket.Destination.BROADCAST);
      assertThat(heard.truncated()).isFalse();
      assertThat(here.receive()).isEqualTo(new Reception.Nothing<>());
    }
  }

  @Test
  void of_IPv6_only_solicitations_and_advertisements_are_heard() {
    try (var here = open(PacketSocket.Hears.NOTHING);
        var there =
            host.call(() ->
                PacketSocket.open(thereIndex, PacketSocket.Hears.NEIGHBOUR_DISCOVERY)
                    .orElseThrow())) {
      for (Type type : Type.values()) {
        assertThat(here.send(ipv6(type))).isZero();
      }
      // The kernel's own are heard as well: those of its link-local addresses.
      List<String> heard = new ArrayList<>();
      while (!heard.contains(hex(ipv6(Type.ADVERTISEMENT)))) {
        heard.add(hex(await(there).bytes()));
      }
      assertThat(heard).contains(hex(ipv6(Type.SOLICITATION)));
      assertThat(heard)
          .doesNotContain(hex(ipv6(Type.UDP)), hex(ipv6(Type.ECHO)), hex(ipv6(Type.FROM_AFAR)));
    }
  }

  @Test
  void an_interface_that_goes_down_is_told() {
    try (var here = open(PacketSocket.Hears.ARP)) {
      Command.run("ip", "link", "set", host.link(), "down");
      eventually(() ->
          assertThat(here.receive())
              .isEqualTo(
                  new Reception.Failed<>(Errno.ENETDOWN, "cannot receive: Network is down")));
      assertThat(here.send(gratuitousArp(otherAddress()))).isEqualTo(-Errno.ENETDOWN);
    }
  }

  @Test
  void an_interface_that_is_not_there_is_refused() {
    assertThat(PacketSocket.open(Integer.MAX_VALUE, PacketSocket.Hears.ARP))
        .isEqualTo(
            new Attempt.Refused<PacketSocket>(
                Errno.ENODEV,
                "cannot bind a packet socket to interface 2147483647: No such device"));
  }

  private enum Type {
    UDP(17, 0, 255),
    ECHO(58, 128, 255),
    FROM_AFAR(58, 136, 254),
    SOLICITATION(58, 135, 255),
    ADVERTISEMENT(58, 136, 255);

    final int next;
    final int type;
    final int hops;

    Type(int next, int type, int hops) {
      this.next = next;
      this.type = type;
      this.hops = hops;
    }
  }

  /** To all nodes, from the unspecified address, with a payload that no kernel takes. */
  private static ByteBuffer ipv6(Type type) {
    ByteBuffer frame = ByteBuffer.allocate(14 + 40 + 24);
    frame.put(MacAddress.parse("33:33:00:00:00:01").bytes()).put(VIRTUAL.bytes());
    frame.putShort((short) 0x86dd).putInt(0x6000_0000).putShort((short) 24);
    frame.put((byte) type.next).put((byte) type.hops).put(new byte[16]);
    frame.put(InetAddress.ofLiteral("ff02::1").getAddress());
    return frame.put((byte) type.type).clear();
  }

  private static ByteBuffer gratuitousArp(InetAddress address) {
    ByteBuffer frame = ByteBuffer.allocate(42);
    frame.put(MacAddress.BROADCAST.bytes()).put(VIRTUAL.bytes()).putShort((short) 0x0806);
    frame.putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4);
    frame.putShort((short) 1).put(VIRTUAL.bytes()).put(address.getAddress());
    return frame.put(MacAddress.BROADCAST.bytes()).put(address.getAddress()).flip();
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

  private PacketSocket open(PacketSocket.Hears hears) {
    return PacketSocket.open(hereIndex, hears).orElseThrow();
  }

  private static PacketSocket.Frame await(PacketSocket socket) {
    try (var wait = DescriptorWait.open(1).orElseThrow()) {
      wait.add(socket.descriptor());
      assertThat(wait.await(20_000_000_000L)).as("something has arrived").isTrue();
    }
    Reception<PacketSocket.Frame> reception = socket.receive();
    assertThat(reception).isInstanceOf(Reception.Arrived.class);
    return ((Reception.Arrived<PacketSocket.Frame>) reception).value();
  }

  private static String hex(ByteBuffer of) {
    var bytes = new byte[of.remaining()];
    of.get(of.position(), bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static int index(String name) {
    try (var links = NetworkLinks.open().orElseThrow()) {
      return links.named(name).orElseThrow().orElseThrow().index();
    }
  }
}
