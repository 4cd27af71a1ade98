package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.Listener;
import io.headgate.model.Route;
import io.headgate.model.RoutePolicy;
import io.headgate.model.RouteTable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StartGateTest {
  private static final long STARTED_NS = -5; // nanoTime may be negative
  private final StartGate gate = new StartGate(STARTED_NS);

  @Test
  void an_edge_without_a_cluster_opens_when_its_backends_have_answered() {
    assertThat(gate.opens(table(BackendState.PENDING), false, Freshness.NONE, after(10))).isFalse();
    assertThat(gate.opens(table(BackendState.UP), false, Freshness.NONE, after(20))).isTrue();
    assertThat(gate.opens(table(BackendState.DOWN), false, Freshness.NONE, after(20))).isTrue();
  }

  @Test
  void an_edge_waits_for_its_cluster() {
    assertThat(gate.opens(RouteTable.EMPTY, true, Freshness.NONE, after(10))).isFalse();
    assertThat(gate.opens(RouteTable.EMPTY, true, Freshness.LIVE, after(10))).isTrue();
  }

  @Test
  void a_snapshot_from_disk_is_a_cluster() {
    assertThat(gate.opens(table(BackendState.UP), true, Freshness.STALE, after(10))).isTrue();
  }

  @Test
  void an_api_that_never_answers_does_not_keep_the_edge_shut() {
    assertThat(gate.opens(RouteTable.EMPTY, true, Freshness.NONE, after(4_999))).isFalse();
    assertThat(gate.opens(RouteTable.EMPTY, true, Freshness.NONE, after(5_000))).isTrue();
  }

  @Test
  void backends_that_never_answer_do_not_keep_the_edge_shut() {
    assertThat(gate.opens(table(BackendState.PENDING), true, Freshness.LIVE, after(7_999)))
        .isFalse();
    assertThat(gate.opens(table(BackendState.PENDING), true, Freshness.LIVE, after(8_000)))
        .isTrue();
  }

  private static long after(long ms) {
    return STARTED_NS + ms * 1_000_000;
  }

  private static RouteTable table(BackendState state) {
    var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 30_080);
    return RouteTable.of(
        1,
        List.of(
            new Route(
                "http",
                List.of(Listener.everyAddress(80)),
                RoutePolicy.DEFAULTS,
                List.of(new Backend("node-1", address, state, 100, false, false, "")))));
  }
}
