package io.headgate.relay;

import static io.headgate.relay.ConnectContract.LONG;
import static io.headgate.relay.ConnectContract.SHORT;
import static io.headgate.relay.Rig.in;
import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.Balance;
import io.headgate.model.RoutePolicy;
import io.headgate.relay.Headers.Ends;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Clients that come back to the backend they had, as Kubernetes' ClientIP affinity asks. */
interface AffinityContract extends OnRig {
  String CLIENT = "127.0.0.11";
  RoutePolicy STICKY = sticky().build();

  private static Policy sticky() {
    return new Policy().clientAffinity(Duration.ofHours(1));
  }

  /** So many more connections, kept open, and the only server that all of them reach. */
  private String home(String client, InetSocketAddress relay, int connections) {
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      peers.add(rig().connect(client, relay));
    }
    List<String> servers = peers.stream().map(peer -> peer.readText(1)).distinct().toList();
    assertThat(servers).hasSize(1);
    return servers.getFirst();
  }

  private Map<String, EchoServer> servers(String... names) {
    Map<String, EchoServer> servers = new HashMap<>();
    Stream.of(names).forEach(name -> servers.put(name, rig().echo(name)));
    return servers;
  }

  private static Backend[] up(Map<String, EchoServer> servers) {
    return servers.values().stream()
        .map(server -> Rig.up(server.address()))
        .toArray(Backend[]::new);
  }

  /** With one of them in that state. */
  private static Backend[] with(Map<String, EchoServer> servers, String name, BackendState state) {
    return servers.entrySet().stream()
        .map(e -> in(e.getKey().equals(name) ? state : BackendState.UP, e.getValue().address()))
        .toArray(Backend[]::new);
  }

  @Test
  default void a_client_comes_back_to_its_backend_whatever_the_balance_and_others_are_spread() {
    Map<String, EchoServer> servers = servers("a", "b", "c", "d");
    int network = 0;
    for (Balance balance : Balance.values()) {
      network++;
      var relay = rig().serve(sticky().balance(balance).build(), up(servers));
      Map<String, String> homes = new HashMap<>();
      for (int i = 1; i <= 20; i++) {
        String client = "127.0." + network + "." + i;
        homes.put(client, home(client, relay, 1));
      }
      homes.forEach((client, home) ->
          assertThat(home(client, relay, 5)).as("%s by %s", client, balance).isEqualTo(home));
      assertThat(homes.values().stream().distinct()).as(balance.toString()).hasSizeGreaterThan(1);
    }
    assertThat(rig().counters().affinity().clients()).isEqualTo(20L * Balance.values().length);
  }

  @Test
  default void connections_that_a_client_opens_at_once_stay_together() {
    var relay = rig().serve(STICKY, up(servers("a", "b", "c", "d")));
    for (int i = 1; i <= 10; i++) {
      home("127.0.0." + i, relay, 10);
    }
  }

  @Test
  default void a_client_may_go_elsewhere_when_it_has_not_come_for_too_long() {
    EchoServer a = rig().echo("a");
    EchoServer b = rig().echo("b");
    var relay = rig().serve(STICKY, Rig.up(a.address()));
    home("127.0.0.12", relay, 5);
    home(CLIENT, relay, 1);
    rig().serve(STICKY, Rig.up(a.address()), Rig.up(b.address()));
    assertThat(home(CLIENT, relay, 1)).as("which has most connections").isEqualTo("a");

    RoutePolicy shorter = sticky().clientAffinity(SHORT).build();
    rig().serve(shorter, Rig.up(a.address()), Rig.up(b.address()));
    eventually(() -> assertThat(rig().counters().affinity().clients()).isZero());
    assertThat(home(CLIENT, relay, 1)).as("which has fewest connections").isEqualTo("b");
  }

  @Test
  default void a_client_leaves_a_backend_that_is_not_to_be_used_and_stays_where_it_went() {
    for (BackendState state :
        List.of(BackendState.DOWN, BackendState.DRAIN, BackendState.MAINT, BackendState.PENDING)) {
      Map<String, EchoServer> servers = servers("a", "b");
      var relay = rig().serve(STICKY, up(servers));
      String home = home(CLIENT, relay, 3);
      String other = home.equals("a") ? "b" : "a";
      rig().serve(STICKY, with(servers, home, state));
      assertThat(home(CLIENT, relay, 3)).as(state.toString()).isEqualTo(other);
      rig().serve(STICKY, up(servers));
      assertThat(home(CLIENT, relay, 10)).as("after " + state).isEqualTo(other);
    }
  }

  @Test
  default void a_client_stays_while_its_backend_is_suspected_or_drains_with_all_others() {
    Map<String, EchoServer> servers = servers("a", "b");
    var relay = rig().serve(STICKY, up(servers));
    String home = home(CLIENT, relay, 1);
    rig().serve(STICKY, with(servers, home, BackendState.SUSPECT));
    assertThat(home(CLIENT, relay, 10)).isEqualTo(home);
    rig()
        .serve(
            STICKY,
            servers.values().stream()
                .map(server -> in(BackendState.DRAIN, server.address()))
                .toArray(Backend[]::new));
    assertThat(home(CLIENT, relay, 10)).isEqualTo(home);
  }

  @Test
  default void a_client_leaves_a_backend_that_refuses_and_asks_it_no_more() {
    InetSocketAddress refusing = rig().keep(Silent.refusing("127.0.0.1")).address();
    EchoServer a = rig().echo("a");
    var relay = rig().serve(STICKY, Rig.up(refusing));
    rig().connect(CLIENT, relay).readToEnd();
    rig().serve(STICKY, Rig.up(refusing), Rig.up(a.address()));
    assertThat(home(CLIENT, relay, 1)).isEqualTo("a");
    assertThat(rig().counters(refusing).connectFailures()).as("it was tried first").isEqualTo(2);
    assertThat(home(CLIENT, relay, 10)).isEqualTo("a");
    assertThat(rig().counters(refusing).connectFailures()).isEqualTo(2);
  }

  @Test
  default void a_client_keeps_its_backend_over_reloads() {
    EchoServer a = rig().echo("a");
    var relay = rig().serve(STICKY, Rig.up(a.address()));
    home(CLIENT, relay, 5);
    Map<String, EchoServer> more = servers("b", "c");
    more.put("a", a);
    for (int i = 1; i <= 5; i++) {
      rig().serve(sticky().maxConnections(100 + i).build(), up(more));
      assertThat(home(CLIENT, relay, 5)).isEqualTo("a");
    }
    assertThat(rig().counters().affinity()).isEqualTo(new RelayCounters.Affinity(1, 0));
  }

  @Test
  default void without_affinity_nobody_is_remembered() {
    Map<String, EchoServer> servers = servers("a", "b");
    var relay = rig().serve(STICKY, up(servers));
    home(CLIENT, relay, 1);
    assertThat(rig().counters().affinity().clients()).isEqualTo(1);
    rig().serve(Policy.PLAIN, up(servers));
    eventually(() -> assertThat(rig().counters().affinity().clients()).isZero());
    eventually(() -> {
      rig().connect(CLIENT, relay).read(1);
      assertThat(servers.values()).allSatisfy(server -> assertThat(server.served()).isPositive());
    });
    assertThat(rig().counters().affinity().clients()).isZero();
  }

  @Test
  default void a_client_waits_for_its_backend_while_that_is_full() {
    Map<String, EchoServer> servers = servers("a", "b");
    var relay =
        rig().serve(sticky().maxConnectionsPerBackend(1).queueTimeout(LONG).build(), up(servers));
    Peer first = rig().connect(CLIENT, relay);
    String home = first.readText(1);
    Peer second = rig().connect(CLIENT, relay);
    eventually(() -> assertThat(rig().counters().waiting()).isEqualTo(1));
    assertThat(home("127.0.0.12", relay, 1)).isNotEqualTo(home);
    first.close();
    assertThat(second.readText(1)).isEqualTo(home);
    eventually(() -> assertThat(rig().counters().waiting()).isZero());
  }

  @Test
  default void a_client_goes_elsewhere_rather_than_be_refused_while_its_backend_stays_full() {
    Map<String, EchoServer> servers = servers("a", "b");
    var relay =
        rig().serve(sticky().maxConnectionsPerBackend(1).queueTimeout(SHORT).build(), up(servers));
    String home = home(CLIENT, relay, 1);
    assertThat(home(CLIENT, relay, 1)).isNotEqualTo(home);
    assertThat(rig().connect(CLIENT, relay).readToEnd()).isEqualTo(ConnectContract.RESET_AT_ONCE);
    rig().expectEnded(CloseReason.QUEUE_TIMEOUT, 1);
    eventually(() -> assertThat(rig().counters().waiting()).isZero());
  }

  @Test
  default void clients_behind_one_proxy_are_told_apart_by_its_header() {
    var relay =
        rig()
            .serve(
                sticky().acceptProxyFrom(CLIENT + "/32").build(), up(servers("a", "b", "c", "d")));
    Map<Integer, String> homes = new HashMap<>();
    for (int round = 0; round < 3; round++) {
      for (int i = 1; i <= 20; i++) {
        var ends = new Ends(address("203.0.113." + i, 50_000 + round), address("192.0.2.1", 443));
        Peer client = rig().connect(CLIENT, relay);
        client.send(Headers.v1(ends));
        String server = client.readText(1);
        assertThat(homes.computeIfAbsent(i, _ -> server)).isEqualTo(server);
      }
    }
    assertThat(homes.values().stream().distinct()).hasSizeGreaterThan(1);
  }

  private static InetSocketAddress address(String text, int port) {
    return new InetSocketAddress(Addresses.parse(text).orElseThrow(), port);
  }
}
