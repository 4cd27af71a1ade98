package io.headgate.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
  void what_is_new_is_told_once_and_again_when_the_client_comes_again() {
    moves(CLIENT, null, A);
    later(Duration.ofMillis(30));
    assertThat(news()).containsExactly(new ClientHome(client(CLIENT), A, 30));
    assertThat(news()).isEmpty();
    home(CLIENT);
    assertThat(news()).containsExactly(new ClientHome(client(CLIENT), A, 0));
    affinity.tellAnew();
    assertThat(news()).hasSize(1);
    later(HOUR);
    affinity.tellAnew();
    affinity.sweep(nowNs);
    assertThat(news()).isEmpty();
  }

  @Test
  void clients_that_are_too_many_are_told_the_next_time() {
    for (int i = 0; i < 1_000; i++) {
      moves(Addresses.text(client(i)), null, A);
    }
    Set<InetAddress> told = new HashSet<>();
    int times = 0;
    for (List<ClientHome> some = news(); !some.isEmpty(); some = news()) {
      assertThat(some.size()).isLessThanOrEqualTo(320);
      some.forEach(home -> assertThat(told.add(home.client())).isTrue());
      times++;
    }
    assertThat(told).hasSize(1_000);
    assertThat(times).isGreaterThan(2);
  }

  @Test
  void what_another_edge_has_told_counts_as_if_the_client_had_come_here_and_is_not_told_on() {
    learn(CLIENT, A, Duration.ofMinutes(59));
    learn("2001:db8::7", B, Duration.ZERO);
    learn("203.0.113.9", B, HOUR);
    assertThat(news()).isEmpty();
    assertThat(home("203.0.113.9")).isNull();
    assertThat(home("2001:db8::7")).isEqualTo(B);
    later(Duration.ofMinutes(1));
    assertThat(home(CLIENT)).isNull();
    assertThat(news()).containsExactly(new ClientHome(client("2001:db8::7"), B, 60_000));
  }

  @Test
  void the_edge_where_a_client_came_last_is_right() {
    moves(CLIENT, null, A);
    later(Duration.ofSeconds(2));
    learn(CLIENT, B, Duration.ofSeconds(3));
    assertThat(news()).containsExactly(new ClientHome(client(CLIENT), A, 2_000));
    learn(CLIENT, B, Duration.ofSeconds(1));
    affinity.tellAnew();
    assertThat(news()).containsExactly(new ClientHome(client(CLIENT), B, 1_000));
  }

  @Test
  void a_route_without_affinity_learns_nothing() {
    affinity.lasts(Duration.ZERO);
    learn(CLIENT, A, Duration.ZERO);
    assertThat(affinity.counters().clients()).isZero();
  }

  @Test
  void what_others_tell_takes_no_more_room_than_clients_of_our_own() {
    for (int i = 0; i < 2 * ClientAffinity.MOST_CLIENTS; i++) {
      learn(Addresses.text(client(i)), A, Duration.ZERO);
    }
    assertThat(affinity.counters().clients())
        .isLessThanOrEqualTo(ClientAffinity.MOST_CLIENTS)
        .isGreaterThan(ClientAffinity.MOST_CLIENTS * 9 / 10);
  }

  private List<ClientHome> news() {
    return affinity.news(320, nowNs);
  }

  private void learn(String client, InetSocketAddress backend, Duration ago) {
    affinity.learn(new ClientHome(client(client), backend, ago.toMillis()), nowNs);
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
