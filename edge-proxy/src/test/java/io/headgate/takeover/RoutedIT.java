package io.headgate.takeover;

import static io.headgate.takeover.RoutedLan.DEADLINE;
import static io.headgate.takeover.RoutedLan.IPV4;
import static io.headgate.takeover.RoutedLan.IPV6;
import static io.headgate.takeover.RoutedLan.MORE;
import static io.headgate.takeover.RoutedLan.expectServedBy;
import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.ConnectProbe;
import io.headgate.testing.RoutedEdge;
import io.headgate.testing.RoutedEdge.Settings;
import io.headgate.testing.RoutingDaemon;
import java.net.ConnectException;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Edges whose addresses a real routing daemon announces to a router, by the shipped examples. */
@DisplayNameGeneration(ReplaceUnderscores.class)
final class RoutedIT {
  private static final Settings BOTH_FAMILIES = Settings.of(IPV4, IPV6);

  private final RoutedLan lan = new RoutedLan();

  @AfterEach
  void close() {
    lan.close();
  }

  @ParameterizedTest
  @CsvSource({"BIRD, BIRD", "FRR, FRR", "BIRD, FRR"})
  void all_edges_serve_at_once_and_a_killed_one_is_left_out(
      RoutingDaemon ofFirst, RoutingDaemon ofSecond) {
    RoutedEdge first = lan.edge(lan.first, ofFirst, BOTH_FAMILIES);
    lan.edge(lan.second, ofSecond, BOTH_FAMILIES);
    lan.expectNextHops(IPV4, lan.first, lan.second);
    lan.expectNextHops(IPV6, lan.first, lan.second);
    ConnectProbe probe = lan.probe(IPV4, IPV6);
    expectServedBy(probe, lan.first, lan.second);
    lan.expectConfigurationsUnderstood();
    assertThat(first.program().output()).doesNotContain("by somebody else");

    first.program().kill(); // its addresses end by their lifetime

    lan.expectNextHops(IPV4, lan.second);
    lan.expectNextHops(IPV6, lan.second);
    assertThat(first.announcesNone(IPV4, IPV6)).isTrue();
    expectServedBy(probe, lan.second);

    first.startAgain(BOTH_FAMILIES);
    expectServedBy(probe, lan.first, lan.second);
  }

  @ParameterizedTest
  @EnumSource
  void an_edge_that_is_asked_to_end_withdraws_and_serves_what_still_arrives(RoutingDaemon daemon) {
    RoutedEdge edge = lan.edge(lan.first, daemon, BOTH_FAMILIES);
    Conversation four = lan.converseBy(lan.first, IPV4);
    Conversation six = lan.converseBy(lan.first, IPV6);

    edge.program().terminate();

    lan.expectNextHops(IPV4);
    lan.expectNextHops(IPV6);
    assertThat(edge.announcesNone(IPV4, IPV6)).isTrue();
    assertThat(four.say("after")).isEqualTo("after");
    assertThat(six.say("after")).isEqualTo("after");
    eventually(DEADLINE, () -> refusesNewClients(IPV4));
    assertThat(edge.program().alive()).isTrue();
    assertThat(four.say("still")).isEqualTo("still");
    assertThat(six.say("still")).isEqualTo("still");
    four.close();
    six.close();
    assertThat(edge.program().awaitExit(DEADLINE)).isZero();
    assertThat(localRoutes()).doesNotContain("proto 112");
  }

  /** Its listeners are closed: draining has begun. */
  private void refusesNewClients(InetAddress address) {
    try {
      lan.converse(address).close();
    } catch (AssertionError e) {
      assertThat(e).hasRootCauseInstanceOf(ConnectException.class);
      return;
    }
    throw new AssertionError("still accepts");
  }

  private String localRoutes() {
    return lan.first.run("ip", "route", "show", "table", "local")
        + lan.first.run("ip", "-6", "route", "show", "table", "local");
  }

  @Test
  void draining_ends_with_its_time_and_what_is_left_is_ended_for_the_client_too() {
    RoutedEdge edge =
        lan.edge(lan.first, RoutingDaemon.BIRD, BOTH_FAMILIES.drainedFor(Duration.ofSeconds(1)));
    Conversation four = lan.converseBy(lan.first, IPV4);
    Conversation six = lan.converseBy(lan.first, IPV6);
    edge.program().terminate();
    assertThat(edge.program().awaitExit(DEADLINE)).isZero();
    assertThat(four.ends()).isTrue();
    assertThat(six.ends()).isTrue();
    assertThat(localRoutes()).doesNotContain("proto 112");
  }

