package io.headgate.relay;

import static io.headgate.relay.ConnectContract.LONG;
import static io.headgate.relay.ConnectContract.SHORT;
import static io.headgate.relay.Rig.at;
import static io.headgate.relay.Rig.in;
import static io.headgate.relay.Rig.route;
import static io.headgate.relay.Rig.up;
import static io.headgate.relay.Saw.Ending.RST;
import static io.headgate.testing.Eventually.pause;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.Listener;
import io.headgate.model.Route;
import io.headgate.model.RoutePolicy;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** One table after the other: what changes takes effect, and nothing else is touched. */
interface TableContract extends OnRig {

  private static void assertRefused(InetSocketAddress address) {
    assertThatThrownBy(() -> Peer.connect(address))
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseInstanceOf(ConnectException.class)
        .hasRootCauseMessage("Connection refused");
  }

  /** Refused, or ended without a byte where the transport cannot bind one family alone. */
  private void assertNotServed(InetSocketAddress address) {
    try {
      assertThat(rig().connect(address).readToEnd().bytes()).isZero();
    } catch (UncheckedIOException e) {
      assertThat(e).hasRootCauseMessage("Connection refused");
    }
  }

  private static void assertLives(Peer client) {
    byte[] bytes = Bytes.random(9, 5_000);
    client.send(bytes);
    assertThat(client.read(bytes.length)).isEqualTo(bytes);
  }

  /** A client of the named server. */
  private Peer client(InetSocketAddress relay, String server) {
    Peer client = rig().connect(relay);
    assertThat(client.readText(1)).isEqualTo(server);
    return client;
  }

  // Listeners.

  @Test
  default void nothing_listens_before_the_first_table_and_all_of_it_after() {
    EchoServer server = rig().echo("a");
    List<ListenerStatus> statuses =
        rig()
            .follow(
                route("one", at("127.0.0.1"), Policy.PLAIN, up(server.address())),
                route("two", at("127.0.0.2"), Policy.PLAIN, up(server.address())),
                route("six", at("::1"), Policy.PLAIN, up(server.address())));
    assertThat(statuses)
        .hasSize(3)
        .allSatisfy(status -> {
          assertThat(status.problem()).isEmpty();
          assertThat(status.port()).isPositive();
          client(Rig.address(status), "a");
        });
    assertThat(statuses)
        .extracting(ListenerStatus::route)
        .containsExactlyInAnyOrder("one", "two", "six");
  }

  @Test
  default void a_listener_on_every_address_serves_both_families() {
    EchoServer server = rig().echo("a");
    var listening =
        rig().serve(route(Rig.ROUTE, Listener.everyAddress(0), Policy.PLAIN, up(server.address())));
    for (String address : List.of("127.0.0.1", "127.0.0.77", "::1")) {
      client(new InetSocketAddress(InetAddress.ofLiteral(address), listening.getPort()), "a");
    }
  }

