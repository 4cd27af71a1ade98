package io.headgate.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.linux.MacAddress;
import io.headgate.vrrp.Advertisement;
import io.headgate.vrrp.AdvertisementCodec;
import io.headgate.vrrp.Authentication;
import io.headgate.vrrp.ChecksumStyle;
import io.headgate.vrrp.Family;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Byte for byte what keepalived 2.2.7 was captured to send with {@code use_vmac}. */
@DisplayNameGeneration(ReplaceUnderscores.class)
final class VirtualMacFramesTest {
  private static final InetAddress SOURCE = InetAddress.ofLiteral("192.0.2.12");
  private static final InetAddress SOURCE6 = InetAddress.ofLiteral("fe80::ff:fe00:2");
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.100");
  private static final InetAddress LINK_LOCAL = InetAddress.ofLiteral("fe80::100");
  private static final InetAddress ADDRESS6 = InetAddress.ofLiteral("2001:db8::100");
  private static final MacAddress MAC = MacAddress.ofVirtualRouter(false, 51);
  private static final MacAddress MAC6 = MacAddress.ofVirtualRouter(true, 51);

  @Test
  void advertisements_of_IPv4_are_counted_from_one() {
    assertThat(frame(MAC, SOURCE, 1, 150, ADDRESS))
        .isEqualTo(
            "01005e00001200005e0001330800"
                + "45c0002000010000ff70188ec000020ce0000012"
                + "313396010064d366c0000264");
    assertThat(frame(MAC, SOURCE, 2, 150, ADDRESS))
        .isEqualTo(
            "01005e00001200005e0001330800"
                + "45c0002000020000ff70188dc000020ce0000012"
                + "313396010064d366c0000264");
  }

  @Test
  void who_leaves_says_so_with_the_virtual_address_too() {
    assertThat(frame(MAC, SOURCE, 9, Advertisement.LEAVING, ADDRESS))
        .isEqualTo(
            "01005e00001200005e0001330800"
                + "45c0002000090000ff701886c000020ce0000012"
                + "3133000100646967c0000264");
  }

  @Test
  void the_identification_of_IPv4_begins_anew_after_16_bits() {
    assertThat(frame(MAC, SOURCE, 0x10001, 150, ADDRESS))
        .isEqualTo(frame(MAC, SOURCE, 1, 150, ADDRESS));
  }

  @Test
  void advertisements_of_IPv6_are_the_same_but_for_the_flow_label() {
    assertThat(frame(MAC6, SOURCE6, 1, 150, LINK_LOCAL, ADDRESS6))
        .isEqualTo(
            "33330000001200005e00023386dd"
                + "6c000000" // the kernel's is 0a1cc6: a hash that no receiver looks at
                + "002870ff"
                + "fe80000000000000000000fffe000002ff020000000000000000000000000012"
                + "3133960200640cfcfe80000000000000000000000000010020010db8000000000000000000000100");
  }

  @Test
  void a_frame_of_the_longest_message_has_room() {
    ByteBuffer message = ByteBuffer.allocate(AdvertisementCodec.MAX_BYTES);
    ByteBuffer frame =
        ByteBuffer.allocate(AdvertisementFrame.HEADER_BYTES + AdvertisementCodec.MAX_BYTES);
    AdvertisementFrame.encode(MAC6, SOURCE6, 1, message, frame);
    assertThat(frame.hasRemaining()).isFalse();
  }

  @Test
  void gratuitous_arp_tells_the_virtual_address() {
    assertThat(hex(ArpFrame.gratuitousRequest(MAC, ADDRESS).broadcast()))
        .isEqualTo(
            "ffffffffffff00005e0001330806"
                + "000108000604000100005e000133c0000264ffffffffffffc0000264");
  }

  @Test
  void unsolicited_neighbour_advertisements_tell_the_virtual_address() {
    assertThat(hex(NeighbourFrame.unsolicited(MAC6, LINK_LOCAL)))
        .isEqualTo(
            "33330000000100005e00023386dd6000000000203aff"
                + "fe800000000000000000000000000100ff020000000000000000000000000001"
                + "8800f76a20000000fe800000000000000000000000000100020100005e000233");
    assertThat(hex(NeighbourFrame.unsolicited(MAC6, ADDRESS6)))
        .isEqualTo(
            "33330000000100005e00023386dd6000000000203aff"
                + "20010db8000000000000000000000100ff020000000000000000000000000001"
                + "880098fa2000000020010db8000000000000000000000100020100005e000233");
  }

  private static String frame(
      MacAddress from, InetAddress source, int count, int priority, InetAddress... addresses) {
    var advertisement =
        new Advertisement(
            3, 51, priority, Duration.ofSeconds(1), List.of(addresses), new Authentication.None());
    ByteBuffer message = ByteBuffer.allocate(AdvertisementCodec.MAX_BYTES);
    InetAddress group = Family.of(source).group();
    AdvertisementCodec.encode(advertisement, source, group, ChecksumStyle.PSEUDO_HEADER, message);
    ByteBuffer frame = ByteBuffer.allocate(AdvertisementFrame.HEADER_BYTES + message.position());
    AdvertisementFrame.encode(from, source, count, message.flip(), frame);
    return hex(frame.flip());
  }

  private static String hex(ByteBuffer of) {
    var bytes = new byte[of.remaining()];
    of.get(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