  @Test
  void an_edge_without_a_usable_backend_withdraws_until_it_has_one() {
    RoutedEdge first = lan.edge(lan.first, RoutingDaemon.BIRD, withoutEcho());
    lan.edge(lan.second, RoutingDaemon.BIRD, withoutEcho());
    ConnectProbe probe = lan.probe(IPV4);
    expectServedBy(probe, lan.first, lan.second);
    first.backend().kill();
    lan.expectNextHops(IPV4, lan.second);
    expectServedBy(probe, lan.second);
    assertThat(first.program().output()).contains("no route has a backend that works");
    lan.keep(ConnectProbe.nameServer(lan.first, RoutedEdge.NAME_SERVER, lan.first.label()));
    expectServedBy(probe, lan.first, lan.second);
  }

  private static Settings withoutEcho() {
    return Settings.of(IPV4).withoutEcho();
  }

  @Test
  void an_edge_that_has_just_come_announces_after_its_delay() {
    RoutedEdge edge =
        lan.edge(lan.first, RoutingDaemon.BIRD, BOTH_FAMILIES.delayed(Duration.ofHours(1)));
    eventually(
        DEADLINE,
        () -> assertThat(edge.headgate("addresses", "--json")).contains("to be announced in 3"));
    assertThat(edge.announcesNone(IPV4, IPV6)).isTrue();
    assertThat(lan.nextHops(IPV4)).isEmpty();
    edge.reload(BOTH_FAMILIES);
    lan.expectNextHops(IPV4, lan.first);
    lan.expectNextHops(IPV6, lan.first);
  }

  @Test
  void addresses_come_and_go_with_the_configuration() {
    RoutedEdge edge = lan.edge(lan.first, RoutingDaemon.BIRD, Settings.of(IPV4));
    lan.expectNextHops(IPV4, lan.first);
    edge.reload(Settings.of(IPV4, IPV6, MORE));
    lan.expectNextHops(IPV6, lan.first);
    lan.expectNextHops(MORE, lan.first);
    expectServedBy(lan.probe(IPV4, IPV6, MORE), lan.first);
    lan.pinClientTo(lan.first, MORE);
    Conversation conversation = lan.converse(MORE);
    assertThat(conversation.say("before")).isEqualTo("before");

    edge.reload(Settings.of(IPV4));

    lan.expectNextHops(MORE);
    lan.expectNextHops(IPV6);
    assertThat(edge.announces(IPV4)).isTrue();
    assertThat(conversation.say("after")).isEqualTo("after");
    conversation.close();
    eventually(() -> assertThat(localRoutes()).doesNotContain("proto 112"));
  }

  @Test
  void a_paused_edge_is_left_out_until_it_goes_on() {
    RoutedEdge edge = lan.edge(lan.first, RoutingDaemon.BIRD, BOTH_FAMILIES);
    lan.expectNextHops(IPV4, lan.first);
    lan.expectNextHops(IPV6, lan.first);
    edge.program().pause();
    lan.expectNextHops(IPV4);
    lan.expectNextHops(IPV6);
    edge.program().resume();
    lan.expectNextHops(IPV4, lan.first);
    lan.expectNextHops(IPV6, lan.first);
  }

  @Test
  void an_address_that_somebody_deletes_is_announced_again() {
    RoutedEdge edge = lan.edge(lan.first, RoutingDaemon.BIRD, Settings.of(IPV4));
    lan.expectNextHops(IPV4, lan.first);
    lan.first.run("ip", "address", "del", "198.51.100.10/32", "dev", "lo");
    eventually(() -> assertThat(edge.program().output()).contains("by somebody else"));
    lan.expectNextHops(IPV4, lan.first);
  }

  @Test
  void an_address_that_an_administrator_has_put_there_is_left_alone() {
    lan.first.run("ip", "address", "add", "198.51.100.10/32", "dev", "lo");
    RoutedEdge edge = lan.edge(lan.first, RoutingDaemon.BIRD, BOTH_FAMILIES);
    lan.expectNextHops(IPV6, lan.first);
    edge.program().terminate();
    assertThat(edge.program().awaitExit(DEADLINE)).isZero();
    assertThat(edge.announces(IPV4)).isTrue();
    assertThat(lan.first.run("ip", "address", "show", "dev", "lo")).contains("forever");
    lan.expectNextHops(IPV4, lan.first);
    lan.expectNextHops(IPV6);
  }

  @Test
  void a_local_route_that_a_killed_edge_has_left_is_removed_by_the_next() {
    RoutedEdge killed = lan.edge(lan.first, RoutingDaemon.BIRD, BOTH_FAMILIES);
    lan.expectNextHops(IPV4, lan.first);
    lan.pinClientTo(lan.first, IPV4);
    Conversation conversation = lan.converse(IPV4); // keeps it from ending
    assertThat(conversation.say("before")).isEqualTo("before");
    killed.program().terminate();
    eventually(DEADLINE, () -> assertThat(localRoutes()).contains("proto 112"));
    killed.program().kill();
    assertThat(localRoutes()).contains("proto 112");
    killed.startAgain(Settings.of(MORE));
    lan.expectNextHops(MORE, lan.first);
    assertThat(localRoutes()).doesNotContain("proto 112");
  }
}
