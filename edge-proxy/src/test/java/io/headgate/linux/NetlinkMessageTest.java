package io.headgate.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The bytes are those of little-endian machines, which all that Headgate runs on are. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@EnabledOnOs(OS.LINUX)
class NetlinkMessageTest {
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.100");
  private static final InetAddress ADDRESS6 = InetAddress.ofLiteral("2001:db8::100");

  @Test
  void an_address_of_IPv4_is_asked_for_with_its_length_and_interface() {
    var request = request(20, NetlinkRequest.ACK);
    InterfaceAddresses.about(request, 7, ADDRESS, 32)
        .attribute(6, InterfaceAddresses.lifetimes(3))
        .attributeByte(11, InterfaceAddresses.PROTOCOL);
    assertThat(hex(request))
        .isEqualTo(
            "44000000"
                + "1400"
                + "0500"
                + "09000000"
                + "00000000" // nlmsghdr
                + "02"
                + "20"
                + "00"
                + "00"
                + "07000000" // ifaddrmsg
                + "0800"
                + "0200"
                + "c0000264" // IFA_LOCAL
                + "0800"
                + "0100"
                + "c0000264" // IFA_ADDRESS
                + "1400"
                + "0600"
                + "00000000"
                + "03000000"
                + "00000000"
                + "00000000"
                + "0500"
                + "0b00"
                + "70000000"); // IFA_PROTO, padded
  }

  @Test
  void an_address_of_IPv6_is_asked_for_without_looking_for_duplicates() {
    var request = request(21, NetlinkRequest.ACK);
    InterfaceAddresses.about(request, 7, ADDRESS6, 128);
    assertThat(hex(request))
        .isEqualTo(
            "40000000"
                + "1500"
                + "0500"
                + "09000000"
                + "00000000"
                + "0a"
                + "80"
                + "02"
                + "00"
                + "07000000"
                + "1400"
                + "0200"
                + "20010db8000000000000000000000100"
                + "1400"
                + "0100"
                + "20010db8000000000000000000000100");
  }

  @Test
  void a_macvlan_is_asked_for_in_nested_attributes() {
    var request = request(16, NetlinkRequest.ACK);
    NetworkLinks.macvlan(request, "vrrp.51", 3, MacAddress.ofVirtualRouter(false, 51));
    assertThat(hex(request))
        .isEqualTo(
            "5c000000"
                + "1000"
                + "0500"
                + "09000000"
                + "00000000"
                + "00000000"
                + "00000000"
                + "00000000"
                + "00000000" // ifinfomsg
                + "0c00"
                + "0300"
                + "767272702e353100" // IFLA_IFNAME
                + "0800"
                + "0500"
                + "03000000" // IFLA_LINK
                + "0a00"
                + "0100"
                + "00005e000133"
                + "0000" // IFLA_ADDRESS, padded
                + "1c00"
                + "1280" // IFLA_LINKINFO
                + "0c00"
                + "0100"
                + "6d6163766c616e00" // IFLA_INFO_KIND
                + "0c00"
                + "0280"
                + "0800"
                + "0100"
                + "02000000"); // vepa
  }

  @Test
  void settings_of_IPv4_are_written_in_the_order_of_their_numbers() {
    var request = request(16, NetlinkRequest.ACK);
    NetworkLinks.settings(request, 7, Map.of(Ipv4Setting.ARP_IGNORE, 1, Ipv4Setting.RP_FILTER, 0));
    assertThat(hex(request))
        .isEqualTo(
            "3c000000"
                + "1000"
                + "0500"
                + "09000000"
                + "00000000"
                + "00000000"
                + "07000000"
                + "00000000"
                + "00000000" // ifinfomsg
                + "1c00"
                + "1a80" // IFLA_AF_SPEC
                + "1800"
                + "0280" // AF_INET
                + "1400"
                + "0180" // IFLA_INET_CONF
                + "0800"
                + "0800"
                + "00000000" // rp_filter
                + "0800"
                + "1300"
                + "01000000"); // arp_ignore
  }

  @Test
  void connections_are_selected_by_their_local_address_in_the_kernel() {
    var request = request(20, NetlinkRequest.DUMP);
    SocketDestroy.select(request, 2, ADDRESS);
    assertThat(hex(request))
        .isEqualTo(
            "5c000000"
                + "1400"
                + "0103"
                + "09000000"
                + "00000000"
                + "02"
                + "06"
                + "00"
                + "00"
                + "3e0b0000" // inet_diag_req_v2
                + "00".repeat(48)
                + "1400"
                + "0100"
                + "07"
                + "10"
                + "1400" // bytecode: condition, or over the end
                + "02"
                + "20"
                + "0000"
                + "ffffffff"
                + "c0000264");
  }

