package io.headgate.model;

import static io.headgate.model.BackendState.DOWN;
import static io.headgate.model.BackendState.DRAIN;
import static io.headgate.model.BackendState.MAINT;
import static io.headgate.model.BackendState.PENDING;
import static io.headgate.model.BackendState.SUSPECT;
import static io.headgate.model.BackendState.UP;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RouteTest {
  @Test
  void backends_that_work_take_the_connections() {
    Route route =
        route(
            backend("up", UP),
            backend("suspect", SUSPECT),
            backend("pending", PENDING),
            backend("drain", DRAIN),
            lastResort("failing"),
            backend("maint", MAINT));
    assertThat(route.mode()).isEqualTo(Route.Mode.NORMAL);
    assertThat(candidates(route)).containsExactly("up", "suspect");
  }

  @Test
  void backends_that_work_but_have_no_weight_are_in_reserve_behind_the_others() {
    Route route =
        route(weighted("idle", UP, 0), weighted("busy", SUSPECT, 1), weighted("up", UP, 2));
    assertThat(candidates(route)).containsExactly("busy", "up", "idle");
    assertThat(route(weighted("idle", UP, 0)).mode()).isEqualTo(Route.Mode.NORMAL);
    assertThat(candidates(route(weighted("down", DOWN, 0)))).isEmpty();
  }

  @Test
  void draining_backends_serve_where_nothing_else_is_left() {
    Route route = route(backend("drain", DRAIN), lastResort("failing"), backend("down", DOWN));
    assertThat(route.mode()).isEqualTo(Route.Mode.DRAINING_ONLY);
    assertThat(candidates(route)).containsExactly("drain");
  }

  @Test
  void a_draining_backend_without_weight_has_nothing_to_serve_and_takes_none() {
    Route route = route(weighted("drain", DRAIN, 0), lastResort("failing"));
    assertThat(route.mode()).isEqualTo(Route.Mode.FAIL_OPEN);
    assertThat(candidates(route)).containsExactly("failing");
  }

  @Test
  void backends_that_only_their_probes_call_down_are_the_last_resort() {
    Route route = route(lastResort("failing"), backend("down", DOWN), backend("maint", MAINT));
    assertThat(route.mode()).isEqualTo(Route.Mode.FAIL_OPEN);
    assertThat(candidates(route)).containsExactly("failing");
  }

  @Test
  void a_route_may_have_nothing_to_offer() {
    assertThat(route().mode()).isEqualTo(Route.Mode.EMPTY);
    Route out = route(backend("down", DOWN), backend("maint", MAINT), backend("new", PENDING));
    assertThat(out.mode()).isEqualTo(Route.Mode.EMPTY);
    assertThat(out.candidates()).isEmpty();
  }

  private static List<String> candidates(Route route) {
    return route.candidates().stream().map(Backend::node).toList();
  }

  private static Route route(Backend... backends) {
    return new Route(
        "http", List.of(Listener.everyAddress(80)), RoutePolicy.DEFAULTS, List.of(backends));
  }

  private static Backend backend(String node, BackendState state) {
    return weighted(node, state, Backend.FULL_WEIGHT);
  }

  private static Backend weighted(String node, BackendState state, int weight) {
    return new Backend(node, ADDRESS, state, weight, false, false, "");
  }

  private static Backend lastResort(String node) {
    return new Backend(node, ADDRESS, DOWN, Backend.FULL_WEIGHT, true, false, "");
  }

  private static final InetSocketAddress ADDRESS =
      Addresses.parseWithPort("10.0.0.1:80").orElseThrow();
}
