package io.headgate.takeover;

import static io.headgate.takeover.Pair.expectOnly;
import static io.headgate.takeover.Pair.expectServedBy;
import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Command;
import io.headgate.testing.ConnectProbe;
import io.headgate.testing.EchoServer;
import io.headgate.testing.EdgeOnLan;
import io.headgate.testing.Lan;
import io.headgate.testing.VirtualRouter;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Connections whose address moves to another edge, and what can befall them there. */
@DisplayNameGeneration(ReplaceUnderscores.class)
final class SecondChanceIT {
  private static final VirtualRouter HIGH = VirtualRouter.of(250).unpreemptive().ofBothFamilies();
  private static final VirtualRouter LOW = VirtualRouter.of(200).unpreemptive().ofBothFamilies();
  private static final InetAddress ADDRESS = HIGH.served().getFirst();
  private static final String ON = "takeover.second-chance = true";
  private static final int ECHO_PORT = 8090;
  private static final Duration DEADLINE = Duration.ofSeconds(40);

  private final Pair pair = new Pair();
  private final String key = EdgeOnLan.peerKey();

  @BeforeEach
  void startBackends() {
    pair.keep(EchoServer.on(pair.first));
    pair.keep(EchoServer.on(pair.second));
  }

  @AfterEach
  void close() {
    pair.close();
  }

  private EdgeOnLan edge(Lan.Host host, VirtualRouter router, String settings) {
    Lan.Host peer = host.equals(pair.first) ? pair.second : pair.first;
    return pair.keep(
        EdgeOnLan.on(host, router)
            .linkedTo(key, peer)
            .alsoServing(ECHO_PORT, "127.0.0.1:" + EchoServer.PORT)
            .with(settings)
            .start());
  }

  /** Two edges that are ready, of which the first serves. */
  private final class Ready {
    final EdgeOnLan first = edge(pair.first, HIGH, ON);
    final EdgeOnLan second;
    final ConnectProbe probe;

    Ready() {
      eventually(DEADLINE, () -> assertThat(first.owns()).as(first.program().output()).isTrue());
      second = edge(pair.second, LOW, ON);
      probe = pair.client(HIGH);
      expectOnly(first, second, probe);
      expectCover();
    }

    /** Waits until the first knows that the second would forward. */
    void expectCover() {
      eventually(
          DEADLINE, () -> assertThat(first.headgate("addresses")).contains("outlive a failover"));
    }

    void expectProgress(List<Transfer> transfers) {
      for (Transfer transfer : transfers) {
        long before = transfer.blocks();
        eventually(() -> {
          assertThat(transfer.failure())
              .as("%s%n%s", first.program().output(), second.program().output())
              .isEmpty();
          assertThat(transfer.blocks()).isGreaterThan(before + 10);
        });
      }
    }
  }

  /** What the client has with each address. */
  private List<Transfer> transfers() {
    return HIGH.served().stream()
        .map(address -> pair.keep(Transfer.start(pair.converse(address, ECHO_PORT))))
        .toList();
  }

  private static String tables(Lan.Host host) {
    return host.run("nft", "list", "tables");
  }

  private static void expectNothingLeftOn(Lan.Host host) {
    eventually(() -> {
      assertThat(tables(host)).isEmpty();
      assertThat(HIGH.served()).noneMatch(host::holds);
    });
  }

  @Test
  void after_a_failover_a_running_transfer_goes_on_and_new_clients_are_served_by_the_peer() {
    var both = new Ready();
    List<Transfer> transfers = transfers();
    both.expectProgress(transfers);
    long sinceNs = System.nanoTime();
    assertThat(both.first.headgate("failover", "front")).endsWith("exit 0\n");
    expectServedBy(both.second, both.probe);
    both.expectProgress(transfers);
    assertThat(both.first.headgate("addresses"))
        .containsPattern("\\d+ former connections live on here");
    assertThat(both.second.headgate("addresses"))
        .contains("former connections are forwarded to 192.0.2.1");
    assertThat(both.probe.record().since(sinceNs).failures()).as("lost connects").isZero();
    transfers.forEach(Transfer::close);
    expectOnly(both.second, both.first, both.probe);
    eventually(() -> {
      assertThat(tables(pair.second)).isEmpty();
      assertThat(tables(pair.first)).doesNotContain("table arp");
    });
  }

  @Test
  void an_edge_that_is_asked_to_end_goes_on_with_its_clients_until_they_have_left() {
    var both = new Ready();
    List<Transfer> transfers = transfers();
    both.first.program().terminate();
    expectServedBy(both.second, both.probe);
    both.expectProgress(transfers);
    assertThat(both.first.program().alive()).isTrue();
    transfers.forEach(Transfer::close);
    assertThat(both.first.terminate()).isZero();
    expectNothingLeftOn(pair.first);
    eventually(() -> assertThat(tables(pair.second)).isEmpty());
  }

  @Test
  void when_the_former_owner_dies_its_clients_learn_it_and_nothing_of_it_is_left() {
    var both = new Ready();
    Conversation conversation = pair.converse(ADDRESS, ECHO_PORT);
    both.first.headgate("failover", "front");
    expectServedBy(both.second, both.probe);
    assertThat(conversation.say("still here?")).isEqualTo("still here?");
    both.first.program().kill();
    assertThat(conversation.ends()).isTrue();
    expectNothingLeftOn(pair.first);
    eventually(() -> assertThat(tables(pair.second)).isEmpty());
    expectServedBy(both.second, both.probe);
  }

  @Test
  void what_is_taken_back_or_comes_back_by_a_death_brings_its_connections_along() {
    var both = new Ready();
    List<Transfer> transfers = transfers();
    both.first.headgate("failover", "front");
    expectServedBy(both.second, both.probe);
    both.first.headgate("failover", "--take-back", "front");
    both.second.headgate("failover", "front");
    expectServedBy(both.first, both.probe);
    both.expectProgress(transfers);
    both.second.headgate("failover", "--take-back", "front");
    both.expectCover();
    both.first.headgate("failover", "front");
    expectServedBy(both.second, both.probe);
    both.expectProgress(transfers);
    Command.run("kill", "-KILL", Long.toString(both.second.program().pid())); // it alone
    expectServedBy(both.first, both.probe);
    both.expectProgress(transfers);
    expectNothingLeftOn(pair.second);
  }

  @Test
  void switched_off_nothing_of_it_is_there_and_connections_end_with_the_move() {
    EdgeOnLan first = edge(pair.first, HIGH, "");
    eventually(DEADLINE, () -> assertThat(first.owns()).isTrue());
    EdgeOnLan second = edge(pair.second, LOW, ON);
    ConnectProbe probe = pair.client(HIGH);
    expectOnly(first, second, probe);
    Conversation conversation = pair.converse(ADDRESS, ECHO_PORT);
    first.headgate("failover", "front");
    assertThat(conversation.ends()).isTrue();
    expectOnly(second, first, probe);
    assertThat(tables(pair.first)).isEmpty();
    assertThat(tables(pair.second)).isEmpty();
  }
}