  @Test
  void an_address_is_read_with_its_protocol_and_lifetimes() {
    assertThat(
            InterfaceAddress.of(
                one(
                    "4c000000"
                        + "1400"
                        + "0000"
                        + "01000000"
                        + "00000000"
                        + "02"
                        + "20"
                        + "20"
                        + "00"
                        + "07000000"
                        + "0800"
                        + "0100"
                        + "c0000264"
                        + "0800"
                        + "0200"
                        + "c0000264"
                        + "0800"
                        + "0800"
                        + "20000000"
                        + "1400"
                        + "0600"
                        + "00000000"
                        + "03000000"
                        + "11000000"
                        + "11000000"
                        + "0500"
                        + "0b00"
                        + "70000000")))
        .contains(new InterfaceAddress(7, ADDRESS, 32, 112, 3, 0, false, false));
  }

  @Test
  void an_address_without_end_that_a_duplicate_was_found_of_is_read() {
    assertThat(
            InterfaceAddress.of(
                one(
                    "48000000"
                        + "1400"
                        + "0000"
                        + "01000000"
                        + "00000000"
                        + "0a"
                        + "40"
                        + "00"
                        + "00"
                        + "07000000"
                        + "1400"
                        + "0100"
                        + "20010db8000000000000000000000100"
                        + "1400"
                        + "0600"
                        + "ffffffff"
                        + "ffffffff"
                        + "11000000"
                        + "11000000"
                        + "0800"
                        + "0800"
                        + "c8000000")))
        .contains(
            new InterfaceAddress(
                7,
                ADDRESS6,
                64,
                0,
                InterfaceAddress.FOREVER,
                InterfaceAddress.FOREVER,
                true,
                true));
  }

  @Test
  void an_interface_is_read_with_what_it_is_made_on() {
    String body =
        "0000"
            + "0100"
            + "09000000"
            + "43100100"
            + "00000000"
            + "0c00"
            + "0300"
            + "767272702e353100"
            + "0a00"
            + "0100"
            + "00005e000133"
            + "0000"
            + "0800"
            + "0400"
            + "dc050000"
            + "0800"
            + "0500"
            + "03000000"
            + "1000"
            + "1200"
            + "0c00"
            + "0100"
            + "6d6163766c616e00";
    assertThat(NetworkLink.of(one("58000000" + "1000" + "0000" + "0100000000000000" + body)))
        .contains(
            new NetworkLink(
                9,
                "vrrp.51",
                Optional.of(MacAddress.parse("00:00:5e:00:01:33")),
                true,
                true,
                true,
                false,
                OptionalInt.empty(),
                OptionalInt.of(3),
                1500,
                Optional.of("macvlan"),
                Optional.empty()));
  }

  @Test
  void what_a_bridge_tells_of_its_ports_is_about_no_interface() {
    assertThat(
            NetworkLink.of(
                one(
                    "2c000000"
                        + "1100"
                        + "0000"
                        + "0100000000000000"
                        + "0700"
                        + "0100"
                        + "09000000"
                        + "43100100"
                        + "00000000"
                        + "0c00"
                        + "0300"
                        + "767272702e353100")))
        .isEmpty();
  }

  @Test
  void the_kernel_s_own_words_for_a_refusal_are_read() {
    NetlinkMessage refusal =
        one(
            "34000000"
                + "0200"
                + "0003"
                + "09000000"
                + "00000000"
                + "edffffff"
                + "4c000000"
                + "1400"
                + "0500"
                + "09000000"
                + "00000000" // capped
                + "1000"
                + "0100"
                + "4e6f2073756368206c696e00");
    assertThat(refusal.answer()).isEqualTo(-Errno.ENODEV);
    assertThat(refusal.words()).contains("No such lin");
  }

  @Test
  void an_acknowledgement_has_no_words() {
    NetlinkMessage good =
        one(
            "24000000"
                + "0200"
                + "0001"
                + "09000000"
                + "00000000"
                + "00000000"
                + "4c000000"
                + "1400"
                + "0500"
                + "09000000"
                + "00000000");
    assertThat(good.answer()).isZero();
    assertThat(good.words()).isEmpty();
  }

  @Test
  void several_messages_come_at_once_and_a_broken_one_ends_them() {
    String header = "14000000" + "1400" + "0200" + "01000000" + "00000000" + "02200000";
    assertThat(parse(header + header + "ff000000")).hasSize(2);
    assertThat(parse(header + "03000000" + "00".repeat(12))).hasSize(1);
    assertThat(parse("")).isEmpty();
    assertThat(InterfaceAddress.of(one(header))).isEmpty();
    assertThat(NetworkLink.of(one(header))).isEmpty();
  }

  private static NetlinkRequest request(int type, int flags) {
    return new NetlinkRequest(MEMORY.clear(), type, flags, 9);
  }

  private static final ByteBuffer MEMORY = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

  private static String hex(NetlinkRequest request) {
    int length = request.finish();
    return HexFormat.of().formatHex(MEMORY.array(), 0, length);
  }

  private static List<NetlinkMessage> parse(String hex) {
    return NetlinkMessage.parse(
        ByteBuffer.wrap(HexFormat.of().parseHex(hex)).order(ByteOrder.LITTLE_ENDIAN));
  }

  private static NetlinkMessage one(String hex) {
    List<NetlinkMessage> messages = parse(hex);
    assertThat(messages).hasSize(1);
    return messages.getFirst();
  }
}
