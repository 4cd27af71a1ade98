package io.headgate.relay;

import static io.headgate.relay.Rig.up;
import static io.headgate.relay.Saw.Ending.FIN;
import static io.headgate.relay.Saw.Ending.RST;
import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.RoutePolicy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Finding a backend: a client never notices that the first one tried was not there. */
interface ConnectContract extends OnRig {
  /** Longer than any test waits. */
  Duration LONG = Duration.ofMinutes(2);

  Duration SHORT = Duration.ofMillis(200);
  Saw RESET_AT_ONCE = Saw.of(new byte[0], RST);

  /** One connection at a time; the next one waits. */
  private InetSocketAddress serveOne(EchoServer server, Duration queueTimeout) {
    RoutePolicy policy =
        new Policy().maxConnectionsPerBackend(1).queueTimeout(queueTimeout).build();
    return rig().serve(policy, up(server.address()));
  }

  private InetSocketAddress refusing() {
    return rig().keep(Silent.refusing("127.0.0.1")).address();
  }

  @Test
  default void a_backend_that_refuses_is_passed_over_for_one_that_does_not() {
    EchoServer server = rig().echo("a");
    InetSocketAddress refusing = refusing();
    var relay = rig().serve(Policy.PLAIN, up(refusing), up(server.address()));
    byte[] request = Bytes.random(7, 300_000);
    for (int i = 0; i < 40; i++) {
      Peer client = rig().connect(relay);
      client.send(request);
      client.halfClose();
      assertThat(client.readToEnd()).isEqualTo(Saw.of(Bytes.joined(Bytes.of("a"), request), FIN));
      client.close();
    }
    rig().expectEnded(CloseReason.FINISHED, 40);
    long failures = rig().counters(refusing).connectFailures();
    assertThat(failures).as("the refusing one was tried").isPositive();
    assertThat(rig().counters().connectRetries()).isEqualTo(failures);
    assertThat(rig().counters(server.address()).total()).isEqualTo(40);
    assertThat(rig().events().connectFailed())
        .hasSize((int) failures)
        .allSatisfy(address -> assertThat(address).isEqualTo(refusing));
    assertThat(rig().events().connected())
        .hasSize(40)
        .allSatisfy(address -> assertThat(address).isEqualTo(server.address()));
  }

  @Test
  default void attempts_go_to_different_backends() {
    EchoServer server = rig().echo("a");
    List<Backend> backends = new ArrayList<>(List.of(up(server.address())));
    for (int i = 0; i < 3; i++) {
      backends.add(up(refusing()));
    }
    var relay =
        rig().serve(new Policy().connectAttempts(4).build(), backends.toArray(Backend[]::new));
    for (int i = 0; i < 20; i++) {
      assertThat(rig().connect(relay).readText(1)).isEqualTo("a");
    }
  }

  @Test
  default void a_client_is_reset_when_every_backend_refuses() {
    InetSocketAddress one = refusing();
    InetSocketAddress other = refusing();
    var relay = rig().serve(Policy.PLAIN, up(one), up(other));
    for (int i = 0; i < 5; i++) {
      assertThat(rig().connect(relay).readToEnd()).isEqualTo(RESET_AT_ONCE);
    }
    rig().expectEnded(CloseReason.CONNECT_FAILED, 5);
    // Each is tried once for each client, although the route allows a third attempt.
    assertThat(rig().counters(one).connectFailures()).isEqualTo(5);
    assertThat(rig().counters(other).connectFailures()).isEqualTo(5);
    rig().expectActive(0);
    assertThat(rig().events().ended())
        .allSatisfy(summary -> assertThat(summary.backend()).isEmpty());
  }

