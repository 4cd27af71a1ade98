package io.headgate.takeover;

import static io.headgate.takeover.Pair.expectOnly;
import static io.headgate.takeover.Pair.expectServedBy;
import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.ConnectProbe;
import io.headgate.testing.EdgeOnLan;
import io.headgate.testing.Lan;
import io.headgate.testing.VirtualRouter;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Three edges that own an IPv6 address together and have their link over IPv4: who advertises it
 * from which address they know of one another by their word alone.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
final class ThreeEdgesIT {
  private static final Duration START = Duration.ofSeconds(90);
  private static final String AT_ONCE = "the process of the active edge is gone";

  private final Pair pair = new Pair();
  private final Lan.Host third = pair.lan.add("third");
  private final String key = EdgeOnLan.peerKey();

  @AfterEach
  void close() {
    pair.close();
  }

  @Test
  void of_two_that_wait_the_better_succeeds_a_killed_owner_at_once() {
    EdgeOnLan owner = edge(pair.first, 250);
    EdgeOnLan better = edge(pair.second, 200);
    EdgeOnLan other = edge(third, 150);
    ConnectProbe probe = pair.client(router(250));
    expectOnly(owner, better, probe);
    for (EdgeOnLan edge : new EdgeOnLan[] {better, other}) {
      eventually(
          START,
          () -> assertThat(edge.headgate("addresses", "--json").split("\"alive\"", -1)).hasSize(3));
    }

    owner.program().kill();

    expectServedBy(better, probe);
    eventually(() -> assertThat(better.program().output()).contains(AT_ONCE));
    assertThat(other.program().output()).doesNotContain(AT_ONCE);
    assertThat(other.waits()).isTrue();
  }

  private EdgeOnLan edge(Lan.Host host, int priority) {
    Lan.Host[] peers =
        Stream.of(pair.first, pair.second, third)
            .filter(peer -> !peer.equals(host))
            .toArray(Lan.Host[]::new);
    return pair.keep(EdgeOnLan.on(host, router(priority)).linkedTo(key, peers).start());
  }

  private static VirtualRouter router(int priority) {
    return VirtualRouter.of(priority).ofIpv6().every(Duration.ofSeconds(1));
  }
}
