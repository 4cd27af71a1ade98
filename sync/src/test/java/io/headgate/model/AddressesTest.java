package io.headgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "::, ::",
    "::1, ::1",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1", // RFC 5952 4.2.2: one group is not shortened
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1", // 4.2.3: the longest run
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1", // 4.2.3: the first of equal runs
    "1::, 1::",
    "0:0:1::, 0:0:1::",
    "::ffff:10.0.0.1, 10.0.0.1", // an IPv4 address in IPv6 clothes
  })
  void a_literal_is_read_and_written_in_its_short_form(String written, String shortForm) {
    assertThat(Addresses.parse(written).map(Addresses::text)).contains(shortForm);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "localhost",
        "node-1",
        "dead.beef",
        "10",
        "10.1",
        "10.0.0",
        "10.0.0.256",
        "999.1.1.1",
        "10.0.0.1.2",
        "010.0.0.1",
        "0x0a.0.0.1",
        "10.0.0.1 ",
        "1:2",
        ":::",
        ":",
        "1::2::3",
        "::1%lo",
        "[::1]",
        "fe80::1%1",
        "::g",
        "1.2.3.4:80",
        "::\u0661",
        "\u0661.0.0.1",
      })
  void anything_else_is_no_address_and_no_name_server_is_asked(String text) {
    assertThat(Addresses.parse(text)).isEmpty();
  }

  @Test
  void an_address_and_port_is_read_and_written() {
    assertThat(Addresses.parseWithPort("10.0.0.1:80"))
        .contains(new InetSocketAddress(Addresses.parse("10.0.0.1").orElseThrow(), 80))
        .hasValueSatisfying(it -> assertThat(Addresses.text(it)).isEqualTo("10.0.0.1:80"));
    assertThat(Addresses.parseWithPort("[2001:db8::1]:65535"))
        .hasValueSatisfying(it -> assertThat(Addresses.text(it)).isEqualTo("[2001:db8::1]:65535"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "80",
        ":80",
        "10.0.0.1",
        "10.0.0.1:",
        "10.0.0.1:0",
        "10.0.0.1:65536",
        "10.0.0.1:999999",
        "10.0.0.1:http",
        "10.0.0.1:-1",
        "10.0.0.1:+1",
        "::1:80",
        "[::1]",
        "[::1]80",
        "[10.0.0.1]:80",
        "[]:80",
        "[::1:80",
        "::1]:80",
        "localhost:80",
        "10.0.0.1:\u0661",
      })
  void anything_else_is_no_address_and_port(String text) {
    assertThat(Addresses.parseWithPort(text)).isEmpty();
  }

  @Test
  void an_address_is_4_or_16_bytes_and_a_mapped_one_is_ipv4() {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 1};
    assertThat(Addresses.of(mapped))
        .isEqualTo(Addresses.of((byte) 10, (byte) 0, (byte) 0, (byte) 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Addresses.of(new byte[5]));
  }

  @Test
  void what_is_written_is_read_as_the_same_address() {
    long seed = Long.getLong("headgate.seed", System.nanoTime());
    var random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(bytes);
      for (int group = 0; group + 1 < bytes.length; group += 2) { // runs of zeros to shorten
        if (random.nextInt(3) > 0) {
          bytes[group] = 0;
          bytes[group + 1] = 0;
        }
      }
      InetAddress address = Addresses.of(bytes);
      assertThat(Addresses.parse(Addresses.text(address)))
          .as("-Dheadgate.seed=%d", seed)
          .contains(address);
    }
  }
}
