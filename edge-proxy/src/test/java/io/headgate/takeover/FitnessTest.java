package io.headgate.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.Listener;
import io.headgate.model.Route;
import io.headgate.model.RoutePolicy;
import io.headgate.model.RouteTable;
import io.headgate.takeover.Fitness.Fit;
import io.headgate.takeover.Fitness.Reluctant;
import io.headgate.takeover.Fitness.Unfit;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What makes an edge fit to own addresses. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FitnessTest {
  private static final InetAddress OURS = InetAddress.ofLiteral("192.0.2.100");
  private static final Listener LISTENER = new Listener(OURS, 80);
  private static final Listener ELSEWHERE = new Listener(InetAddress.ofLiteral("192.0.2.101"), 80);

  @Test
  void an_edge_that_serves_is_fit() {
    assertThat(fitness(serving(route(LISTENER, BackendState.UP)), true)).isEqualTo(new Fit());
  }

  @Test
  void a_listener_for_every_address_serves_this_one_too() {
    Listener every = Listener.everyAddress(80);
    assertThat(fitness(serving(route(every, BackendState.UP)), true)).isEqualTo(new Fit());
    assertThat(fitness(serving(route(every, BackendState.DOWN)), true))
        .isInstanceOf(Reluctant.class);
  }

  @Test
  void before_a_table_is_published_it_is_not() {
    assertThat(fitness(Serving.NOTHING, true)).isEqualTo(new Unfit("no table is published yet"));
  }

  @Test
  void with_a_listener_that_could_not_be_bound_it_is_not() {
    var serving =
        new Serving(
            true,
            table(route(LISTENER, BackendState.UP)),
            Map.of(LISTENER, "in use", ELSEWHERE, "not ours"),
            Map.of());
    assertThat(fitness(serving, true)).isEqualTo(new Unfit("in use"));
    assertThat(fitness(new Serving(true, serving.table(), Map.of(ELSEWHERE, "x"), Map.of()), true))
        .isEqualTo(new Fit());
  }

  @Test
  void without_a_link_it_is_not_whatever_it_serves() {
    assertThat(
            Fitness.of(
                Set.of(OURS),
                serving(route(LISTENER, BackendState.UP)),
                Optional.of("no carrier"),
                true))
        .isEqualTo(new Unfit("no carrier"));
  }

  @Test
  void without_a_backend_it_leaves_them_to_a_peer_that_has_one() {
    Serving none = serving(route(LISTENER, BackendState.DOWN));
    assertThat(fitness(none, true)).isEqualTo(new Reluctant("no route has a backend that works"));
    assertThat(fitness(none, false)).isEqualTo(new Fit());
  }

  @Test
  void one_route_that_works_is_enough() {
    assertThat(
            fitness(
                serving(
                    route(LISTENER, BackendState.DOWN),
                    route(new Listener(OURS, 443), BackendState.UP)),
                true))
        .isEqualTo(new Fit());
  }

  @Test
  void a_route_at_another_address_says_nothing() {
    assertThat(
            fitness(
                serving(route(LISTENER, BackendState.DOWN), route(ELSEWHERE, BackendState.UP)),
                true))
        .isInstanceOf(Reluctant.class);
    assertThat(fitness(serving(route(ELSEWHERE, BackendState.DOWN)), true)).isEqualTo(new Fit());
  }

  @Test
  void probes_that_all_fail_here_may_succeed_at_a_peer() {
    Route failOpen = route(LISTENER, BackendState.DOWN, true);
    assertThat(failOpen.mode()).isEqualTo(Route.Mode.FAIL_OPEN);
    assertThat(fitness(serving(failOpen), true)).isInstanceOf(Reluctant.class);
  }

  private static Fitness fitness(Serving serving, boolean needsBackend) {
    return Fitness.of(Set.of(OURS), serving, Optional.empty(), needsBackend);
  }

  private static Serving serving(Route... routes) {
    return new Serving(true, table(routes), Map.of(), Map.of());
  }

  private static RouteTable table(Route... routes) {
    return RouteTable.of(1, List.of(routes));
  }

  private static Route route(Listener listener, BackendState state) {
    return route(listener, state, false);
  }

  private static Route route(Listener listener, BackendState state, boolean lastResort) {
    var backend =
        new Backend(
            "node-1",
            new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 30_080),
            state,
            Backend.FULL_WEIGHT,
            lastResort,
            false,
            "");
    return new Route(
        "web-" + listener.port(), List.of(listener), RoutePolicy.DEFAULTS, List.of(backend));
  }
}
