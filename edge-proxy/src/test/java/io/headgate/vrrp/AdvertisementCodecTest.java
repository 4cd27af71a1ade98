package io.headgate.vrrp;

import static io.headgate.vrrp.Adverts.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.headgate.vrrp.Authentication.None;
import io.headgate.vrrp.Authentication.Opaque;
import io.headgate.vrrp.Authentication.SimplePassword;
import io.headgate.vrrp.Received.Dropped;
import io.headgate.vrrp.Received.Valid;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bytes are those of keepalived 2.2.7, and of a sender by the letter of RFC 9568. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AdvertisementCodecTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final InetAddress KEEPALIVED = ip("192.0.2.12");
  private static final InetAddress SELF = ip("192.0.2.10");
  private static final InetAddress ADDRESS = ip("192.0.2.100");
  private static final InetAddress SECOND_ADDRESS = ip("192.0.2.101");
  private static final InetAddress LINK_LOCAL = ip("fe80::100");
  private static final InetAddress IPV6_ADDRESS = ip("2001:db8::100");
  private static final Advertisement OURS = Adverts.version3(51, 100, SECOND, List.of(ADDRESS));
  private static final Advertisement OURS_OF_IPV6 =
      Adverts.version3(51, 100, SECOND, List.of(LINK_LOCAL, IPV6_ADDRESS));

  /** Packets counted by an independent reader. */
  @ParameterizedTest
  @CsvSource({
    "v2.pcap, 9",
    "v2-pass.pcap, 4",
    "v2-ah.pcap, 4",
    "v3-ipv4.pcap, 9",
    "v3-ipv4-0.25s.pcap, 14",
    "v3-ipv4-unicast.pcap, 4",
    "v3-ipv4-vmac.pcap, 9",
    "v3-ipv6.pcap, 9",
    "v3-ipv6-vmac.pcap, 9",
    "java-proof.pcap, 5",
    "java-proof2.pcap, 33"
  })
  void every_captured_advertisement_comes_back_byte_for_byte(String name, int count) {
    List<Pcap.Packet> packets = Pcap.read(name);
    assertThat(packets).hasSize(count);
    for (Pcap.Packet packet : packets) {
      Received received =
          AdvertisementCodec.decode(packet.message(), packet.envelope(), any(packet));
      assertThat(received).as(hex(packet.message())).isInstanceOf(Valid.class);
      Valid valid = (Valid) received;
      assertThat(encoded(valid.advertisement(), packet.envelope(), valid.style()))
          .isEqualTo(hex(packet.message()));
    }
  }

  @Test
  void the_style_of_the_peers_checksum_is_told() {
    List<ChecksumStyle> styles =
        Pcap.read("java-proof2.pcap").stream()
            .filter(packet -> packet.envelope().source().equals(ip("192.0.2.11")))
            .map(packet ->
                ((Valid)
                        AdvertisementCodec.decode(packet.message(), packet.envelope(), any(packet)))
                    .style())
            .toList();
    assertThat(styles).hasSize(18).filteredOn(style -> style == ChecksumStyle.PLAIN).hasSize(6);
  }

  @ParameterizedTest
  @CsvSource({
    "150, 1000, 192.0.2.12, 224.0.0.18, PSEUDO_HEADER, 313396010064d366c0000264",
    "0, 1000, 192.0.2.12, 224.0.0.18, PSEUDO_HEADER, 3133000100646967c0000264",
    "150, 250, 192.0.2.12, 224.0.0.18, PSEUDO_HEADER, 313396010019d3b1c0000264",
    "150, 1000, 192.0.2.12, 192.0.2.11, PSEUDO_HEADER, 313396010064f16dc0000264",
    "200, 1000, 192.0.2.11, 224.0.0.18, PSEUDO_HEADER, 3133c8010064a167c0000264",
    "200, 1000, 192.0.2.11, 224.0.0.18, PLAIN, 3133c80100644402c0000264"
  })
  void version_3_over_ipv4(
      int priority, int millis, String from, String to, ChecksumStyle style, String bytes) {
    var advertisement = Adverts.version3(51, priority, Duration.ofMillis(millis), List.of(ADDRESS));
    var envelope = new Envelope(ip(from), ip(to), 255, Family.IPV4);
    assertThat(encoded(advertisement, envelope, style)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"PSEUDO_HEADER", "PLAIN"})
  void version_3_over_ipv6_always_has_the_pseudo_header(ChecksumStyle style) {
    var advertisement = Adverts.version3(51, 150, SECOND, List.of(LINK_LOCAL, IPV6_ADDRESS));
    var envelope = new Envelope(ip("fe80::ff:fe00:2"), Family.IPV6.group(), 255, Family.IPV6);
    assertThat(encoded(advertisement, envelope, style))
        .isEqualTo(
            "3133960200640cfc"
                + "fe800000000000000000000000000100"
                + "20010db8000000000000000000000100");
  }

  @ParameterizedTest
  @CsvSource({"PSEUDO_HEADER", "PLAIN"})
  void version_2_never_has_it_and_covers_the_password(ChecksumStyle style) {
    var open = new Advertisement(2, 51, 150, SECOND, List.of(ADDRESS, SECOND_ADDRESS), new None());
    var locked =
        new Advertisement(2, 51, 150, SECOND, List.of(ADDRESS), SimplePassword.of("secret12"));
    Envelope envelope = from(KEEPALIVED);
    assertThat(encoded(open, envelope, style))
        .isEqualTo("213396020001c3fec0000264c00002650000000000000000");
    assertThat(encoded(locked, envelope, style))
        .isEqualTo("21339601010117e7c00002647365637265743132");
  }

  @Test
  void a_password_is_not_shown() {
    assertThat(SimplePassword.of("secret12")).hasToString("SimplePassword[***]");
  }

  @Test
  void padding_of_ethernet_is_not_looked_at() {
    ByteBuffer padded = ByteBuffer.allocate(46 - 20).put(bytes(OURS));
    assertThat(received(padded.rewind())).isInstanceOf(Valid.class);
  }

  @Test
  void drops_its_own_packet() {
    assertDropped(
        DropReason.OWN_PACKET, bytes(OURS), from(SELF), Expectation.multicast(OURS, SELF));
  }

  @Test
  void drops_what_is_cut_short() {
    ByteBuffer whole = bytes(OURS);
    for (int length = 0; length < whole.limit(); length++) {
      assertDropped(DropReason.TRUNCATED, whole.slice(0, length));
    }
  }

  @Test
  void drops_another_groups() {
    assertDropped(
        DropReason.UNKNOWN_ROUTER_ID, bytes(Adverts.version3(52, 100, SECOND, List.of(ADDRESS))));
  }

  @Test
  void drops_a_stranger_where_peers_are_listed() {
    var envelope = new Envelope(KEEPALIVED, SELF, 255, Family.IPV4);
    Expectation expected = Expectation.unicast(OURS, SELF, Set.of(ip("192.0.2.11")), 255);
    assertDropped(DropReason.UNKNOWN_PEER, bytes(OURS, envelope), envelope, expected);
  }

  @Test
  void drops_multicast_where_unicast_is_spoken_and_the_reverse() {
    Expectation unicast = Expectation.unicast(OURS, SELF, Set.of(KEEPALIVED), 255);
    assertDropped(DropReason.WRONG_DESTINATION, bytes(OURS), from(KEEPALIVED), unicast);
    var envelope = new Envelope(KEEPALIVED, SELF, 255, Family.IPV4);
    assertDropped(
        DropReason.WRONG_DESTINATION,
        bytes(OURS, envelope),
        envelope,
        Expectation.multicast(OURS, SELF));
  }

  @Test
  void drops_what_a_router_forwarded_unless_peers_may_be_routed() {
    var envelope = new Envelope(KEEPALIVED, Family.IPV4.group(), 254, Family.IPV4);
    assertDropped(DropReason.WRONG_TTL, bytes(OURS), envelope, Expectation.multicast(OURS, SELF));
    var routed = new Envelope(KEEPALIVED, SELF, 63, Family.IPV4);
    Set<InetAddress> peers = Set.of(KEEPALIVED);
    assertDropped(
        DropReason.WRONG_TTL,
        bytes(OURS, routed),
        routed,
        Expectation.unicast(OURS, SELF, peers, 64));
    assertThat(
            AdvertisementCodec.decode(
                bytes(OURS, routed), routed, Expectation.unicast(OURS, SELF, peers, 63)))
        .isInstanceOf(Valid.class);
  }

  @Test
  void drops_another_version() {
    assertDropped(DropReason.WRONG_VERSION, bytes(version2(new None(), SECOND)));
  }

  @Test
  void drops_another_type() {
    assertDropped(DropReason.WRONG_TYPE, bytes(OURS).put(0, (byte) 0x32));
  }

  @Test
  void drops_what_names_no_address() {
    assertDropped(DropReason.NO_ADDRESSES, bytes(OURS).put(3, (byte) 0));
  }

  @Test
  void drops_a_bad_checksum_whatever_bit_is_wrong() {
    ByteBuffer whole = bytes(OURS);
    for (int bit = Byte.SIZE * 4; bit < whole.limit() * Byte.SIZE; bit++) {
      ByteBuffer wrong = bytes(OURS);
      int at = bit / Byte.SIZE;
      wrong.put(at, (byte) (wrong.get(at) ^ (1 << (bit % Byte.SIZE))));
      assertDropped(DropReason.BAD_CHECKSUM, wrong);
    }
  }

  @Test
  void drops_an_interval_of_zero() {
    assertDropped(
        DropReason.ZERO_INTERVAL, summed(bytes(OURS).putShort(4, (short) 0), from(KEEPALIVED)));
  }

  @Test
  void ipv6_without_a_link_local_address_first_is_remarked_on() {
    var theirs = Adverts.version3(51, 100, SECOND, List.of(IPV6_ADDRESS, LINK_LOCAL));
    InetAddress self = ip("fe80::1");
    var envelope = new Envelope(ip("fe80::2"), Family.IPV6.group(), 255, Family.IPV6);
    Expectation expected = Expectation.multicast(OURS_OF_IPV6, self);
    ByteBuffer bytes = bytes(theirs, envelope);
    assertThat(remarks(AdvertisementCodec.decode(bytes, envelope, expected)))
        .containsExactly(Remark.FIRST_ADDRESS_NOT_LINK_LOCAL);
  }

  @Test
  void drops_another_type_of_authentication() {
    assertDropped(
        DropReason.AUTHENTICATION_TYPE,
        bytes(version2(new Opaque(2, 0), SECOND)),
        from(KEEPALIVED),
        Expectation.multicast(version2(new None(), SECOND), SELF));
  }

  @Test
  void drops_another_password() {
    assertDropped(
        DropReason.AUTHENTICATION_DATA,
        bytes(version2(SimplePassword.of("guess"), SECOND)),
        from(KEEPALIVED),
        Expectation.multicast(version2(SimplePassword.of("secret"), SECOND), SELF));
  }

  @Test
  void drops_another_interval_in_version_2() {
    assertDropped(
        DropReason.INTERVAL_MISMATCH,
        bytes(version2(new None(), Duration.ofSeconds(2))),
        from(KEEPALIVED),
        Expectation.multicast(version2(new None(), SECOND), SELF));
  }

  @Test
  void remarks_on_other_addresses_but_not_on_their_order() {
    var two = Adverts.version3(51, 100, SECOND, List.of(ADDRESS, SECOND_ADDRESS));
    var turned = Adverts.version3(51, 100, SECOND, List.of(SECOND_ADDRESS, ADDRESS));
    assertThat(remarks(received(bytes(two)))).containsExactly(Remark.ADDRESSES_DIFFER);
    assertThat(
            remarks(
                AdvertisementCodec.decode(
                    bytes(turned), from(KEEPALIVED), Expectation.multicast(two, SELF))))
        .isEmpty();
  }

  @Test
  void remarks_on_another_interval_in_version_3() {
    var slower = Adverts.version3(51, 100, Duration.ofMillis(40_950), List.of(ADDRESS));
    assertThat(remarks(received(bytes(slower)))).containsExactly(Remark.INTERVAL_DIFFERS);
  }

  @Test
  void remarks_on_a_second_owner() {
    var owner = Adverts.version3(51, 255, SECOND, List.of(ADDRESS));
    assertThat(remarks(received(bytes(owner)))).isEmpty();
    assertThat(
            remarks(
                AdvertisementCodec.decode(
                    bytes(owner), from(KEEPALIVED), Expectation.multicast(owner, SELF))))
        .containsExactly(Remark.SECOND_OWNER);
  }

  @Test
  void every_reason_has_a_label_and_a_source() {
    for (DropReason reason : EnumSet.allOf(DropReason.class)) {
      assertThat(reason.metricLabel()).matches("[a-z_]+");
      assertThat(reason.source()).isNotBlank();
    }
  }

  /** An IPv4-mapped address among them, which the JDK would turn into an IPv4 one. */
  @Test
  void hostile_bytes_are_dropped_or_understood_but_never_thrown_at() {
    var random = new Random(112);
    var envelope = new Envelope(ip("fe80::2"), Family.IPV6.group(), 255, Family.IPV6);
    Expectation expected = Expectation.multicast(OURS_OF_IPV6, ip("fe80::1"));
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      if (bytes.length > 3) {
        System.arraycopy(new byte[] {0x31, 51, (byte) i, (byte) random.nextInt(3)}, 0, bytes, 0, 4);
      }
      ByteBuffer message = ByteBuffer.wrap(bytes);
      if (bytes.length >= 24) {
        Arrays.fill(bytes, 8, 18, (byte) 0);
        Arrays.fill(bytes, 18, 20, (byte) -1);
        int length = Math.min(bytes.length, 8 + 16 * bytes[3]) & ~1;
        summed(message.slice(0, length), envelope);
      }
      assertThat(AdvertisementCodec.decode(message, envelope, expected)).isNotNull();
    }
  }

  @Test
  void what_the_wire_cannot_say_is_refused() {
    for (Duration interval :
        List.of(Duration.ZERO, Duration.ofMillis(15), Duration.ofMillis(40_960))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Adverts.version3(51, 100, interval, List.of(ADDRESS)));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> version2(new None(), Duration.ofMillis(1500)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Advertisement(2, 51, 100, SECOND, List.of(LINK_LOCAL), new None()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Adverts.version3(51, 100, SECOND, List.of(ADDRESS, LINK_LOCAL)));
  }

  private static Advertisement version2(Authentication authentication, Duration interval) {
    return new Advertisement(2, 51, 100, interval, List.of(ADDRESS), authentication);
  }

  /** What its sender itself would take. */
  private static Expectation any(Pcap.Packet packet) {
    ByteBuffer message = packet.message();
    boolean isV2 = message.get(0) >> 4 == 2;
    Authentication authentication =
        isV2 ? Authentication.of(message.get(4), message.getLong(message.limit() - 8)) : new None();
    InetAddress self = ip(packet.envelope().family() == Family.IPV4 ? "192.0.2.10" : "fe80::1");
    boolean isMulticast = packet.envelope().destination().isMulticastAddress();
    return new Expectation(
        isV2 ? 2 : 3,
        51,
        100,
        SECOND,
        authentication,
        List.of(),
        self,
        isMulticast ? Set.of() : Set.of(packet.envelope().source()),
        255);
  }

  private static Envelope from(InetAddress source) {
    return new Envelope(source, Family.IPV4.group(), 255, Family.IPV4);
  }

  private static ByteBuffer bytes(Advertisement advertisement) {
    return bytes(advertisement, from(KEEPALIVED));
  }

  private static ByteBuffer bytes(Advertisement advertisement, Envelope envelope) {
    ByteBuffer into = ByteBuffer.allocate(AdvertisementCodec.MAX_BYTES);
    AdvertisementCodec.encode(
        advertisement,
        envelope.source(),
        envelope.destination(),
        ChecksumStyle.PSEUDO_HEADER,
        into);
    return into.flip();
  }

  private static ByteBuffer summed(ByteBuffer message, Envelope envelope) {
    message.putShort(6, (short) 0);
    int sum =
        Checksum.of(
            message, ChecksumStyle.PSEUDO_HEADER, envelope.source(), envelope.destination());
    return message.putShort(6, (short) sum);
  }

  private static Received received(ByteBuffer bytes) {
    return AdvertisementCodec.decode(bytes, from(KEEPALIVED), Expectation.multicast(OURS, SELF));
  }

  private static Set<Remark> remarks(Received received) {
    assertThat(received).isInstanceOf(Valid.class);
    return ((Valid) received).remarks();
  }

  private static void assertDropped(DropReason reason, ByteBuffer bytes) {
    assertThat(received(bytes)).isEqualTo(new Dropped(reason));
  }

  private static void assertDropped(
      DropReason reason, ByteBuffer bytes, Envelope envelope, Expectation expected) {
    assertThat(AdvertisementCodec.decode(bytes, envelope, expected)).isEqualTo(new Dropped(reason));
  }

  private static String encoded(
      Advertisement advertisement, Envelope envelope, ChecksumStyle style) {
    ByteBuffer into = ByteBuffer.allocate(AdvertisementCodec.MAX_BYTES + 3).position(3);
    AdvertisementCodec.encode(
        advertisement, envelope.source(), envelope.destination(), style, into);
    return hex(into.flip().position(3));
  }

  private static String hex(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(bytes.position(), copy);
    return HexFormat.of().formatHex(copy);
  }
}
