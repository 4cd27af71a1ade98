package io.headgate.relay;

import static io.headgate.relay.Rig.at;
import static io.headgate.relay.Rig.route;
import static io.headgate.relay.Rig.up;
import static io.headgate.relay.Saw.Ending.FIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Listener;
import io.headgate.model.ProxyProtocol;
import io.headgate.model.ProxyProtocolMode;
import io.headgate.model.RoutePolicy;
import io.headgate.relay.Headers.Ends;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The PROXY header that backends are sent: of the client's connection, before anything else. */
interface SendProxyContract extends OnRig {
  RoutePolicy V1 = new Policy().proxyProtocol(ProxyProtocolMode.V1).build();
  RoutePolicy V2 = new Policy().proxyProtocol(ProxyProtocolMode.V2).build();

  @Test
  default void version_1_names_a_client_by_ipv4() {
    Listening backend = rig().listening();
    Peer client = rig().connect("127.0.0.11", rig().serve(V1, up(backend.address())));
    client.send("hello");
    Peer server = rig().keep(backend.accept());
    assertThat(Headers.readV1(server)).isEqualTo(Ends.of(client));
    assertThat(server.readText(5)).isEqualTo("hello");
  }

  @Test
  default void version_2_names_a_client_by_ipv4() {
    Listening backend = rig().listening();
    Peer client = rig().connect("127.0.0.11", rig().serve(V2, up(backend.address())));
    client.send("hello");
    Peer server = rig().keep(backend.accept());
    assertThat(Headers.readV2(server)).isEqualTo(Ends.of(client));
    assertThat(server.readText(5)).isEqualTo("hello");
  }

  @Test
  default void version_1_names_a_client_by_ipv6() {
    Listening backend = rig().listening();
    var relay = rig().serve(route(Rig.ROUTE, at("::1"), V1, up(backend.address())));
    Peer client = rig().connect(relay);
    client.send("hello");
    Peer server = rig().keep(backend.accept());
    assertThat(Headers.readV1(server)).isEqualTo(Ends.of(client));
    assertThat(server.readText(5)).isEqualTo("hello");
  }

  @Test
  default void version_2_names_a_client_by_ipv6() {
    Listening backend = rig().listening();
    var relay = rig().serve(route(Rig.ROUTE, at("::1"), V2, up(backend.address())));
    Peer client = rig().connect(relay);
    client.send("hello");
    Peer server = rig().keep(backend.accept());
    assertThat(Headers.readV2(server)).isEqualTo(Ends.of(client));
    assertThat(server.readText(5)).isEqualTo("hello");
  }

  @Test
  default void a_client_that_reaches_a_dual_stack_listener_by_ipv4_is_named_by_ipv4() {
    Listening backend = rig().listening();
    for (RoutePolicy policy : List.of(V1, V2)) {
      var listening =
          rig().serve(route(Rig.ROUTE, Listener.everyAddress(0), policy, up(backend.address())));
      Peer client =
          rig()
              .connect(
                  "127.0.0.11",
                  new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), listening.getPort()));
      Peer server = rig().keep(backend.accept());
      Ends ends =
          policy.proxyProtocol() == ProxyProtocolMode.V1
              ? Headers.readV1(server)
              : Headers.readV2(server);
      assertThat(ends).isEqualTo(Ends.of(client));
    }
  }

  @Test
  default void each_backend_is_sent_its_own_and_a_new_table_counts_for_the_next_connection() {
    RoutePolicy auto = new Policy().proxyProtocol(ProxyProtocolMode.AUTO).build();
    Listening backend = rig().listening();
    for (ProxyProtocol header : List.of(ProxyProtocol.OFF, ProxyProtocol.V2, ProxyProtocol.OFF)) {
      var relay = rig().serve(auto, Rig.sent(header, up(backend.address())));
      Peer client = rig().connect("127.0.0.11", relay);
      client.send("hello");
      Peer server = rig().keep(backend.accept());
      if (header == ProxyProtocol.V2) {
        assertThat(Headers.readV2(server)).isEqualTo(Ends.of(client));
      }
      assertThat(server.readText(5)).isEqualTo("hello");
    }
  }

  @Test
  default void the_header_is_sent_although_the_client_says_nothing() {
    Listening backend = rig().listening();
    Peer client = rig().connect(rig().serve(V2, up(backend.address())));
    Peer server = rig().keep(backend.accept());
    assertThat(Headers.readV2(server)).isEqualTo(Ends.of(client));
    server.send("banner");
    assertThat(client.readText(6)).isEqualTo("banner");
  }

  @Test
  default void the_header_is_all_that_a_client_without_a_byte_causes() {
    Listening backend = rig().listening();
    Peer client = rig().connect(rig().serve(V1, up(backend.address())));
    client.halfClose();
    Peer server = rig().keep(backend.accept());
    assertThat(server.readToEnd()).isEqualTo(Saw.of(Headers.v1(Ends.of(client)), FIN));
  }

  @Test
  default void a_backend_that_is_tried_second_gets_the_header_once() {
    Listening backend = rig().listening();
    var refusing = rig().keep(Silent.refusing("127.0.0.1")).address();
    var relay = rig().serve(V1, up(refusing), up(backend.address()));
    for (int i = 0; i < 10; i++) {
      Peer client = rig().connect(relay);
      client.send("hello");
      client.halfClose();
      assertThat(rig().keep(backend.accept()).readToEnd())
          .isEqualTo(Saw.of(Bytes.joined(Headers.v1(Ends.of(client)), Bytes.of("hello")), FIN));
    }
  }

  @Test
  default void the_header_does_not_count_as_the_clients_bytes() {
    Listening backend = rig().listening();
    Peer client = rig().connect(rig().serve(V2, up(backend.address())));
    client.send("hello");
    client.halfClose();
    Peer server = rig().keep(backend.accept());
    server.readToEnd();
    server.close();
    client.readToEnd();
    rig().expectEnded(CloseReason.FINISHED, 1);
    assertThat(rig().counters().fromClientBytes()).isEqualTo(5);
    assertThat(rig().events().ended().getFirst().fromClientBytes()).isEqualTo(5);
  }

  @Test
  default void backends_are_reached_by_ipv6_as_by_ipv4() {
    Listening backend = rig().keep(Listening.on("::1"));
    Peer client = rig().connect(rig().serve(V2, up(backend.address())));
    Peer server = rig().keep(backend.accept());
    assertThat(Headers.readV2(server)).isEqualTo(Ends.of(client));
  }
}
