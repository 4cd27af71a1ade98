package io.headgate.relay;

import static io.headgate.relay.ConnectContract.RESET_AT_ONCE;
import static io.headgate.relay.Rig.up;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.relay.Saw.Ending;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who is turned away, and that nobody else is. */
interface LimitContract extends OnRig {

  @Test
  default void a_route_takes_no_more_connections_than_its_limit() {
    EchoServer server = rig().echo("a");
    var relay = rig().serve(new Policy().maxConnections(2).build(), up(server.address()));
    Peer first = served(rig().connect(relay));
    served(rig().connect(relay));
    assertThat(rig().connect(relay).readToEnd()).isEqualTo(RESET_AT_ONCE);
    rig().expectEnded(CloseReason.LIMIT, 1);

    first.close();
    rig().expectActive(1);
    served(rig().connect(relay));
    assertThat(server.served()).isEqualTo(3);
  }

  @Test
  default void the_relay_takes_no_more_connections_than_its_limit() {
    rig().maxConnections(2);
    EchoServer server = rig().echo("a");
    List<ListenerStatus> statuses =
        rig()
            .follow(
                Rig.route(Policy.PLAIN, up(server.address())),
                Rig.route("other", Rig.at("127.0.0.2"), Policy.PLAIN, up(server.address())));
    InetSocketAddress one = Rig.address(statuses.get(0));
    InetSocketAddress other = Rig.address(statuses.get(1));
    assertThat(rig().relay().counters().limit()).isEqualTo(2);
    served(rig().connect(one));
    Peer second = served(rig().connect(other));
    assertThat(rig().connect(one).readToEnd()).isEqualTo(RESET_AT_ONCE);
    assertThat(rig().connect(other).readToEnd()).isEqualTo(RESET_AT_ONCE);
    rig().expectEnded(CloseReason.LIMIT, 2);

    second.close();
    rig().expectActive(1);
    served(rig().connect(one));
  }

  @Test
  default void without_a_limit_of_its_own_the_relay_takes_what_its_descriptors_allow() {
    rig().serve(Policy.PLAIN);
    assertThat(rig().relay().counters().limit()).isBetween(100L, 100_000_000L);
  }

  @Test
  default void a_client_may_be_limited_while_others_are_served() {
    EchoServer server = rig().echo("a");
    var relay = rig().serve(new Policy().maxConnectionsPerClient(2).build(), up(server.address()));
    Peer first = served(rig().connect("127.0.0.11", relay));
    served(rig().connect("127.0.0.11", relay));
    assertThat(rig().connect("127.0.0.11", relay).readToEnd()).isEqualTo(RESET_AT_ONCE);
    rig().expectEnded(CloseReason.CLIENT_LIMIT, 1);
    served(rig().connect("127.0.0.12", relay));

    first.close();
    rig().expectActive(2);
    served(rig().connect("127.0.0.11", relay));
  }

  @Test
  default void a_clients_rate_may_be_limited_while_others_are_served() {
    EchoServer server = rig().echo("a");
    int rate = 5;
    var relay =
        rig().serve(new Policy().connectionRatePerClient(rate).build(), up(server.address()));
    long startNs = System.nanoTime();
    List<Peer> clients = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      clients.add(rig().connect("127.0.0.11", relay));
    }
    long served = clients.stream().map(Peer::readSomeOrEnd).filter(Ending.OPEN::equals).count();
    double seconds = (System.nanoTime() - startNs) / 1e9;
    // At any speed of this machine: a full second's worth at once, then the rate.
    assertThat(served).isBetween((long) rate, (long) (rate * (seconds + 2)));
    rig().expectEnded(CloseReason.CLIENT_LIMIT, (int) (60 - served));
    served(rig().connect("127.0.0.12", relay));
  }

  @Test
  default void a_flood_of_connections_to_one_route_leaves_the_clients_of_another_served() {
    EchoServer server = rig().echo("a");
    List<ListenerStatus> statuses =
        rig()
            .follow(
                Rig.route(new Policy().connectionRatePerClient(1).build(), up(server.address())),
                Rig.route("other", Rig.at("127.0.0.2"), Policy.PLAIN, up(server.address())));
    InetSocketAddress flooded = Rig.address(statuses.get(0));
    InetSocketAddress other = Rig.address(statuses.get(1));
    var floodEnds = new AtomicBoolean();
    var flood = new AtomicInteger();
    List<CompletableFuture<Void>> floods = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      floods.add(
          CompletableFuture.runAsync(() -> {
            while (!floodEnds.get()) {
              Peer.connect(flooded).close();
              flood.incrementAndGet();
            }
          }));
    }
    try {
      while (flood.get() < 2_000) {
        assertThat(floods).noneMatch(CompletableFuture::isCompletedExceptionally);
        served(rig().connect(other)).close();
      }
    } finally {
      floodEnds.set(true);
    }
    floods.forEach(Rig::await);
    rig().expectActive(0);
  }

  @Test
  default void only_clients_on_the_allow_list_are_served() {
    EchoServer server = rig().echo("a");
    var relay =
        rig()
            .serve(
                new Policy().allow("127.0.0.12/32", "127.0.1.0/24", "10.0.0.0/8").build(),
                up(server.address()));
    assertThat(rig().connect("127.0.0.11", relay).readToEnd()).isEqualTo(RESET_AT_ONCE);
    served(rig().connect("127.0.0.12", relay));
    served(rig().connect("127.0.1.200", relay));
    rig().expectEnded(CloseReason.NOT_ALLOWED, 1);
    assertThat(server.served()).isEqualTo(2);
  }

  private static Peer served(Peer client) {
    assertThat(client.readText(1)).isEqualTo("a");
    return client;
  }
}
