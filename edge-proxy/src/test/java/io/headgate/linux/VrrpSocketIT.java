package io.headgate.linux;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Namespaces;
import io.headgate.testing.Needs;
import io.headgate.testing.Program;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packets between this host and one behind a link. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class VrrpSocketIT {
  private static final InetAddress GROUP = InetAddress.ofLiteral("224.0.0.18");
  private static final InetAddress GROUP6 = InetAddress.ofLiteral("ff02::12");
  private static final byte[] ADVERT = HexFormat.of().parseHex("313396010064d366c0000264");
  private static final byte[] ADVERT6 =
      HexFormat.of().parseHex("3133960100640000" + "fe800000000000000000000000000100");

  private final Namespaces namespaces = Namespaces.open();
  private final Namespaces.Host host = namespaces.add();
  private final int hereIndex = index(host.link());
  private final int thereIndex = host.call(() -> index("eth0"));

  @AfterEach
  void close() {
    namespaces.close();
  }

  @Test
  void what_is_multicast_is_heard_with_all_that_its_header_says() {
    try (var here = here(host.neighbour(), VrrpSocket.Mode.MULTICAST);
        var there = there(host.address(), VrrpSocket.Mode.MULTICAST)) {
      assertThat(here.send(ByteBuffer.wrap(ADVERT), GROUP)).isZero();

      VrrpSocket.Packet heard = await(there);

      assertThat(bytes(heard.payload())).isEqualTo(ADVERT);
      assertThat(heard.source()).isEqualTo(host.neighbour());
      assertThat(heard.destination()).isEqualTo(GROUP);
      assertThat(heard.timeToLive()).isEqualTo(255);
      assertThat(heard.truncated()).isFalse();
      assertThat(here.receive()).as("own packets").isEqualTo(new Reception.Nothing<>());

      assertThat(there.send(ByteBuffer.wrap(ADVERT), GROUP)).as("the other way").isZero();
      assertThat(await(here).source()).isEqualTo(host.address());
    }
  }

  @Test
  void of_IPv6_the_kernel_fills_the_checksum_in() {
    try (var here = here(linkLocal(host.link()), VrrpSocket.Mode.MULTICAST);
        var there = there(host.call(() -> linkLocal("eth0")), VrrpSocket.Mode.MULTICAST)) {
      eventually(
          () -> // the link-local address is looked for duplicates of at first
          assertThat(here.send(ByteBuffer.wrap(ADVERT6), GROUP6)).isZero());

      VrrpSocket.Packet heard = await(there);

      assertThat(heard.source()).isEqualTo(here.source());
      assertThat(heard.destination()).isEqualTo(GROUP6);
      assertThat(heard.timeToLive()).isEqualTo(255);
      assertThat(heard.payload().remaining()).isEqualTo(ADVERT6.length);
      assertThat(sum(heard.payload(), heard.source(), GROUP6)).isEqualTo(0xffff);
      assertThat(here.receive()).as("own packets").isEqualTo(new Reception.Nothing<>());
    }
  }

  @Test
  void of_unicast_only_that_is_heard() {
    try (var here = here(host.neighbour(), VrrpSocket.Mode.UNICAST);
        var group = here(host.neighbour(), VrrpSocket.Mode.MULTICAST);
        var there = there(host.address(), VrrpSocket.Mode.UNICAST)) {
      assertThat(group.send(ByteBuffer.wrap(ADVERT), GROUP)).isZero();
      assertThat(here.send(ByteBuffer.wrap(ADVERT), host.address())).isZero();

      VrrpSocket.Packet heard = await(there);

      assertThat(heard.destination()).isEqualTo(host.address());
      assertThat(heard.timeToLive()).isEqualTo(255);
      assertThat(there.receive()).isEqualTo(new Reception.Nothing<>());
    }
  }

  @Test
  void of_unicast_in_IPv6_too() {
    try (var here = here(address6Here(), VrrpSocket.Mode.UNICAST);
        var there = there(host.address6(), VrrpSocket.Mode.UNICAST)) {
      assertThat(here.send(ByteBuffer.wrap(ADVERT6), GROUP6)).isZero();
      assertThat(here.send(ByteBuffer.wrap(ADVERT6), host.address6())).isZero();
      VrrpSocket.Packet heard = await(there);
      assertThat(heard.destination()).isEqualTo(host.address6());
      assertThat(heard.source()).isEqualTo(here.source());
      assertThat(there.receive()).isEqualTo(new Reception.Nothing<>());
    }
  }

  @Test
  void header_options_and_padding_are_no_payload() {
    ByteBuffer ip = ByteBuffer.allocate(24 + ADVERT.length);
    ip.putShort((short) 0x46c0).putShort((short) ip.capacity()).putInt(0x0001_0000);
    ip.put((byte) 9).put((byte) 112).putShort((short) 0);
    ip.put(host.neighbour().getAddress()).put(GROUP.getAddress()).putInt(0x0101_0101); // NOP
    ip.putShort(10, (short) ~sum(ip.slice(0, 24)));
    ip.put(ADVERT);
    ByteBuffer frame = ByteBuffer.allocate(60);
    frame.put(MacAddress.parse("01:00:5e:00:00:12").bytes());
    frame.put(MacAddress.ofVirtualRouter(false, 51).bytes()).putShort((short) 0x0800);
    frame.put(ip.flip()).clear();
    try (var packets = PacketSocket.open(hereIndex, PacketSocket.Hears.NOTHING).orElseThrow();
        var there = there(host.address(), VrrpSocket.Mode.MULTICAST)) {
      assertThat(packets.send(frame)).isZero();

      VrrpSocket.Packet heard = await(there);

      assertThat(bytes(heard.payload())).isEqualTo(ADVERT);
      assertThat(heard.timeToLive()).isEqualTo(9);
      assertThat(heard.source()).isEqualTo(host.neighbour());
    }
  }

  @Test
  void what_is_longer_than_any_advertisement_is_marked() {
    try (var here = here(host.neighbour(), VrrpSocket.Mode.UNICAST);
        var there = there(host.address(), VrrpSocket.Mode.UNICAST)) {
      assertThat(here.send(ByteBuffer.allocate(8192), host.address())).isZero();
      VrrpSocket.Packet heard = await(there);
      assertThat(heard.truncated()).isTrue();
      assertThat(heard.source()).isEqualTo(host.neighbour());
    }
  }

  @Test
  void another_interface_is_not_heard() {
    Namespaces.Host other = namespaces.add();
    int otherIndex = other.call(() -> index("eth0"));
    try (var here = here(host.neighbour(), VrrpSocket.Mode.MULTICAST);
        var there = there(host.address(), VrrpSocket.Mode.MULTICAST);
        var elsewhere =
            other.call(() ->
                VrrpSocket.open(otherIndex, other.address(), VrrpSocket.Mode.MULTICAST)
                    .orElseThrow())) {
      assertThat(elsewhere.send(ByteBuffer.wrap(ADVERT), GROUP)).isZero();
      assertThat(there.send(ByteBuffer.wrap(ADVERT), GROUP)).isZero();
      assertThat(await(here).source()).isEqualTo(host.address());
      assertThat(here.receive()).isEqualTo(new Reception.Nothing<>());
    }
  }

  @Test
  void a_source_that_is_no_more_is_an_answer() {
    try (var here = here(InetAddress.ofLiteral("192.0.2.9"), VrrpSocket.Mode.MULTICAST)) {
      assertThat(here.send(ByteBuffer.wrap(ADVERT), GROUP)).isNegative();
    }
  }

  @Test
  void an_interface_that_is_not_there_is_refused() {
    assertThat(VrrpSocket.open(Integer.MAX_VALUE, host.neighbour(), VrrpSocket.Mode.MULTICAST))
        .isEqualTo(
            new Attempt.Refused<VrrpSocket>(
                Errno.EADDRNOTAVAIL,
                "cannot set IP_MULTICAST_IF of a raw IPv4 socket of protocol 112 on interface"
                    + " 2147483647: Cannot assign requested address"));
  }

  @Test
  void tcpdump_takes_it_for_an_advertisement() {
    Needs.programs("tcpdump");
    try (var here = here(host.neighbour(), VrrpSocket.Mode.MULTICAST);
        var dump =
            Program.draft()
                .in(host)
                .start("tcpdump", "-l", "-n", "-v", "-i", "eth0", "ip proto 112")) {
      eventually(() -> {
        assertThat(here.send(ByteBuffer.wrap(ADVERT), GROUP)).isZero();
        assertThat(dump.output())
            .contains("tos 0xc0, ttl 255", "flags [none]", "vrid 51, prio 150");
      });
    }
  }

  private VrrpSocket here(InetAddress source, VrrpSocket.Mode mode) {
    return VrrpSocket.open(hereIndex, source, mode).orElseThrow();
  }

  private VrrpSocket there(InetAddress source, VrrpSocket.Mode mode) {
    return host.call(() -> VrrpSocket.open(thereIndex, source, mode).orElseThrow());
  }

  private static VrrpSocket.Packet await(VrrpSocket socket) {
    try (var wait = DescriptorWait.open(1).orElseThrow()) {
      wait.add(socket.descriptor());
      assertThat(wait.await(20_000_000_000L)).as("something has arrived").isTrue();
    }
    Reception<VrrpSocket.Packet> reception = socket.receive();
    assertThat(reception).isInstanceOf(Reception.Arrived.class);
    return ((Reception.Arrived<VrrpSocket.Packet>) reception).value();
  }

  private static int index(String name) {
    try (var links = NetworkLinks.open().orElseThrow()) {
      return links.named(name).orElseThrow().orElseThrow().index();
    }
  }

  private InetAddress address6Here() {
    return addresses(hereIndex).stream()
        .filter(address -> address.getHostAddress().startsWith("fd00"))
        .findFirst()
        .orElseThrow();
  }

  private static InetAddress linkLocal(String name) {
    return addresses(index(name)).stream()
        .filter(address -> address instanceof Inet6Address && address.isLinkLocalAddress())
        .findFirst()
        .orElseThrow();
  }

  private static List<InetAddress> addresses(int index) {
    try (var addresses = InterfaceAddresses.open().orElseThrow()) {
      return addresses.list().orElseThrow().stream()
          .filter(address -> address.interfaceIndex() == index)
          .map(InterfaceAddress::address)
          .toList();
    }
  }

  private static byte[] bytes(ByteBuffer of) {
    var bytes = new byte[of.remaining()];
    of.get(of.position(), bytes);
    return bytes;
  }

  /** With the pseudo-header of RFC 8200 section 8.1. */
  private static int sum(ByteBuffer payload, InetAddress source, InetAddress destination) {
    ByteBuffer all = ByteBuffer.allocate(40 + payload.remaining());
    all.put(source.getAddress()).put(destination.getAddress()).putInt(payload.remaining());
    all.putInt(112).put(payload.duplicate());
    return sum(all.flip());
  }

  /** RFC 1071, of an even number of bytes. */
  private static int sum(ByteBuffer of) {
    int sum = 0;
    for (int i = of.position(); i < of.limit(); i += 2) {
      sum += of.getShort(i) & 0xffff;
    }
    while (sum >> 16 != 0) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum;
  }
}
