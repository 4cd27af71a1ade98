package io.headgate.relay;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.model.RoutePolicy;
import io.headgate.relay.Headers.Ends;
import io.headgate.relay.RelayCounters.OfSource;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which of the edge's own addresses connections to backends come from. */
interface SourceContract extends OnRig {
  /** Of a range for documentation (RFC 5737), which no host has. */
  String NOWHERE = "192.0.2.77";

  RoutePolicy FOUR = new Policy().sourceAddresses("127.0.0.21-127.0.0.24").build();

  /** Where the backend sees a new connection of this client come from. */
  private String source(String client, InetSocketAddress relay, Listening backend) {
    try (Peer from = rig().connect(client, relay);
        Peer to = rig().accept(backend)) {
      from.send("hello");
      assertThat(to.readText(5)).isEqualTo("hello");
      return Addresses.text(to.remote().getAddress());
    }
  }

  private Map<String, String> sources(int clients, InetSocketAddress relay, Listening backend) {
    Map<String, String> sources = new HashMap<>();
    for (int i = 1; i <= clients; i++) {
      String client = "127.0.5." + i;
      sources.put(client, source(client, relay, backend));
    }
    return sources;
  }

  private OfSource counted(String address) {
    return rig().relay().counters().sources().stream()
        .filter(source -> Addresses.text(source.address()).equals(address))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no counters of " + address));
  }

  private long total() {
    return rig().relay().counters().sources().stream().mapToLong(OfSource::total).sum();
  }

  @Test
  default void clients_are_spread_over_the_source_addresses() {
    Listening backend = rig().listening();
    var relay = rig().serve(FOUR, Rig.up(backend.address()));
    Map<String, String> sources = sources(40, relay, backend);
    assertThat(new HashSet<>(sources.values()))
        .containsExactlyInAnyOrder("127.0.0.21", "127.0.0.22", "127.0.0.23", "127.0.0.24");
    assertThat(total()).isEqualTo(40);
    assertThat(rig().relay().counters().sourceless()).isZero();
    rig().expectActive(0);
    assertThat(rig().relay().counters().sources())
        .allSatisfy(source -> assertThat(source.active()).isZero());
  }

  @Test
  default void one_client_keeps_its_source_whichever_backend_it_gets() {
    List<Listening> backends = List.of(rig().listening(), rig().listening());
    for (Listening backend : backends) {
      var relay = rig().serve(FOUR, Rig.up(backend.address()));
      Set<String> sources = new HashSet<>();
      for (int i = 0; i < 5; i++) {
        sources.add(source("127.0.0.99", relay, backend));
      }
      assertThat(sources).hasSize(1);
    }
    assertThat(rig().relay().counters().sources().stream().filter(source -> source.total() > 0))
        .as("the same for both backends")
        .hasSize(1);
  }

  @Test
  default void clients_behind_one_proxy_have_a_source_each() {
    Listening backend = rig().listening();
    RoutePolicy policy =
        new Policy()
            .sourceAddresses("127.0.0.21-127.0.0.24")
            .acceptProxyFrom("127.0.0.0/8")
            .build();
    var relay = rig().serve(policy, Rig.up(backend.address()));
    Set<String> sources = new HashSet<>();
    for (int i = 1; i <= 20; i++) {
      var ends = new Ends(literal("203.0.113." + i), literal("192.0.2.1"));
      Peer client = rig().connect(relay);
      client.send(Headers.v1(ends));
      sources.add(Addresses.text(rig().accept(backend).remote().getAddress()));
    }
    assertThat(sources).hasSizeGreaterThan(2);
  }

  private static InetSocketAddress literal(String address) {
    return new InetSocketAddress(Addresses.parse(address).orElseThrow(), 4711);
  }

  @Test
  default void removing_a_source_moves_only_its_own_clients() {
    Listening backend = rig().listening();
    var relay = rig().serve(FOUR, Rig.up(backend.address()));
    Map<String, String> before = sources(24, relay, backend);
    RoutePolicy fewer = new Policy().sourceAddresses("127.0.0.21", "127.0.0.23-127.0.0.24").build();
    rig().serve(fewer, Rig.up(backend.address()));
    Map<String, String> after = sources(24, relay, backend);
    before.forEach((client, source) -> {
      if (source.equals("127.0.0.22")) {
        assertThat(after.get(client)).isNotEqualTo(source);
      } else {
        assertThat(after.get(client)).isEqualTo(source);
      }
    });
  }

