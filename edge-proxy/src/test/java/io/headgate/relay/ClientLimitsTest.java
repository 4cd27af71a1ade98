package io.headgate.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClientLimitsTest {
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

  private final ClientLimits limits = new ClientLimits();
  private long nowNs = -SECOND_NS; // the clock may well be negative

  private static InetAddress client(String text) {
    return Addresses.parse(text).orElseThrow();
  }

  private boolean enters(String client, int most, int perSecond) {
    return limits.enter(client(client), most, perSecond, nowNs);
  }

  @Test
  void a_client_has_no_more_connections_than_it_may() {
    assertThat(enters("203.0.113.7", 2, 0)).isTrue();
    assertThat(enters("203.0.113.7", 2, 0)).isTrue();
    assertThat(enters("203.0.113.7", 2, 0)).isFalse();
    assertThat(enters("203.0.113.8", 2, 0)).isTrue();
    limits.leave(client("203.0.113.7"));
    assertThat(enters("203.0.113.7", 2, 0)).isTrue();
    assertThat(enters("203.0.113.7", 2, 0)).isFalse();
  }

  @Test
  void a_client_may_open_a_seconds_worth_at_once_and_then_the_rate() {
    for (int i = 0; i < 10; i++) {
      assertThat(enters("203.0.113.7", 0, 10)).isTrue();
    }
    assertThat(enters("203.0.113.7", 0, 10)).isFalse();
    nowNs += SECOND_NS / 10;
    assertThat(enters("203.0.113.7", 0, 10)).isTrue();
    assertThat(enters("203.0.113.7", 0, 10)).isFalse();
    nowNs += 100 * SECOND_NS;
    for (int i = 0; i < 10; i++) {
      assertThat(enters("203.0.113.7", 0, 10)).isTrue();
    }
    assertThat(enters("203.0.113.7", 0, 10)).isFalse();
  }

  @Test
  void an_ipv6_client_is_its_slash_64() {
    assertThat(enters("2001:db8:0:1::7", 1, 0)).isTrue();
    assertThat(enters("2001:db8:0:1:ffff::8", 1, 0)).isFalse();
    assertThat(enters("2001:db8:0:2::7", 1, 0)).isTrue();
  }

  @Test
  void a_client_is_forgotten_once_it_has_no_connection_and_has_not_come_for_a_second() {
    enters("203.0.113.7", 5, 5);
    limits.sweep(nowNs + 10 * SECOND_NS);
    assertThat(limits.size()).isEqualTo(1);
    limits.leave(client("203.0.113.7"));
    limits.sweep(nowNs + SECOND_NS / 2);
    assertThat(limits.size()).isEqualTo(1);
    limits.sweep(nowNs + SECOND_NS);
    assertThat(limits.size()).isZero();
  }

  @Test
  void a_full_memory_locks_nobody_out() {
    for (int i = 0; i < ClientLimits.MOST_CLIENTS; i++) {
      enters("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), 1, 0);
    }
    assertThat(enters("203.0.113.7", 1, 0)).isTrue();
    assertThat(enters("203.0.113.7", 1, 0)).isTrue();
    assertThat(enters("10.0.0.1", 1, 0)).isFalse();
    assertThat(limits.size()).isEqualTo(ClientLimits.MOST_CLIENTS);
    limits.leave(client("203.0.113.7"));
  }

  @Test
  void descriptors_allow_one_connection_per_two_beyond_the_reserve() {
    assertThat(ConnectionLimit.forDescriptors(20_000)).isEqualTo(9_500);
    assertThat(ConnectionLimit.forDescriptors(1_048_576)).isEqualTo(523_788);
    assertThat(ConnectionLimit.forDescriptors(200)).isEqualTo(25);
    assertThat(ConnectionLimit.forDescriptors(64)).isEqualTo(1);
    assertThat(ConnectionLimit.forDescriptors(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    assertThat(ConnectionLimit.of(7)).isEqualTo(7);
  }
}