  @Test
  default void no_more_attempts_are_made_than_the_route_allows() {
    var relay =
        rig()
            .serve(
                new Policy().connectAttempts(2).build(),
                up(refusing()),
                up(refusing()),
                up(refusing()),
                up(refusing()));
    assertThat(rig().connect(relay).readToEnd()).isEqualTo(RESET_AT_ONCE);
    rig().expectEnded(CloseReason.CONNECT_FAILED, 1);
    assertThat(rig().events().connectFailed()).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  default void a_client_is_reset_when_the_route_has_no_backend() {
    var relay = rig().serve(Policy.PLAIN);
    assertThat(rig().connect(relay).readToEnd()).isEqualTo(RESET_AT_ONCE);
    rig().expectEnded(CloseReason.NO_BACKEND, 1);
  }

  @Test
  default void a_client_is_reset_when_no_backend_is_fit() {
    EchoServer server = rig().echo("a");
    var relay =
        rig()
            .serve(
                Policy.PLAIN,
                Rig.in(BackendState.DOWN, server.address()),
                Rig.in(BackendState.PENDING, server.address()),
                Rig.in(BackendState.MAINT, server.address()));
    assertThat(rig().connect(relay).readToEnd()).isEqualTo(RESET_AT_ONCE);
    rig().expectEnded(CloseReason.NO_BACKEND, 1);
    assertThat(server.served()).isZero();
  }

  @Test
  default void a_backend_that_does_not_answer_is_left_after_the_connect_timeout() {
    EchoServer server = rig().echo("a");
    InetSocketAddress hole = rig().keep(Silent.blackhole("127.0.0.1")).address();
    var relay =
        rig().serve(new Policy().connectTimeout(SHORT).build(), up(hole), up(server.address()));
    eventually(() -> {
      assertThat(rig().connect(relay).readText(1)).isEqualTo("a");
      assertThat(rig().events().connectFailed()).contains(hole);
    });
    assertThat(rig().counters(hole).connectFailures()).isPositive();
  }

  @Test
  default void a_client_is_reset_when_no_backend_answers_in_time() {
    InetSocketAddress hole = rig().keep(Silent.blackhole("127.0.0.1")).address();
    var relay = rig().serve(new Policy().connectTimeout(SHORT).build(), up(hole));
    assertThat(rig().connect(relay).readToEnd()).isEqualTo(RESET_AT_ONCE);
    rig().expectEnded(CloseReason.CONNECT_FAILED, 1);
  }

  @Test
  default void a_client_that_leaves_while_the_backend_does_not_answer_is_forgotten_at_once() {
    InetSocketAddress hole = rig().keep(Silent.blackhole("127.0.0.1")).address();
    var relay = rig().serve(new Policy().connectTimeout(LONG).build(), up(hole));
    Peer client = rig().connect(relay);
    rig().expectActive(1);
    client.reset();
    rig().expectActive(0);
    rig().expectEnded(CloseReason.CLIENT_RESET, 1);
  }

  @Test
  default void a_client_that_sends_all_and_half_closes_before_the_backend_answers_is_served() {
    Listening backend = rig().listening();
    var relay = rig().serve(new Policy().emptyHold(LONG).build());
    Peer client = rig().connect(relay);
    client.send("request");
    client.halfClose();
    eventually(() -> assertThat(rig().counters().waiting()).isEqualTo(1));
    rig().serve(new Policy().emptyHold(LONG).build(), up(backend.address()));
    Peer server = rig().keep(backend.accept());
    assertThat(server.readToEnd()).isEqualTo(Saw.of(Bytes.of("request"), FIN));
    server.send("answer");
    server.close();
    assertThat(client.readToEnd()).isEqualTo(Saw.of(Bytes.of("answer"), FIN));
  }

  @Test
  default void with_empty_hold_a_client_waits_for_the_first_backend() {
    RoutePolicy policy = new Policy().emptyHold(LONG).build();
    var relay = rig().serve(policy);
    List<Peer> clients = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      clients.add(rig().connect(relay));
    }
    eventually(() -> assertThat(rig().counters().waiting()).isEqualTo(10));
    EchoServer server = rig().echo("a");
    rig().serve(policy, Rig.in(BackendState.PENDING, server.address()));
    assertThat(rig().counters().waiting()).isEqualTo(10);
    rig().serve(policy, up(server.address()));
    clients.forEach(client -> assertThat(client.readText(1)).isEqualTo("a"));
    eventually(() -> assertThat(rig().counters().waiting()).isZero());
  }

  @Test
  default void with_empty_hold_a_client_is_reset_in_the_end() {
    var relay = rig().serve(new Policy().emptyHold(SHORT).build());
    assertThat(rig().connect(relay).readToEnd()).isEqualTo(RESET_AT_ONCE);
    rig().expectEnded(CloseReason.NO_BACKEND, 1);
    rig().expectActive(0);
  }

  @Test
  default void a_client_waits_while_every_backend_is_at_its_limit() {
    EchoServer server = rig().echo("a");
    var relay = serveOne(server, LONG);
    Peer first = rig().connect(relay);
    assertThat(first.readText(1)).isEqualTo("a");
    Peer second = rig().connect(relay);
    second.send("early");
    eventually(() -> assertThat(rig().counters().waiting()).isEqualTo(1));
    assertThat(server.served()).isEqualTo(1);

    first.close();

    assertThat(second.readText(6)).isEqualTo("aearly");
    eventually(() -> assertThat(rig().counters().waiting()).isZero());
  }

  @Test
  default void a_client_that_has_waited_for_the_queue_timeout_is_reset() {
    EchoServer server = rig().echo("a");
    var relay = serveOne(server, SHORT);
    Peer first = rig().connect(relay);
    first.read(1);
    assertThat(rig().connect(relay).readToEnd()).isEqualTo(RESET_AT_ONCE);
    rig().expectEnded(CloseReason.QUEUE_TIMEOUT, 1);
    rig().expectActive(1);
    assertThat(server.served()).isEqualTo(1);
  }

  @Test
  default void a_backend_at_its_limit_leaves_new_clients_to_the_others() {
    EchoServer a = rig().echo("a");
    EchoServer b = rig().echo("b");
    var relay =
        rig()
            .serve(
                new Policy().maxConnectionsPerBackend(3).queueTimeout(LONG).build(),
                up(a.address()),
                up(b.address()));
    for (int i = 0; i < 6; i++) {
      rig().connect(relay).read(1);
    }
    assertThat(a.served()).isEqualTo(3);
    assertThat(b.served()).isEqualTo(3);
  }

  @Test
  default void a_client_that_stops_waiting_gives_its_place_away() {
    EchoServer server = rig().echo("a");
    var relay = serveOne(server, LONG);
    Peer first = rig().connect(relay);
    first.read(1);
    Peer leaving = rig().connect(relay);
    eventually(() -> assertThat(rig().counters().waiting()).isEqualTo(1));
    leaving.reset();
    eventually(() -> assertThat(rig().counters().waiting()).isZero());
    Peer third = rig().connect(relay);
    eventually(() -> assertThat(rig().counters().waiting()).isEqualTo(1));
    first.close();
    assertThat(third.readText(1)).isEqualTo("a");
  }
}