  @Test
  default void a_missing_source_address_does_not_break_a_connection() {
    Listening backend = rig().listening();
    RoutePolicy policy = new Policy().sourceAddresses("127.0.0.21", NOWHERE, "127.0.0.23").build();
    var relay = rig().serve(policy, Rig.up(backend.address()));
    Map<String, String> sources = sources(24, relay, backend);
    assertThat(new HashSet<>(sources.values()))
        .containsExactlyInAnyOrder("127.0.0.21", "127.0.0.23");
    sources.forEach((client, source) ->
        assertThat(source(client, relay, backend)).as("it stays there").isEqualTo(source));
    OfSource missing = counted(NOWHERE);
    assertThat(missing.missing()).isTrue();
    assertThat(missing.missed()).isPositive();
    assertThat(missing.exhausted()).isZero();
    assertThat(missing.total()).isZero();
    assertThat(rig().relay().counters().sourceless()).isZero();
    assertThat(rig().counters(backend.address()).connectFailures()).isZero();
    eventually(() -> assertThat(rig().events().sources()).containsExactly(NOWHERE + " missing"));
  }

  @Test
  default void where_no_source_address_is_there_the_kernel_chooses() {
    Listening backend = rig().listening();
    RoutePolicy policy = new Policy().sourceAddresses(NOWHERE, "192.0.2.78").build();
    var relay = rig().serve(policy, Rig.up(backend.address()));
    assertThat(source("127.0.0.99", relay, backend)).isEqualTo("127.0.0.1");
    assertThat(rig().relay().counters().sourceless()).isEqualTo(1);
    assertThat(counted(NOWHERE).missed()).isEqualTo(1);
    assertThat(counted("192.0.2.78").missed()).isEqualTo(1);
  }

  @Test
  default void a_source_address_is_of_the_backends_family() {
    Listening backend4 = rig().listening();
    Listening backend6 = rig().keep(Listening.on("::1"));
    RoutePolicy policy = new Policy().sourceAddresses("127.0.0.21", "::1").build();
    var relay = rig().serve(policy, Rig.up(backend4.address()));
    assertThat(source("127.0.0.99", relay, backend4)).isEqualTo("127.0.0.21");
    rig().serve(policy, Rig.up(backend6.address()));
    assertThat(source("127.0.0.99", relay, backend6)).isEqualTo("::1");
    rig().serve(new Policy().sourceAddresses("::1").build(), Rig.up(backend4.address()));
    assertThat(source("127.0.0.99", relay, backend4))
        .as("none of its family")
        .isEqualTo("127.0.0.1");
    assertThat(rig().relay().counters().sourceless()).isZero();
  }

  @Test
  default void a_backend_that_refuses_is_still_told_from_a_source_that_cannot_be_used() {
    InetSocketAddress refusing = rig().keep(Silent.refusing("127.0.0.1")).address();
    Listening backend = rig().listening();
    var relay = rig().serve(FOUR, Rig.up(refusing));
    assertThat(rig().connect(relay).readToEnd()).isEqualTo(ConnectContract.RESET_AT_ONCE);
    assertThat(rig().counters(refusing).connectFailures()).isEqualTo(1);
    rig().serve(FOUR, Rig.up(refusing), Rig.up(backend.address()));
    IntStream.range(0, 8).forEach(_ -> source("127.0.0.99", relay, backend));
    assertThat(rig().relay().counters().sources())
        .allSatisfy(source -> {
          assertThat(source.missed()).isZero();
          assertThat(source.exhausted()).isZero();
          assertThat(source.missing()).isFalse();
        });
    rig().expectActive(0);
    assertThat(rig().relay().counters().sources())
        .allSatisfy(source -> assertThat(source.active()).isZero());
  }

  @Test
  default void a_source_that_cannot_be_had_costs_no_attempt_and_no_time() {
    Listening backend = rig().listening();
    RoutePolicy policy =
        new Policy()
            .sourceAddresses("192.0.2.70-192.0.2.79", "127.0.0.21")
            .connectAttempts(1)
            .connectTimeout(Duration.ofMinutes(1))
            .build();
    var relay = rig().serve(policy, Rig.up(backend.address()));
    assertThat(source("127.0.0.99", relay, backend)).isEqualTo("127.0.0.21");
    assertThat(rig().counters().connectRetries()).isZero();
  }
}
