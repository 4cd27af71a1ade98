package io.headgate.takeover;

import static io.headgate.takeover.Pair.expectOnly;
import static io.headgate.takeover.Pair.expectServedBy;
import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.takeover.Pair.Whole;
import io.headgate.testing.ConnectProbe;
import io.headgate.testing.EdgeOnLan;
import io.headgate.testing.Lan;
import io.headgate.testing.VirtualRouter;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Two edges that own an address together, and what can befall them. */
@DisplayNameGeneration(ReplaceUnderscores.class)
final class TakeoverIT {
  private static final VirtualRouter HIGH = VirtualRouter.of(250);
  private static final VirtualRouter LOW = VirtualRouter.of(200);
  private static final InetAddress ADDRESS = HIGH.held().getFirst();

  /** How the log tells a new role. */
  private static final String ROLE = "group front: (active|backup): ";

  private final Pair pair = new Pair();
  private final String key = EdgeOnLan.peerKey();

  @AfterEach
  void close() {
    pair.close();
  }

  private EdgeOnLan edge(Lan.Host host, VirtualRouter router) {
    Lan.Host peer = host.equals(pair.first) ? pair.second : pair.first;
    return pair.keep(EdgeOnLan.on(host, router).linkedTo(key, peer).start());
  }

  private Whole whole() {
    return pair.whole(edge(pair.first, HIGH), edge(pair.second, LOW), HIGH);
  }

  @Test
  void both_edges_say_who_owns_the_address() {
    EdgeOnLan first = edge(pair.first, HIGH);
    EdgeOnLan second = edge(pair.second, LOW);
    expectOnly(first, second, pair.client(HIGH));
    assertThat(first.headgate("addresses", "--json")).contains("192.0.2.100").endsWith("exit 0\n");
    assertThat(second.headgate("addresses", "--json")).contains("192.0.2.100").endsWith("exit 0\n");
  }

  @Test
  void a_killed_owner_is_succeeded_and_its_address_does_not_outlive_it_for_long() {
    Whole edges = whole();
    edges.first().program().kill();
    expectServedBy(edges.second(), edges.probe());
    eventually(() -> assertThat(pair.first.holds(ADDRESS)).isFalse());
    expectOnly(edge(pair.first, HIGH), edges.second(), edges.probe());
  }

  @Test
  void without_a_peer_link_a_killed_owner_is_succeeded_too() {
    Whole edges = pair.whole(pair.edge(pair.first, HIGH), pair.edge(pair.second, LOW), HIGH);
    edges.first().program().kill();
    expectServedBy(edges.second(), edges.probe());
  }

  @Test
  void an_owner_without_a_link_leaves_and_comes_back_with_it() {
    Whole edges = whole();
    pair.first.cableOut();
    edges.expectSecond();
    pair.first.heal();
    edges.expectFirst();
  }

  @Test
  void an_owner_whose_interface_was_down_is_a_backup_without_a_problem_afterwards() {
    EdgeOnLan first = edge(pair.first, HIGH.unpreemptive());
    eventually(() -> assertThat(first.owns()).isTrue());
    edge(pair.second, LOW.unpreemptive());
    pair.first.run("ip", "link", "set", "eth0", "down");
    eventually(() -> assertThat(pair.second.holds(ADDRESS)).isTrue());
    pair.first.run("ip", "link", "set", "eth0", "up");
    eventually(() ->
        assertThat(first.headgate("addresses"))
            .contains("backup")
            .doesNotContain("is down", "cannot"));
  }

  @Test
  void after_a_cut_has_healed_there_is_one_owner_and_the_client_is_on_it() {
    Whole edges = whole();
    pair.first.cut();
    expectServedBy(edges.second(), edges.probe());
    pair.first.heal();
    edges.expectFirst();
  }

  @Test
  void after_a_cut_of_one_way_has_healed_there_is_one_owner() {
    Whole edges = whole();
    pair.first.cut(Lan.Way.FROM_HOST);
    expectServedBy(edges.second(), edges.probe());
    pair.first.heal();
    edges.expectFirst();
  }

  @Test
  void who_is_asked_to_end_goes_on_until_its_peer_serves() {
    Whole edges = whole();
    assertThat(edges.first().terminate()).isZero();
    assertThat(edges.second().owns())
        .as("make before break: %s", edges.second().program().output())
        .isTrue();
    assertThat(pair.first.holds(ADDRESS)).isFalse();
    expectServedBy(edges.second(), edges.probe());
  }

  @Test
  void failover_hands_over_to_the_peer_which_keeps_it() {
    EdgeOnLan first = edge(pair.first, HIGH.unpreemptive());
    eventually(() -> assertThat(first.owns()).isTrue());
    EdgeOnLan second = edge(pair.second, LOW.unpreemptive());
    ConnectProbe probe = pair.client(HIGH);
    expectOnly(first, second, probe);
    assertThat(first.headgate("failover", "front")).endsWith("exit 0\n");
    expectOnly(second, first, probe);
  }

