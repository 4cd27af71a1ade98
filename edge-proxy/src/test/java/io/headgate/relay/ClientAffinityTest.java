package io.headgate.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClientAffinityTest {
  private static final InetSocketAddress A = backend("10.0.0.1:30080");
  private static final InetSocketAddress B = backend("10.0.0.2:30080");
  private static final InetSocketAddress C = backend("10.0.0.3:30080");
  private static final String CLIENT = "203.0.113.7";
  private static final Duration HOUR = Duration.ofHours(1);

  private final ClientAffinity affinity = new ClientAffinity();
  private long nowNs = Long.MAX_VALUE - HOUR.toNanos(); // the clock may well wrap

  @BeforeEach
  void lastAnHour() {
    affinity.lasts(HOUR);
  }

  private static InetSocketAddress backend(String text) {
    return Addresses.parseWithPort(text).orElseThrow();
  }

  private static InetAddress client(String text) {
    return Addresses.parse(text).orElseThrow();
  }

  private static InetAddress client(int number) {
    return client("10.%d.%d.%d".formatted(number >> 16, number >> 8 & 255, number & 255));
  }

  private @Nullable InetSocketAddress home(String client) {
    return affinity.home(client(client), nowNs);
  }

  private boolean moves(String client, @Nullable InetSocketAddress from, InetSocketAddress to) {
    return affinity.move(client(client), from, to, nowNs);
  }

  private void later(Duration time) {
    nowNs += time.toNanos();
  }

  @Test
  void a_client_belongs_to_its_backend_for_so_long_after_its_last_connection() {
    assertThat(home(CLIENT)).isNull();
    assertThat(moves(CLIENT, null, A)).isTrue();
    for (int i = 0; i < 10; i++) {
      later(HOUR.minusNanos(1));
      assertThat(home(CLIENT)).isEqualTo(A);
    }
    later(HOUR);
    assertThat(home(CLIENT)).isNull();
    assertThat(moves(CLIENT, null, B)).isTrue();
    assertThat(home(CLIENT)).isEqualTo(B);
  }

  @Test
  void a_client_is_its_whole_address() {
    moves("2001:db8::7", null, A);
    moves("203.0.113.7", null, A);
    assertThat(home("2001:db8::7")).isEqualTo(A);
    assertThat(home("2001:db8::8")).isNull();
    assertThat(home("2001:db8:0:1::7")).isNull();
    assertThat(home("203.0.113.8")).isNull();
    assertThat(home("::203.0.113.7")).isNull();
  }

  @Test
  void of_connections_that_are_opened_at_once_the_first_decides() {
    assertThat(home(CLIENT)).isNull();
    assertThat(moves(CLIENT, null, A)).isTrue();
    assertThat(moves(CLIENT, null, B)).isFalse();
    assertThat(home(CLIENT)).isEqualTo(A);

    assertThat(moves(CLIENT, A, B)).as("A could not be reached").isTrue();
    assertThat(moves(CLIENT, A, C)).isFalse();
    assertThat(home(CLIENT)).isEqualTo(B);
  }

  @Test
  void a_client_whose_time_is_over_moves_wherever_it_was() {
    moves(CLIENT, null, A);
    later(HOUR);
    assertThat(moves(CLIENT, null, B)).isTrue();
    assertThat(home(CLIENT)).isEqualTo(B);
  }

  @Test
  void clients_that_have_not_come_for_so_long_are_forgotten_and_others_are_not() {
    for (int i = 0; i < 1_000; i++) {
      affinity.move(client(i), null, A, nowNs);
    }
    later(HOUR.dividedBy(2));
    for (int i = 0; i < 100; i++) {
      affinity.home(client(i), nowNs);
    }
    later(HOUR.dividedBy(2));
    affinity.sweep(nowNs);
    assertThat(affinity.counters()).isEqualTo(new RelayCounters.Affinity(100, 0));
    assertThat(affinity.home(client(99), nowNs)).isEqualTo(A);
    assertThat(affinity.home(client(100), nowNs)).isNull();
  }

  @Test
  void switched_off_it_forgets_everybody() {
    moves(CLIENT, null, A);
    affinity.lasts(Duration.ZERO);
    affinity.sweep(nowNs);
    assertThat(affinity.counters()).isEqualTo(new RelayCounters.Affinity(0, 0));
  }

  @Test
  void beyond_so_many_clients_those_that_have_not_come_for_longest_are_dropped_and_counted() {
    int all = 2 * ClientAffinity.MOST_CLIENTS;
    String regular = "203.0.113.9";
    moves(regular, null, B);
    for (int i = 0; i < all; i++) {
      affinity.move(client(i), null, A, nowNs);
      assertThat(home(regular)).isEqualTo(B);
      nowNs++;
    }
    RelayCounters.Affinity counters = affinity.counters();
    assertThat(counters.clients()).isEqualTo(ClientAffinity.MOST_CLIENTS);
    assertThat(counters.dropped()).isEqualTo(all + 1 - counters.clients());
    for (int i = 0; i < ClientAffinity.MOST_CLIENTS / 2; i++) {
      assertThat(affinity.home(client(i), nowNs)).as("an old one").isNull();
      assertThat(affinity.home(client(all - 1 - i), nowNs)).as("a recent one").isEqualTo(A);
    }
  }
}
