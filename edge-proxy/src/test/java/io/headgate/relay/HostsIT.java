package io.headgate.relay;

import static io.headgate.relay.Rig.up;
import static io.headgate.relay.Saw.Ending.RST;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.model.RoutePolicy;
import io.headgate.testing.Command;
import io.headgate.testing.Namespaces;
import io.headgate.testing.Needs;
import io.headgate.testing.Program;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes that fail as hosts do: they fall silent, lose their cable, crash, come back as new. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class HostsIT {
  private static final int PORT = 8080;
  private static final RoutePolicy POLICY =
      new Policy().connectTimeout(Duration.ofMillis(300)).build();

  private Rig rig = new Rig(RelayKind.CHANNEL_EPOLL);
  private final Namespaces hosts = Namespaces.open();

  @BeforeEach
  void needHaproxy() {
    Needs.programs("haproxy");
  }

  @AfterEach
  void close() {
    rig.close();
    hosts.close();
  }

  /** An HTTP server on the host that answers with its name, and that can be killed as a whole. */
  private Program server(Namespaces.Host host, String name) {
    return rig.keep(
            Program.haproxy(
                Program.draft().in(host),
                """
                defaults
                  mode http
                  timeout client 1h
                  timeout http-keep-alive 1h
                frontend f
                  bind :::%d v4v6
                  http-request return status 200 content-type text/plain string %s
                """
                    .formatted(PORT, name)))
        .awaitPort(host.at(PORT));
  }

  /** New connections, one after the other; each must be answered. */
  private void requests(InetSocketAddress relay, int count) {
    for (int i = 0; i < count; i++) {
      try (Peer client = Peer.connect(relay)) {
        client.send("GET / HTTP/1.0\r\n\r\n");
        assertThat(client.readLine()).as("request %d", i).contains(" 200 ");
        client.readToEnd();
      }
    }
  }

  private void expectFailuresOnlyOf(Namespaces.Host host) {
    assertThat(rig.counters(host.at(PORT)).connectFailures()).isPositive();
    assertThat(rig.events().connectFailed()).containsOnly(host.at(PORT));
  }

  @ParameterizedTest
  @EnumSource
  void no_request_fails_when_a_node_falls_silent(RelayKind kind) {
    use(kind);
    Namespaces.Host one = hosts.add();
    Namespaces.Host other = hosts.add();
    server(one, "one");
    server(other, "other");
    InetSocketAddress relay = rig.serve(POLICY, up(one.at(PORT)), up(other.at(PORT)));
    requests(relay, 20);
    rig.expectActive(0);
    one.blackhole();
    requests(relay, 20);
    expectFailuresOnlyOf(one);
    one.heal();
    requests(relay, 20);
  }

  @Test
  void no_request_fails_when_a_node_loses_its_link() {
    Namespaces.Host one = hosts.add();
    Namespaces.Host other = hosts.add();
    server(one, "one");
    server(other, "other");
    InetSocketAddress relay = rig.serve(POLICY, up(one.at(PORT)), up(other.at(PORT)));
    requests(relay, 20);
    rig.expectActive(0);
    one.linkDown();
    requests(relay, 20);
    expectFailuresOnlyOf(one);
  }

  @Test
  void no_request_fails_when_the_server_of_a_node_is_killed() {
    Namespaces.Host one = hosts.add();
    Namespaces.Host other = hosts.add();
    Program killed = server(one, "one");
    server(other, "other");
    InetSocketAddress relay = rig.serve(POLICY, up(one.at(PORT)), up(other.at(PORT)));
    requests(relay, 20);
    killed.kill();
    requests(relay, 20);
    expectFailuresOnlyOf(one);
  }

  /** What a Local NodePort without endpoints does: connections live on, new ones get no answer. */
  @Test
  void a_load_loses_no_request_when_a_node_drops_new_connections() {
    Needs.programs("wrk");
    Namespaces.Host one = hosts.add();
    Namespaces.Host other = hosts.add();
    server(one, "one");
    server(other, "other");
    InetSocketAddress relay = rig.serve(POLICY, up(one.at(PORT)), up(other.at(PORT)));
    CompletableFuture<String> load =
        CompletableFuture.supplyAsync(() ->
            Command.run(
                "wrk",
                "-t1",
                "-c16",
                "-d3s",
                "--timeout",
                "20s",
                "-H",
                "Connection: close",
                "http://" + Addresses.text(relay) + "/"));
    one.run("nft", "add table inet test");
    one.run("nft", "add chain inet test in { type filter hook input priority 0; }");
    one.run("nft", "add rule inet test in tcp flags & (syn | ack) == syn drop");
    assertThat(Rig.await(load)).doesNotContain("Socket errors", "Non-2xx");
    expectFailuresOnlyOf(one);
  }

  @Test
  void a_client_of_a_node_that_has_rebooted_is_reset_when_it_speaks() {
    Namespaces.Host node = hosts.add();
    server(node, "before");
    Peer client = rig.connect(rig.serve(POLICY, up(node.at(PORT))));
    request(client);
    hosts.reboot(node);
    server(node, "after");
    client.offer(Bytes.of("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    assertThat(client.readToEnd().ending()).isEqualTo(RST);
    rig.expectEnded(CloseReason.BACKEND_RESET, 1);
  }

  /** RFC 5482 speaks of such a timeout; without one the client waits for as long as TCP retries. */
  @Test
  void a_client_of_a_node_that_has_fallen_silent_is_reset_within_a_minute() {
    Namespaces.Host node = hosts.add();
    server(node, "node");
    Peer client =
        rig.connect(rig.serve(POLICY, up(node.at(PORT)))).withPatience(Duration.ofSeconds(75));
    request(client);
    node.blackhole();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(client.readToEnd().ending()).isEqualTo(RST);
  }

  private static void request(Peer client) {
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(client.readLine()).contains(" 200 ");
  }

  @Test
  void a_node_may_be_reached_by_ipv6() {
    Namespaces.Host node = hosts.add();
    server(node, "node");
    InetSocketAddress address = new InetSocketAddress(node.address6(), PORT);
    requests(rig.serve(POLICY, up(address)), 3);
    assertThat(rig.counters(address).total()).isEqualTo(3);
  }

  private void use(RelayKind kind) {
    kind.assumeAvailable();
    rig = new Rig(kind);
  }
}