  @Test
  void a_paused_owner_is_succeeded_and_when_it_wakes_there_is_one_owner() {
    Whole edges = whole();
    edges.first().program().pause();
    expectServedBy(edges.second(), edges.probe());
    edges.first().program().resume();
    edges.expectFirst();
  }

  @Test
  void an_address_that_somebody_deletes_is_put_back() {
    Whole edges = whole();
    int moves = edges.probe().record().moves();
    pair.first.run("ip", "address", "flush", "dev", "eth0", "to", "192.0.2.100/32");
    edges.expectFirst();
    assertThat(edges.probe().record().moves()).isEqualTo(moves);
  }

  @Test
  void an_address_that_a_crashed_run_has_left_behind_is_swept_at_the_start() throws Exception {
    EdgeOnLan owner = edge(pair.second, HIGH);
    ConnectProbe probe = pair.client(HIGH);
    expectServedBy(owner, probe);
    InetAddress former = InetAddress.ofLiteral("192.0.2.101"); // of an older configuration, too
    LeftBehind.on(pair.first, ADDRESS);
    LeftBehind.on(pair.first, former);
    EdgeOnLan other = edge(pair.first, LOW);
    expectOnly(owner, other, probe);
    assertThat(pair.first.holds(former)).isFalse();
  }

  @Test
  void an_edge_with_nothing_to_serve_with_leaves_the_address_to_its_peer() {
    Whole edges = whole();
    edges.first().backend().kill();
    edges.expectSecond();
  }

  @Test
  void a_reload_changes_what_is_said_and_keeps_the_role() {
    Whole edges = whole();
    int moves = edges.probe().record().moves();
    int roles =
        edges.second().program().output().split(ROLE, -1).length; // it may have begun as owner
    VirtualRouter other =
        VirtualRouter.of(240)
            .every(Duration.ofMillis(100))
            .withAddresses(VirtualRouter.IPV4, "192.0.2.102/24");
    assertThat(edges.first().reload(other)).endsWith("exit 0\n");
    eventually(() -> assertThat(pair.first.holds(other.held().getLast())).isTrue());
    assertThat(edges.first().headgate("addresses", "--json"))
        .contains("\"effectivePriority\" : 240", "\"role\" : \"active\"");
    edges.expectFirst();
    assertThat(edges.probe().record().moves()).isEqualTo(moves);
    assertThat(edges.second().program().output().split(ROLE, -1)).hasSize(roles);
  }

  @Test
  void an_address_that_a_stranger_has_is_not_taken_until_it_is_free() {
    Lan.Host stranger = pair.lan.add("stranger");
    stranger.run("ip", "address", "add", "192.0.2.100/24", "dev", "eth0");
    EdgeOnLan edge = edge(pair.first, HIGH);
    eventually(
        () -> assertThat(edge.headgate("addresses")).contains("takes no part in the election"));
    assertThat(pair.first.holds(ADDRESS)).isFalse();
    assertThat(edge.headgate("status")).contains(stranger.mac());
    stranger.run("ip", "address", "del", "192.0.2.100/24", "dev", "eth0");
    eventually(() -> assertThat(edge.owns()).isTrue());
    expectServedBy(edge, pair.client(HIGH));
  }

  @Test
  void a_stranger_that_takes_the_address_later_is_told_of_and_nothing_flaps() {
    EdgeOnLan edge = edge(pair.first, HIGH);
    ConnectProbe probe = pair.client(HIGH);
    expectServedBy(edge, probe);
    Lan.Host stranger = pair.lan.add("stranger");
    stranger.run("ip", "address", "add", "192.0.2.100/24", "dev", "eth0");
    eventually(() -> {
      // Asks everybody for a neighbour, in the name of the address.
      stranger.run("sh", "-c", "curl -sm1 --interface 192.0.2.100 http://192.0.2.200; true");
      assertThat(edge.headgate("events")).contains(stranger.mac() + " has 192.0.2.100, too");
    });
    assertThat(edge.owns()).isTrue();
    stranger.run("ip", "address", "del", "192.0.2.100/24", "dev", "eth0");
    expectServedBy(edge, probe);
  }

  @Test
  void addresses_of_both_families_move_together() {
    EdgeOnLan first = edge(pair.first, HIGH.ofBothFamilies());
    EdgeOnLan second = edge(pair.second, LOW.ofBothFamilies());
    ConnectProbe probe = pair.client(HIGH.ofBothFamilies());
    expectOnly(first, second, probe);
    first.program().kill();
    expectServedBy(second, probe);
    eventually(() -> {
      for (InetAddress address : HIGH.ofBothFamilies().held()) {
        assertThat(pair.first.holds(address)).as("%s", address).isFalse();
      }
    });
  }
}
