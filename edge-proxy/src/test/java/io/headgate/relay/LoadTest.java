package io.headgate.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.Listener;
import io.headgate.model.Route;
import io.headgate.model.RoutePolicy;
import io.headgate.model.RouteTable;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LoadTest {
  private static final Backend BACKEND =
      new Backend(
          "node-a",
          Addresses.parseWithPort("10.0.0.1:30080").orElseThrow(),
          BackendState.UP,
          Backend.FULL_WEIGHT,
          false,
          false,
          "test");

  private final EdgeLoad edge = new EdgeLoad(2);

  private RelayCounters.OfRoute counters() {
    return edge.counters().routes().getFirst();
  }

  private static RouteTable table(Backend... backends) {
    var listener = new Listener(Addresses.parse("127.0.0.1").orElseThrow(), 80);
    return RouteTable.of(
        1, List.of(new Route("web", List.of(listener), RoutePolicy.DEFAULTS, List.of(backends))));
  }

  @Test
  void every_connection_is_accounted_for_by_its_reason() {
    RouteLoad route = edge.route("web");
    for (CloseReason reason : CloseReason.values()) {
      edge.enter();
      route.enter(0);
      route.leave(reason);
      edge.leave(reason);
    }
    assertThat(counters().accepted()).isEqualTo(CloseReason.values().length);
    assertThat(counters().active()).isZero();
    assertThat(counters().closed()).containsOnlyKeys(CloseReason.values());
    assertThat(counters().closed().values()).containsOnly(1L);
    assertThat(edge.counters().refused())
        .containsOnly(
            entry(CloseReason.CONNECT_FAILED, 1L),
            entry(CloseReason.NO_BACKEND, 1L),
            entry(CloseReason.NOT_ALLOWED, 1L),
            entry(CloseReason.BAD_PROXY_HEADER, 1L),
            entry(CloseReason.LIMIT, 1L),
            entry(CloseReason.CLIENT_LIMIT, 1L),
            entry(CloseReason.QUEUE_TIMEOUT, 1L));
  }

  @Test
  void limits_are_kept_exactly() {
    assertThat(edge.enter()).isTrue();
    assertThat(edge.enter()).isTrue();
    assertThat(edge.enter()).isFalse();
    edge.leave(CloseReason.LIMIT);
    assertThat(edge.counters().active()).isEqualTo(2);

    BackendLoad backend = edge.route("web").backend(BACKEND);
    assertThat(backend.enter(1)).isTrue();
    assertThat(backend.enter(1)).isFalse();
    assertThat(backend.enter(0)).isTrue();
    assertThat(backend.active()).isEqualTo(2);
  }

  @Test
  void what_has_left_the_table_is_kept_while_it_has_connections_and_totals_never_shrink() {
    RouteLoad route = edge.route("web");
    BackendLoad backend = route.backend(BACKEND);
    route.enter(0);
    backend.enter(0);
    route.moved(10, 20);
    backend.moved(10, 20);

    edge.keepOnly(RouteTable.EMPTY);
    assertThat(counters().backends()).hasSize(1);
    backend.leave();
    edge.keepOnly(table());
    assertThat(counters().backends()).isEmpty();
    assertThat(counters().fromClientBytes()).isEqualTo(10);
    assertThat(counters().toClientBytes()).isEqualTo(20);

    route.leave(CloseReason.FINISHED);
    edge.keepOnly(RouteTable.EMPTY);
    assertThat(edge.counters().routes()).isEmpty();
  }

  @Test
  void clients_are_forgotten_when_their_route_goes_even_while_it_has_connections() {
    RouteLoad route = edge.route("web");
    route.enter(0);
    route.affinity().lasts(Duration.ofHours(1));
    InetAddress client = Addresses.parse("203.0.113.7").orElseThrow();
    route.affinity().move(client, null, BACKEND.address(), 0);
    edge.sweep(1);
    assertThat(counters().affinity().clients()).isEqualTo(1);
    edge.keepOnly(RouteTable.EMPTY);
    edge.sweep(1);
    assertThat(counters().affinity().clients()).isZero();
  }

  @Test
  void a_backend_belongs_to_the_node_that_the_newest_table_names() {
    RouteLoad route = edge.route("web");
    route.backend(BACKEND);
    route.backend(
        new Backend("node-b", BACKEND.address(), BackendState.UP, 100, false, false, "test"));
    assertThat(counters().backends())
        .extracting(RelayCounters.OfBackend::node)
        .containsOnly("node-b");
  }

  @Test
  void connect_times_fall_into_the_bucket_that_bounds_them() {
    RouteLoad route = edge.route("web");
    route.connectedAfter(TimeUnit.MILLISECONDS.toNanos(1));
    route.connectedAfter(TimeUnit.MILLISECONDS.toNanos(1) + 1);
    route.connectedAfter(TimeUnit.MILLISECONDS.toNanos(2_500));
    route.connectedAfter(TimeUnit.SECONDS.toNanos(60));
    assertThat(counters().connectTimes().counts())
        .containsExactly(1L, 1L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 1L, 1L);
    assertThat(counters().connectTimes().sumSeconds()).isBetween(62.5, 62.6);
  }
}
