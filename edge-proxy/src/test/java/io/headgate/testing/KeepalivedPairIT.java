package io.headgate.testing;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * The ground that takeover is tested on: faults do what they say, and a known pair survives them.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
final class KeepalivedPairIT {
  private static final int PORT = 8080;
  private static final Duration LONG = Duration.ofSeconds(60);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Lan lan = Lan.open();
  private final Lan.Host first = lan.add("first");
  private final Lan.Host second = lan.add("second");
  private final Lan.Host client = lan.add("client");

  @BeforeEach
  void need() {
    Needs.programs("keepalived", "nginx");
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable part : open.reversed()) {
      part.close();
    }
    lan.close();
  }

  private <T extends AutoCloseable> T keep(T part) {
    open.add(part);
    return part;
  }

  private Keepalived keepalived(Lan.Host host, VirtualRouter router) {
    return keep(Keepalived.start(host, router));
  }

  /** A pair with servers, the first of them the owner, and a client that is being served. */
  private ConnectProbe served(VirtualRouter router) {
    for (Lan.Host host : List.of(first, second)) {
      keep(ConnectProbe.nameServer(host, "[::]:" + PORT + " ipv6only=off", host.label()));
    }
    ConnectProbe probe = keep(ConnectProbe.start(client, at(router)));
    eventually(() -> assertThat(endsAt(probe, first)).isTrue());
    return probe;
  }

  private static InetSocketAddress at(VirtualRouter router) {
    return new InetSocketAddress(router.served().getFirst(), PORT);
  }

  private static boolean endsAt(ConnectProbe probe, Lan.Host host) {
    return probe.record().endsServedBy(host.label(), 20);
  }

  @Test
  void the_backup_serves_after_a_crash() {
    VirtualRouter router = VirtualRouter.of(250);
    keepalived(first, router);
    Keepalived backup = keepalived(second, VirtualRouter.of(100));
    ConnectProbe probe = served(router);
    first.crash();
    eventually(() -> assertThat(endsAt(probe, second)).isTrue());
    assertThat(backup.owns()).isTrue();
    assertThat(probe.record().failures()).isPositive();
    // As known of keepalived: who is killed does not let go.
    assertThat(first.holds(router.held().getFirst())).isTrue();
  }

  @Test
  void the_backup_serves_while_the_cable_is_out_and_no_longer() {
    VirtualRouter router = VirtualRouter.of(250);
    Keepalived owner = keepalived(first, router);
    Keepalived backup = keepalived(second, VirtualRouter.of(100));
    ConnectProbe probe = served(router);
    first.cableOut();
    eventually(() -> assertThat(endsAt(probe, second)).isTrue());
    assertThat(first.hasCarrier()).isFalse();
    eventually(() -> assertThat(owner.states()).containsExactly("FAULT"));
    assertThat(backup.owns()).isTrue();
    first.heal();
    eventually(
        LONG,
        () -> {
          assertThat(owner.owns()).isTrue();
          assertThat(backup.waits()).isTrue();
          assertThat(endsAt(probe, first)).isTrue();
        });
  }

  /** higher_prio_send_advert: without it the client may find nobody for as long as it caches. */
  @Test
  void a_cut_splits_the_pair_and_healing_ends_with_one_owner() {
    String additions = "higher_prio_send_advert true";
    VirtualRouter router = VirtualRouter.of(250);
    Keepalived owner = keep(Keepalived.start(first, router, additions));
    Keepalived backup = keep(Keepalived.start(second, VirtualRouter.of(100), additions));
    ConnectProbe probe = served(router);
    first.cut();
    eventually(() -> assertThat(endsAt(probe, second)).isTrue());
    assertThat(first.hasCarrier()).isTrue();
    assertThat(owner.owns()).isTrue();
    assertThat(backup.owns()).isTrue();
    first.heal();
    eventually(
        LONG,
        () -> {
          assertThat(owner.owns()).isTrue();
          assertThat(backup.waits()).isTrue();
          assertThat(endsAt(probe, first)).isTrue();
        });
  }

  @Test
  void who_is_asked_to_end_leaves_at_once_and_lets_go() {
    VirtualRouter router = VirtualRouter.of(250);
    Keepalived owner = keepalived(first, router);
    Keepalived backup = keepalived(second, VirtualRouter.of(100));
    ConnectProbe probe = served(router);
    owner.program().terminate();
    eventually(() -> assertThat(endsAt(probe, second)).isTrue());
    assertThat(owner.program().awaitExit(LONG)).isZero();
    assertThat(backup.owns()).isTrue();
    assertThat(router.held()).noneMatch(first::holds);
    assertThat(second.mac()).isEqualTo(macSeenBy(client, router.held().getFirst()));
  }

  @Test
  void a_cut_of_one_way_is_seen_on_the_other_side_only() {
    VirtualRouter router = VirtualRouter.of(250);
    Keepalived owner = keepalived(first, router);
    eventually(() -> assertThat(owner.owns()).isTrue());
    first.cut(Lan.Way.FROM_HOST);
    Keepalived backup = keepalived(second, VirtualRouter.of(100));
    eventually(() -> assertThat(backup.owns()).isTrue()); // it hears nobody
    assertThat(owner.owns()).isTrue(); // it hears somebody lower
    first.heal();
    eventually(LONG, () -> assertThat(backup.waits()).isTrue());
    second.cut(Lan.Way.TO_HOST);
    eventually(() -> assertThat(backup.owns()).isTrue());
    assertThat(owner.owns()).isTrue();
  }

  @Test
  void whoever_is_paused_is_succeeded_and_comes_back() {
    VirtualRouter router = VirtualRouter.of(250);
    Keepalived owner = keepalived(first, router);
    Keepalived backup = keepalived(second, VirtualRouter.of(100));
    served(router);
    owner.program().pause();
    eventually(() -> assertThat(backup.owns()).isTrue());
    owner.program().resume();
    eventually(LONG, () -> assertThat(backup.waits()).isTrue());
    assertThat(owner.owns()).isTrue();
  }

  @Test
  void every_kind_of_pair_elects_the_higher_one() {
    List<VirtualRouter> kinds =
        List.of(
            VirtualRouter.of(250).inVersion2(),
            VirtualRouter.of(250).ofIpv6(),
            VirtualRouter.of(250).ofBothFamilies(),
            VirtualRouter.of(250).unicastTo(second),
            VirtualRouter.of(250).ofIpv6().unicastTo(second));
    for (VirtualRouter kind : kinds) {
      try (Keepalived owner = Keepalived.start(first, kind);
          Keepalived backup = Keepalived.start(second, asBackup(kind))) {
        eventually(() -> {
          assertThat(owner.owns()).as("%s: %s", kind, owner.program().output()).isTrue();
          assertThat(backup.waits()).as("%s: %s", kind, backup.program().output()).isTrue();
        });
      }
    }
  }

  private VirtualRouter asBackup(VirtualRouter kind) {
    VirtualRouter lower =
        new VirtualRouter(
            kind.version(),
            kind.number(),
            100,
            kind.interval(),
            kind.preempt(),
            kind.addresses(),
            List.of(),
            kind.virtualMac());
    return kind.peers().isEmpty() ? lower : lower.unicastTo(first);
  }

  @Test
  void a_share_of_the_packets_is_lost() {
    VirtualRouter router = VirtualRouter.of(250);
    keepalived(first, router);
    ConnectProbe probe = served(router);
    first.lose(50);
    eventually(() -> assertThat(probe.record().failures()).isPositive());
    first.heal();
    eventually(() -> assertThat(endsAt(probe, first)).isTrue());
  }

  @Test
  void a_name_server_is_reached_by_either_family() {
    keep(ConnectProbe.nameServer(first, "[::]:" + PORT + " ipv6only=off", first.label()));
    for (InetAddress address : List.of(first.address(), first.address6())) {
      try (ConnectProbe probe = ConnectProbe.start(client, new InetSocketAddress(address, PORT))) {
        eventually(() -> assertThat(endsAt(probe, first)).isTrue());
      }
      assertThat(macSeenBy(client, address)).isEqualTo(first.mac());
    }
  }

  private static String macSeenBy(Lan.Host host, InetAddress address) {
    return host.neighbour(address).orElseThrow().mac();
  }
}
