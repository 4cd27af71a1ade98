package io.headgate.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.model.ProxyProtocol;
import io.headgate.relay.ProxyHeaderReader.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProxyHeaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  private static InetSocketAddress at(String text) {
    return Addresses.parseWithPort(text).orElseThrow();
  }

  private static ByteBuf written(
      ProxyProtocol version, InetSocketAddress from, InetSocketAddress to) {
    ByteBuf header = Unpooled.buffer(ProxyHeader.LONGEST, ProxyHeader.LONGEST);
    ProxyHeader.write(version, from, to, header);
    return header;
  }

  private static String header(
      ProxyProtocol version, InetSocketAddress from, InetSocketAddress to) {
    ByteBuf header = written(version, from, to);
    try {
      return version == ProxyProtocol.V2
          ? ByteBufUtil.hexDump(header)
          : header.toString(StandardCharsets.US_ASCII);
    } finally {
      header.release();
    }
  }

  @Test
  void version_1_is_a_line_of_canonical_text() {
    assertThat(header(ProxyProtocol.V1, at("203.0.113.7:50123"), at("192.0.2.1:443")))
        .isEqualTo("PROXY TCP4 203.0.113.7 192.0.2.1 50123 443\r\n");
    assertThat(header(ProxyProtocol.V1, at("[2001:db8::7]:1"), at("[2001:db8:0:1::1]:65535")))
        .isEqualTo("PROXY TCP6 2001:db8::7 2001:db8:0:1::1 1 65535\r\n");
  }

  @Test
  void version_2_has_no_optional_field() {
    assertThat(header(ProxyProtocol.V2, at("203.0.113.7:50123"), at("192.0.2.1:443")))
        .isEqualTo(SIGNATURE + "2111000c" + "cb007107" + "c0000201" + "c3cb" + "01bb");
    assertThat(header(ProxyProtocol.V2, at("[2001:db8::7]:50123"), at("[::1]:443")))
        .isEqualTo(
            SIGNATURE
                + "21210024"
                + "20010db8000000000000000000000007"
                + "00000000000000000000000000000001"
                + "c3cb01bb");
  }

  @Test
  void nothing_is_written_where_it_is_off() {
    assertThat(header(ProxyProtocol.OFF, at("203.0.113.7:1"), at("192.0.2.1:1"))).isEmpty();
  }

  @Test
  void a_mapped_address_is_the_ipv4_address_that_it_maps() throws UnknownHostException {
    byte[] mapped = ByteBufUtil.decodeHexDump("00000000000000000000ffffcb007107");
    var from = new InetSocketAddress(Inet6Address.getByAddress(null, mapped, 0), 50123);
    assertThat(header(ProxyProtocol.V1, from, at("192.0.2.1:443")))
        .isEqualTo("PROXY TCP4 203.0.113.7 192.0.2.1 50123 443\r\n");
    assertThat(header(ProxyProtocol.V2, from, at("192.0.2.1:443")))
        .isEqualTo(SIGNATURE + "2111000c" + "cb007107" + "c0000201" + "c3cb" + "01bb");
  }

  @Test
  void two_families_are_both_written_as_ipv6() {
    assertThat(header(ProxyProtocol.V1, at("203.0.113.7:50123"), at("[2001:db8::1]:443")))
        .isEqualTo("PROXY TCP6 ::ffff:203.0.113.7 2001:db8::1 50123 443\r\n");
    assertThat(header(ProxyProtocol.V2, at("203.0.113.7:50123"), at("[2001:db8::1]:443")))
        .isEqualTo(
            SIGNATURE
                + "21210024"
                + "00000000000000000000ffffcb007107"
                + "20010db8000000000000000000000001"
                + "c3cb01bb");
  }

  @Test
  void what_is_written_is_read_back_and_what_follows_is_left() throws UnknownHostException {
    var random = new SplittableRandom(4);
    for (int i = 0; i < 100; i++) {
      int width = random.nextBoolean() ? 4 : 16;
      InetSocketAddress from = drawn(random, width);
      InetSocketAddress to = drawn(random, width);
      ProxyProtocol version = random.nextBoolean() ? ProxyProtocol.V1 : ProxyProtocol.V2;
      ByteBuf header = written(version, from, to);
      int length = header.readableBytes();
      for (int cut = 0; cut < length; cut++) {
        assertThat(ProxyHeaderReader.read(header.slice(0, cut)))
            .as("%s bytes of %s", cut, length)
            .isInstanceOf(Reading.Incomplete.class);
      }
      ByteBuf followed = Unpooled.wrappedBuffer(header, Unpooled.wrappedBuffer(new byte[] {'x'}));
      assertThat(ProxyHeaderReader.read(followed))
          .isEqualTo(
              new Reading.Complete(length, Optional.of(new ProxyHeaderReader.Conveyed(from, to))));
      followed.release();
    }
  }

  private static InetSocketAddress drawn(SplittableRandom random, int width)
      throws UnknownHostException {
    byte[] address = new byte[width];
    random.nextBytes(address);
    return new InetSocketAddress(InetAddress.getByAddress(address), random.nextInt(65_536));
  }

  private static Reading readHex(String hex) {
    return ProxyHeaderReader.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
  }

  @Test
  void a_checksum_is_verified_where_one_is_sent() {
    String before = SIGNATURE + "21110013" + "cb007107c0000201c3cb01bb" + "030004";
    var crc = new java.util.zip.CRC32C();
    crc.update(ByteBufUtil.decodeHexDump(before + "00000000"));
    String right = String.format("%08x", crc.getValue());
    assertThat(readHex(before + right)).isInstanceOf(Reading.Complete.class);
    assertThat(readHex(before + "00000000")).isInstanceOf(Reading.Malformed.class);
  }

  @Test
  void no_bytes_whatever_bring_the_reader_down() {
    var random = new SplittableRandom(5);
    byte[] v2 = ByteBufUtil.decodeHexDump(SIGNATURE + "2111000ccb007107c0000201c3cb01bb");
    byte[] v1 = "PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r\n".getBytes(StandardCharsets.US_ASCII);
    int malformed = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = (random.nextBoolean() ? v1 : v2).clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Reading reading = ProxyHeaderReader.read(Unpooled.wrappedBuffer(bytes));
      if (reading instanceof Reading.Complete complete) {
        assertThat(complete.lengthBytes()).isLessThanOrEqualTo(bytes.length);
      } else if (reading instanceof Reading.Malformed) {
        malformed++;
      }
    }
    assertThat(malformed).isGreaterThan(5_000);
  }
}
