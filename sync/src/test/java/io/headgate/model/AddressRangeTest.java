package io.headgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AddressRangeTest {
  @ParameterizedTest
  @CsvSource({
    "203.0.113.10, 203.0.113.10, 1",
    "203.0.113.9/29, 203.0.113.8-203.0.113.15, 8",
    "203.0.113.20-203.0.113.40, 203.0.113.20-203.0.113.40, 21",
    "203.0.113.20 - 203.0.113.20, 203.0.113.20, 1",
    "0.0.0.0/0, 0.0.0.0-255.255.255.255, 4294967296",
    "2001:db8::7, 2001:db8::7, 1",
    "2001:db8::/64, 2001:db8::-2001:db8::ffff:ffff:ffff:ffff, 18446744073709551616",
    "2001:db8::ff-2001:db8::101, 2001:db8::ff-2001:db8::101, 3",
    "::2/127, ::2-::3, 2",
  })
  void an_address_a_cidr_and_two_ends_are_ranges(String text, String shown, BigInteger size) {
    AddressRange range = range(text);
    assertThat(range).hasToString(shown);
    assertThat(range.size()).isEqualTo(size);
    assertThat(AddressRange.parse(shown)).contains(range);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "10.0.0.1-",
        "-10.0.0.1",
        "10.0.0.2-10.0.0.1",
        "2001:db8::2-2001:db8::1",
        "10.0.0.1-2001:db8::1",
        "10.0.0.1-7",
        "10.0.0.0/8-11.0.0.0",
        "10.0.0.0/33",
        "example.com",
        "::fffe:0:0-::1:0:0:0", // the addresses in the middle are IPv4
        "::/0"
      })
  void what_writes_no_range_is_none(String text) {
    assertThat(AddressRange.parse(text)).isEmpty();
  }

  @Test
  void the_ends_are_in_it_and_their_neighbours_are_not() {
    AddressRange range = range("10.0.0.200-10.0.1.9");
    assertThat(range.contains(address("10.0.0.200"))).isTrue();
    assertThat(range.contains(address("10.0.0.255"))).isTrue();
    assertThat(range.contains(address("10.0.1.9"))).isTrue();
    assertThat(range.contains(address("10.0.0.199"))).isFalse();
    assertThat(range.contains(address("10.0.1.10"))).isFalse();
    assertThat(range.contains(address("2001:db8::"))).as("another family").isFalse();
    assertThat(range("2001:db8::/64").contains(address("2001:db8::ffff:ffff:ffff:ffff"))).isTrue();
    assertThat(range("2001:db8::/64").contains(address("2001:db8:0:1::"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/24, 10.0.0.255-10.0.1.3, true",
    "10.0.0.0/24, 10.0.0.7, true",
    "10.0.0.7, 10.0.0.0/24, true",
    "10.0.0.0/24, 10.0.1.0/24, false",
    "10.0.0.0-10.0.0.9, 10.0.0.9-10.0.0.20, true",
    "10.0.0.0-10.0.0.9, 10.0.0.10-10.0.0.20, false",
    "10.0.0.0/8, a00::/8, false",
  })
  void ranges_overlap_where_they_have_an_address_in_common(String a, String b, boolean overlap) {
    assertThat(range(a).overlaps(range(b))).isEqualTo(overlap);
    assertThat(range(b).overlaps(range(a))).isEqualTo(overlap);
  }

  @Test
  void addresses_are_counted_from_the_lowest_and_carry_over() {
    AddressRange range = range("10.0.0.254-10.0.1.2");
    assertThat(range.at(0)).contains(address("10.0.0.254"));
    assertThat(range.at(2)).contains(address("10.0.1.0"));
    assertThat(range.at(4)).contains(address("10.0.1.2"));
    assertThat(range.at(5)).isEmpty();
    assertThat(range("255.255.255.255").at(1)).isEmpty();
    assertThat(range("2001:db8::/64").at(Long.MAX_VALUE))
        .contains(address("2001:db8::7fff:ffff:ffff:ffff"));
  }

  @Test
  void no_range_is_made_of_two_families_or_backwards() {
    assertThatThrownBy(() -> new AddressRange(address("10.0.0.1"), address("2001:db8::1")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new AddressRange(address("10.0.0.2"), address("10.0.0.1")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static AddressRange range(String text) {
    return AddressRange.parse(text).orElseThrow();
  }

  private static InetAddress address(String text) {
    return Addresses.parse(text).orElseThrow();
  }
}