  @Test
  default void a_listener_of_the_ipv4_wildcard_serves_ipv4_only() {
    EchoServer server = rig().echo("a");
    var listening =
        rig().serve(route(Rig.ROUTE, at("0.0.0.0"), Policy.PLAIN, up(server.address())));
    client(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.77"), listening.getPort()), "a");
    assertNotServed(new InetSocketAddress(InetAddress.ofLiteral("::1"), listening.getPort()));
  }

  @Test
  default void ipv4_and_ipv6_listeners_may_share_a_port() {
    EchoServer server = rig().echo("a");
    var v4 = rig().serve(route(Rig.ROUTE, at("127.0.0.1"), Policy.PLAIN, up(server.address())));
    var sixth = new Listener(InetAddress.ofLiteral("::1"), v4.getPort());
    List<ListenerStatus> statuses =
        rig()
            .follow(
                route(Rig.ROUTE, at("127.0.0.1"), Policy.PLAIN, up(server.address())),
                route("six", sixth, Policy.PLAIN, up(server.address())));
    assertThat(statuses).allSatisfy(status -> client(Rig.address(status), "a"));
  }

  @Test
  default void a_listener_that_is_gone_refuses_while_its_connections_go_on() {
    EchoServer server = rig().echo("a");
    var kept = route("kept", at("127.0.0.2"), Policy.PLAIN, up(server.address()));
    List<ListenerStatus> statuses = rig().follow(route(Policy.PLAIN, up(server.address())), kept);
    InetSocketAddress leaving = Rig.address(Rig.of(statuses, Rig.ROUTE));
    InetSocketAddress staying = Rig.address(Rig.of(statuses, "kept"));
    Peer ofLeaving = client(leaving, "a");
    Peer ofStaying = client(staying, "a");

    List<ListenerStatus> next = rig().follow(kept);

    assertThat(next).extracting(ListenerStatus::port).containsExactly(staying.getPort());
    assertRefused(leaving);
    assertLives(ofLeaving);
    assertLives(ofStaying);
    client(staying, "a");
  }

  @Test
  default void a_listener_may_leave_and_return() {
    EchoServer server = rig().echo("a");
    var port = rig().serve(Policy.PLAIN, up(server.address())).getPort();
    var again = new Listener(InetAddress.ofLiteral("127.0.0.1"), port);
    for (int i = 0; i < 5; i++) {
      rig().follow();
      assertRefused(new InetSocketAddress(again.address(), port));
      client(rig().serve(route(Rig.ROUTE, again, Policy.PLAIN, up(server.address()))), "a");
    }
  }

  @Test
  default void a_listener_that_cannot_be_bound_says_why_and_holds_up_nobody() throws Exception {
    EchoServer server = rig().echo("a");
    Listening taken = rig().keep(Listening.on("127.0.0.3"));
    var blocked = new Listener(taken.address().getAddress(), taken.address().getPort());
    var foreign = new Listener(InetAddress.ofLiteral("192.0.2.1"), 7777);
    var routes =
        new Route[] {
          route("taken", blocked, Policy.PLAIN, up(server.address())),
          route("foreign", foreign, Policy.PLAIN, up(server.address())),
          route("fine", at("127.0.0.1"), Policy.PLAIN, up(server.address()))
        };

    List<ListenerStatus> statuses = rig().follow(routes);

    assertThat(Rig.of(statuses, "taken").problem())
        .hasValueSatisfying(problem ->
            assertThat(problem)
                .contains(blocked.toString())
                .containsIgnoringCase("address already in use"));
    assertThat(Rig.of(statuses, "foreign").problem())
        .hasValueSatisfying(problem ->
            assertThat(problem)
                .contains("192.0.2.1:7777")
                .containsIgnoringCase("cannot assign requested address"));
    client(Rig.address(Rig.of(statuses, "fine")), "a");

    taken.close();
    List<ListenerStatus> next = rig().follow(routes);
    assertThat(Rig.of(next, "taken").problem()).isEmpty();
    assertThat(Rig.of(next, "foreign").problem()).isPresent();
    assertThat(Rig.of(next, "fine").port()).isEqualTo(Rig.of(statuses, "fine").port());
    client(Rig.address(Rig.of(next, "taken")), "a");
  }

  @Test
  default void a_listener_of_an_address_that_comes_later_is_bound_before_it_comes()
      throws Exception {
    Rig rig = rig().freeBind();
    EchoServer server = rig.echo("a");
    var later = new Listener(InetAddress.ofLiteral("192.0.2.1"), 7777);
    var later6 = new Listener(InetAddress.ofLiteral("2001:db8::1"), 7777);

    List<ListenerStatus> statuses =
        rig.follow(
            route("later", later, Policy.PLAIN, up(server.address())),
            route("later6", later6, Policy.PLAIN, up(server.address())),
            route("here", at("127.0.0.1"), Policy.PLAIN, up(server.address())));

    boolean bound = rig.kind().bindsFreely();
    assertThat(Rig.of(statuses, "later").problem().isEmpty()).isEqualTo(bound);
    assertThat(Rig.of(statuses, "later6").problem().isEmpty()).isEqualTo(bound);
    client(Rig.address(Rig.of(statuses, "here")), "a");
  }

  // Backends.

  @Test
  default void a_new_backend_is_used_and_old_connections_stay_where_they_are() {
    EchoServer a = rig().echo("a");
    EchoServer b = rig().echo("b");
    var relay = rig().serve(Policy.PLAIN, up(a.address()));
    Peer old = client(relay, "a");
    rig().serve(Policy.PLAIN, up(b.address()));
    for (int i = 0; i < 10; i++) {
      client(relay, "b");
    }
    assertLives(old);
  }

  @Test
  default void a_draining_backend_keeps_its_connections_and_gets_no_new_ones() {
    EchoServer a = rig().echo("a");
    EchoServer b = rig().echo("b");
    var relay = rig().serve(Policy.PLAIN, up(a.address()));
    Peer old = client(relay, "a");
    rig().serve(Policy.PLAIN, in(BackendState.DRAIN, a.address()), up(b.address()));
    for (int i = 0; i < 10; i++) {
      client(relay, "b");
    }
    assertLives(old);
    assertThat(a.served()).isEqualTo(1);
  }

  @Test
  default void a_draining_backend_is_used_when_nothing_else_is_left() {
    EchoServer a = rig().echo("a");
    EchoServer b = rig().echo("b");
    var relay =
        rig()
            .serve(
                Policy.PLAIN,
                in(BackendState.DRAIN, a.address()),
                in(BackendState.DOWN, b.address()));
    client(relay, "a");
  }

  @Test
  default void all_backends_that_only_probes_call_down_are_used_when_nothing_else_is_left() {
    EchoServer a = rig().echo("a");
    var lastResort =
        new Backend("a", a.address(), BackendState.DOWN, Backend.FULL_WEIGHT, true, false, "test");
    client(rig().serve(Policy.PLAIN, lastResort), "a");
  }

  @Test
  default void connections_of_a_draining_backend_are_reset_after_the_drain_timeout() {
    RoutePolicy policy = new Policy().drainTimeout(SHORT).build();
    EchoServer a = rig().echo("a");
    EchoServer b = rig().echo("b");
    var relay = rig().serve(policy, up(a.address()), up(b.address()));
    Peer ofA = rig().connect(relay);
    Peer ofB = rig().connect(relay);
    if (ofA.readText(1).equals("b")) { // which is which was the relay's choice
      Peer swap = ofA;
      ofA = ofB;
      ofB = swap;
      assertThat(ofA.readText(1)).isEqualTo("a");
    } else {
      assertThat(ofB.readText(1)).isEqualTo("b");
    }
    rig().serve(policy, in(BackendState.DRAIN, a.address()), up(b.address()));
    assertThat(ofA.readToEnd().ending()).isEqualTo(RST);
    rig().expectEnded(CloseReason.DRAINED, 1);
    assertLives(ofB);
  }

  @Test
  default void connections_of_a_removed_backend_are_reset_after_the_drain_timeout() {
    RoutePolicy policy = new Policy().drainTimeout(SHORT).build();
    Listening a = rig().listening();
    EchoServer b = rig().echo("b");
    var relay = rig().serve(policy, up(a.address()));
    Peer old = rig().connect(relay);
    Peer server = rig().accept(a);
    rig().serve(policy, up(b.address()));
    assertThat(old.readToEnd().ending()).isEqualTo(RST);
    assertThat(server.readToEnd().ending()).isEqualTo(RST);
    rig().expectEnded(CloseReason.DRAINED, 1);
  }

  @Test
  default void connections_of_a_removed_route_are_reset_after_its_drain_timeout() {
    EchoServer a = rig().echo("a");
    var relay = rig().serve(new Policy().drainTimeout(SHORT).build(), up(a.address()));
    Peer old = client(relay, "a");
    rig().follow();
    assertThat(old.readToEnd().ending()).isEqualTo(RST);
    rig().expectActive(0);
  }

  @Test
  default void a_backend_that_stops_draining_in_time_keeps_its_connections() {
    Duration drain = Duration.ofMillis(1_500);
    RoutePolicy policy = new Policy().drainTimeout(drain).build();
    EchoServer a = rig().echo("a");
    var relay = rig().serve(policy, up(a.address()));
    Peer old = client(relay, "a");
    long startNs = System.nanoTime();
    rig().serve(policy, in(BackendState.DRAIN, a.address()));
    rig().serve(policy, up(a.address()));
    if (System.nanoTime() - startNs > drain.toNanos()) {
      return; // a machine so slow that the drain was over before it was called off
    }
    pause(drain.plus(drain));
    assertLives(old);
  }

  @Test
  default void a_backend_that_goes_down_keeps_its_connections() {
    RoutePolicy policy = new Policy().drainTimeout(SHORT).build();
    EchoServer a = rig().echo("a");
    var relay = rig().serve(policy, up(a.address()));
    Peer old = client(relay, "a");
    rig().serve(policy, in(BackendState.DOWN, a.address()));
    assertThat(rig().connect(relay).readToEnd().ending()).isEqualTo(RST);
    pause(SHORT.multipliedBy(4));
    assertLives(old);
  }

  @Test
  default void connections_to_a_host_that_is_gone_for_good_are_reset_at_once() {
    Listening a = rig().listening();
    EchoServer b = rig().echo("b");
    var relay = rig().serve(Policy.PLAIN, up(a.address()));
    Peer old = rig().connect(relay);
    Peer server = rig().accept(a);
    rig().serve(Policy.PLAIN, Rig.gone(a.address()), up(b.address()));
    assertThat(old.readToEnd().ending()).isEqualTo(RST);
    assertThat(server.readToEnd().ending()).isEqualTo(RST);
    rig().expectEnded(CloseReason.BACKEND_GONE, 1);
    client(relay, "b");
  }

  @Test
  default void a_connect_to_a_host_that_is_gone_for_good_is_given_up_at_once() {
    RoutePolicy policy = new Policy().connectTimeout(LONG).build();
    InetSocketAddress hole = rig().keep(Silent.blackhole("127.0.0.1")).address();
    EchoServer b = rig().echo("b");
    Peer client = rig().connect(rig().serve(policy, up(hole)));
    rig().expectActive(1);
    rig().serve(policy, Rig.gone(hole), up(b.address()));
    assertThat(client.readText(1)).isEqualTo("b");
  }

  @Test
  default void a_policy_holds_for_the_connections_that_come_after_it() {
    EchoServer a = rig().echo("a");
    var relay = rig().serve(Policy.PLAIN, up(a.address()));
    Peer old = client(relay, "a");
    rig().serve(new Policy().allow("10.0.0.0/8").build(), up(a.address()));
    assertThat(rig().connect(relay).readToEnd().ending()).isEqualTo(RST);
    assertLives(old);
  }

  @Test
  default void fifty_tables_under_load_fail_no_request() {
    EchoServer a = rig().echo("a");
    EchoServer b = rig().echo("b");
    Backend[][] tables = {
      {up(a.address())},
      {up(a.address()), up(b.address())},
      {in(BackendState.DRAIN, a.address()), up(b.address())},
      {up(b.address())},
      {in(BackendState.SUSPECT, a.address()), in(BackendState.DOWN, b.address())}
    };
    var relay = rig().serve(new Policy().emptyHold(LONG).build(), tables[0]);
    var stop = new AtomicBoolean();
    var loads = new ArrayList<CompletableFuture<Integer>>();
    for (int i = 0; i < 4; i++) {
      loads.add(
          CompletableFuture.supplyAsync(
              () -> requests(relay, stop), r -> Thread.ofVirtual().start(r)));
    }
    for (int i = 0; i < 50; i++) {
      rig()
          .follow(
              route(new Policy().emptyHold(LONG).build(), tables[i % tables.length]),
              route("extra", at(i % 2 == 0 ? "127.0.0.2" : "127.0.0.3"), Policy.PLAIN));
    }
    stop.set(true);
    assertThat(loads).allSatisfy(load -> assertThat(Rig.await(load)).isPositive());
  }

  private static int requests(InetSocketAddress relay, AtomicBoolean stop) {
    int done = 0;
    do {
      byte[] request = Bytes.random(done, 1_000);
      try (Peer client = Peer.connect(relay)) {
        client.send(request);
        client.halfClose();
        client.read(1);
        assertThat(client.read(request.length)).isEqualTo(request);
        assertThat(client.readToEnd().ending()).isEqualTo(Saw.Ending.FIN);
      }
      done++;
    } while (!stop.get());
    return done;
  }
}
