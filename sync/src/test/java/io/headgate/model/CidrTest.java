package io.headgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CidrTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0/8",
    "10.1.2.3/8, 10.1.2.3/8",
    "10.0.0.1, 10.0.0.1/32",
    "0.0.0.0/0, 0.0.0.0/0",
    "2001:db8::/32, 2001:db8::/32",
    "::1, ::1/128",
  })
  void a_range_is_read_and_written(String written, String canonical) {
    assertThat(Cidr.parse(written).map(Cidr::toString)).contains(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "10.0.0.0/+8",
        "10.0.0/8",
        "::/129",
        "::/1280",
        "any",
        "10.0.0.0/255.0.0.0",
        "10.0.0.0-10.0.0.9"
      })
  void anything_else_is_no_range(String text) {
    assertThat(Cidr.parse(text)).isEmpty();
  }

  @Test
  void a_prefix_is_no_longer_than_its_address() {
    InetAddress address = address("10.0.0.0");
    assertThatIllegalArgumentException().isThrownBy(() -> new Cidr(address, 33));
    assertThatIllegalArgumentException().isThrownBy(() -> new Cidr(address, -1));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.0.0.0/8, 9.255.255.255, false",
    "10.9.9.9/8, 10.0.0.0, true", // host bits are ignored
    "10.0.0.1, 10.0.0.1, true",
    "10.0.0.1, 10.0.0.2, false",
    "0.0.0.0/0, 255.255.255.255, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "0.0.0.0/0, ::1, false",
    "2001:db8::/64, 2001:db8::ffff:ffff:ffff:ffff, true",
    "2001:db8::/64, 2001:db8:0:1::, false",
    "2001:db8::/65, 2001:db8::7fff:ffff:ffff:ffff, true",
    "2001:db8::/65, 2001:db8::8000:0:0:0, false",
    "2001:db8::1/128, 2001:db8::1, true",
    "ffff::/16, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, true",
    "::ffff:10.0.0.0, 10.0.0.0, true",
  })
  void a_set_contains_what_its_range_does(String range, String address, boolean expected) {
    CidrSet set = CidrSet.of(List.of(Cidr.parse(range).orElseThrow()));
    assertThat(set.contains(address(address))).isEqualTo(expected);
  }

  @Test
  void an_empty_set_contains_nothing() {
    assertThat(CidrSet.of(List.of())).isSameAs(CidrSet.NONE);
    assertThat(CidrSet.NONE.isEmpty()).isTrue();
    assertThat(CidrSet.NONE.contains(address("0.0.0.0"))).isFalse();
    assertThat(CidrSet.NONE.contains(address("::"))).isFalse();
  }

  /** Interpreted code allocates what compiled code does not: so until it is compiled. */
  @Test
  void asking_about_ipv4_clients_comes_to_allocate_nothing() {
    CidrSet set = CidrSet.of(List.of(cidr("10.0.0.0/8"), cidr("192.0.2.0/24"), cidr("::1")));
    InetAddress[] clients = {address("10.1.2.3"), address("192.0.2.7"), address("203.0.113.9")};
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long deadlineNs = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    int calls = 99_999;
    long bytes;
    do {
      long before = threads.getCurrentThreadAllocatedBytes();
      assertThat(inside(set, clients, calls)).isEqualTo(calls / 3 * 2);
      bytes = threads.getCurrentThreadAllocatedBytes() - before;
    } while (bytes >= calls && System.nanoTime() - deadlineNs < 0);
    assertThat(bytes / calls).as("bytes a call").isZero();
  }

  private static int inside(CidrSet set, InetAddress[] clients, int calls) {
    int inside = 0;
    for (int i = 0; i < calls; i++) {
      inside += set.contains(clients[i % clients.length]) ? 1 : 0;
    }
    return inside;
  }

  private static Cidr cidr(String text) {
    return Cidr.parse(text).orElseThrow();
  }

  @Test
  void a_set_equals_one_of_the_same_ranges() {
    List<Cidr> ranges = List.of(Cidr.parse("10.0.0.0/8").orElseThrow());
    assertThat(CidrSet.of(ranges)).isEqualTo(CidrSet.of(ranges)).hasSameHashCodeAs(ranges);
    assertThat(CidrSet.of(ranges)).isNotEqualTo(CidrSet.NONE);
  }

  @Test
  void any_set_agrees_with_arithmetic_on_big_integers() {
    long seed = Long.getLong("headgate.seed", System.nanoTime());
    var random = new Random(seed);
    int inside = 0;
    for (int i = 0; i < 2_000; i++) {
      List<Cidr> cidrs =
          IntStream.range(0, random.nextInt(12)).mapToObj(_ -> cidr(random)).toList();
      CidrSet set = CidrSet.of(cidrs);
      for (int j = 0; j < 50; j++) {
        InetAddress address = address(random);
        boolean expected = cidrs.stream().anyMatch(cidr -> contains(cidr, address));
        assertThat(set.contains(address))
            .as("%s in %s, -Dheadgate.seed=%d", Addresses.text(address), cidrs, seed)
            .isEqualTo(expected);
        inside += expected ? 1 : 0;
      }
    }
    assertThat(inside).as("addresses that were in their set").isGreaterThan(1_000);
  }

  private static boolean contains(Cidr cidr, InetAddress address) {
    int bits = cidr.network().getAddress().length == 4 ? cidr.prefixBits() + 96 : cidr.prefixBits();
    return number(cidr.network())
        .shiftRight(128 - bits)
        .equals(number(address).shiftRight(128 - bits));
  }

  private static BigInteger number(InetAddress address) {
    byte[] bytes = address.getAddress();
    BigInteger number = new BigInteger(1, bytes);
    return bytes.length == 4 ? number.add(BigInteger.valueOf(0xffff).shiftLeft(32)) : number;
  }

  private static Cidr cidr(Random random) {
    InetAddress network = address(random);
    int width = network.getAddress().length * 8;
    return new Cidr(network, Math.max(0, width - random.nextInt(random.nextInt(1, width + 2))));
  }

  /** Few different bytes, so that addresses meet; all zeros and all ones, so that borders do. */
  private static InetAddress address(Random random) {
    byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
    byte[] alphabet = {0, 0, 1, 127, -128, -1, -1};
    Arrays.fill(bytes, alphabet[random.nextInt(alphabet.length)]);
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      bytes[random.nextInt(bytes.length)] = alphabet[random.nextInt(alphabet.length)];
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static InetAddress address(String text) {
    return Addresses.parse(text).orElseThrow();
  }
}
