package io.headgate.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.linux.MacAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** ARP and neighbour discovery, byte for byte. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FramesTest {
  private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:02");
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.100");
  private static final InetAddress ADDRESS6 = InetAddress.ofLiteral("2001:db8::100");

  @Test
  void a_gratuitous_request_is_the_one_that_keepalived_sends() {
    assertThat(hex(ArpFrame.gratuitousRequest(MAC, ADDRESS).broadcast()))
        .isEqualTo(
            "ffffffffffff020000000002"
                + "08060001080006040001"
                + "020000000002c0000264ffffffffffffc0000264");
  }

  @Test
  void the_reply_form_differs_by_its_operation_alone() {
    assertThat(hex(ArpFrame.gratuitousReply(MAC, ADDRESS).broadcast()))
        .isEqualTo(
            hex(ArpFrame.gratuitousRequest(MAC, ADDRESS).broadcast())
                .replace("060400" + "01", "060400" + "02"));
  }

  @Test
  void a_probe_claims_nothing() {
    ArpFrame probe = ArpFrame.probe(MAC, ADDRESS);
    assertThat(probe.isProbe()).isTrue();
    assertThat(hex(probe.broadcast()))
        .endsWith("0001" + "020000000002" + "00000000" + "000000000000" + "c0000264");
  }

  @Test
  void what_was_written_is_read() {
    ArpFrame sent = ArpFrame.gratuitousReply(MAC, ADDRESS);
    assertThat(ArpFrame.read(sent.broadcast())).contains(sent);
    ByteBuffer padded = ByteBuffer.allocate(60).put(sent.broadcast()).clear();
    assertThat(ArpFrame.read(padded)).contains(sent);
  }

  @Test
  void what_is_no_arp_for_ipv4_is_not_read() {
    ByteBuffer frame = ArpFrame.gratuitousReply(MAC, ADDRESS).broadcast();
    assertThat(ArpFrame.read(frame.duplicate().limit(41))).isEmpty();
    for (int at : new int[] {12, 14, 16, 18, 19}) {
      ByteBuffer other = ByteBuffer.allocate(42).put(frame.duplicate()).flip();
      other.put(at, (byte) (other.get(at) ^ 1));
      assertThat(ArpFrame.read(other)).isEmpty();
    }
  }

  /** The checksum by hand: RFC 4443 section 2.3. */
  @Test
  void an_unsolicited_advertisement_goes_to_all_nodes_and_overrides() {
    assertThat(hex(NeighbourFrame.unsolicited(MAC, ADDRESS6)))
        .isEqualTo(
            "333300000001020000000002"
                + "86dd600000000020" // 32 bytes
                + "3aff"
                + "20010db8000000000000000000000100"
                + "ff020000000000000000000000000001"
                + "8800f72b20000000"
                + "20010db8000000000000000000000100"
                + "0201020000000002");
  }

  @Test
  void a_probe_comes_from_nobody_and_goes_to_the_solicited_node() {
    InetAddress group = NeighbourFrame.solicitedNode(ADDRESS6);
    assertThat(group).isEqualTo(InetAddress.ofLiteral("ff02::1:ff00:100"));
    assertThat(NeighbourFrame.macOfGroup(group)).isEqualTo(MacAddress.parse("33:33:ff:00:01:00"));
    ByteBuffer probe = NeighbourFrame.probe(MAC, ADDRESS6);
    assertThat(hex(probe)).startsWith("3333ff000100020000000002");
    assertThat(NeighbourFrame.read(probe))
        .hasValueSatisfying(read -> {
          assertThat(read.solicitation()).isTrue();
          assertThat(read.target()).isEqualTo(ADDRESS6);
        });
  }

  @Test
  void the_target_is_at_the_address_of_the_option_and_else_of_the_frame() {
    ByteBuffer frame = NeighbourFrame.unsolicited(MAC, ADDRESS6);
    frame.put(frame.limit() - 1, (byte) 9);
    assertThat(NeighbourFrame.read(frame).map(NeighbourFrame::mac))
        .contains(MacAddress.parse("02:00:00:00:00:09"));
    assertThat(NeighbourFrame.read(frame.duplicate().limit(frame.limit() - 8)))
        .map(NeighbourFrame::mac)
        .contains(MAC);
    frame.put(frame.limit() - 7, (byte) 0); // an option without a length
    assertThat(NeighbourFrame.read(frame).map(NeighbourFrame::mac)).contains(MAC);
  }

  @Test
  void what_is_no_neighbour_discovery_is_not_read() {
    ByteBuffer frame = NeighbourFrame.unsolicited(MAC, ADDRESS6);
    assertThat(NeighbourFrame.read(frame.duplicate().limit(60))).isEmpty();
    frame.put(54, (byte) 133); // a router solicitation
    assertThat(NeighbourFrame.read(frame)).isEmpty();
  }

  private static String hex(ByteBuffer frame) {
    var bytes = new byte[frame.remaining()];
    frame.get(frame.position(), bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
