package io.headgate.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.linux.InterfaceAddress;
import io.headgate.linux.InterfaceAddresses;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.Listener;
import io.headgate.model.Route;
import io.headgate.model.RoutePolicy;
import io.headgate.model.RouteTable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Which addresses a routing daemon may announce. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AnnounceableTest {
  private static final InetAddress ONE = InetAddress.ofLiteral("198.51.100.10");
  private static final InetAddress OTHER = InetAddress.ofLiteral("2001:db8:51::10");
  private static final Duration DELAY = Duration.ofSeconds(10);
  private static final long START = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos(); // it wraps

  @Test
  void an_address_is_due_once_it_could_be_served_for_the_delay() {
    Announceable now = Announceable.NONE.next(List.of(ONE), _ -> Optional.empty(), START);
    assertThat(now.due(DELAY, at(9.9))).isEmpty();
    assertThat(now.left(ONE, DELAY, at(4))).isEqualTo(Duration.ofSeconds(6));
    assertThat(now.due(DELAY, at(10))).containsExactly(ONE);
    assertThat(now.due(Duration.ZERO, START)).containsExactly(ONE);
  }

  @Test
  void one_that_comes_later_waits_for_itself() {
    Announceable now =
        Announceable.NONE
            .next(List.of(ONE), _ -> Optional.empty(), START)
            .next(List.of(ONE, OTHER), _ -> Optional.empty(), at(8));
    assertThat(now.due(DELAY, at(10))).containsExactly(ONE);
    assertThat(now.due(DELAY, at(18))).containsExactlyInAnyOrder(ONE, OTHER);
  }

  @Test
  void what_cannot_be_served_is_not_due_and_afterwards_waits_anew() {
    Announceable served = Announceable.NONE.next(List.of(ONE), _ -> Optional.empty(), START);
    Announceable broken = served.next(List.of(ONE), _ -> Optional.of("broken"), at(20));
    assertThat(broken.due(DELAY, at(20))).isEmpty();
    assertThat(broken.unfit()).containsExactly(Map.entry(ONE, "broken"));
    Announceable mended = broken.next(List.of(ONE), _ -> Optional.empty(), at(21));
    assertThat(mended.unfit()).isEmpty();
    assertThat(mended.due(DELAY, at(30))).isEmpty();
    assertThat(mended.due(DELAY, at(31))).containsExactly(ONE);
  }

  @Test
  void one_that_no_route_has_any_more_is_forgotten() {
    Announceable now =
        Announceable.NONE
            .next(List.of(ONE), _ -> Optional.empty(), START)
            .next(List.of(), _ -> Optional.empty(), at(20));
    assertThat(now).isEqualTo(Announceable.NONE);
  }

  @Test
  void what_this_edge_can_serve_has_no_hindrance() {
    assertThat(hindrance(serving(BackendState.UP), Set.of())).isEmpty();
    assertThat(
            Announceable.hindrance(
                ONE,
                serving(BackendState.DOWN),
                false,
                Optional.empty(),
                Network.UNKNOWN,
                Set.of()))
        .isEmpty();
  }

  @Test
  void without_a_backend_a_table_or_the_interface_there_is_one() {
    assertThat(hindrance(serving(BackendState.DOWN), Set.of()))
        .contains("no route has a backend that works");
    assertThat(hindrance(Serving.NOTHING, Set.of())).contains("no table is published yet");
    assertThat(
            Announceable.hindrance(
                ONE,
                serving(BackendState.UP),
                true,
                Optional.of("is down"),
                Network.UNKNOWN,
                Set.of()))
        .contains("is down");
  }

  @Test
  void an_address_that_somebody_else_has_put_on_this_host_is_his() {
    Network his = network(0);
    assertThat(hindranceOn(his, Set.of())).isPresent();
    assertThat(hindranceOn(network(InterfaceAddresses.PROTOCOL), Set.of())).isEmpty();
    // A kernel before 5.18 keeps no mark: what we have put there is ours all the same.
    assertThat(hindranceOn(his, Set.of(ONE))).isEmpty();
  }

  @Test
  void routes_that_listen_at_every_address_alone_have_none_to_announce() {
    assertThat(serving(Listener.everyAddress(80), BackendState.UP).everywhereOnly()).isTrue();
    assertThat(serving(BackendState.UP).everywhereOnly()).isFalse();
    assertThat(Serving.NOTHING.everywhereOnly()).as("nothing is configured yet").isFalse();
  }

  private static Optional<String> hindranceOn(Network network, Set<InetAddress> held) {
    return Announceable.hindrance(
        ONE, serving(BackendState.UP), true, Optional.empty(), network, held);
  }

  private static Network network(int protocol) {
    long forever = InterfaceAddress.FOREVER;
    return new Network(
        List.of(),
        List.of(new InterfaceAddress(1, ONE, 32, protocol, forever, forever, false, false)));
  }

  private static Optional<String> hindrance(Serving serving, Set<InetAddress> held) {
    return Announceable.hindrance(ONE, serving, true, Optional.empty(), Network.UNKNOWN, held);
  }

  private static Serving serving(BackendState state) {
    return serving(new Listener(ONE, 80), state);
  }

  private static Serving serving(Listener listener, BackendState state) {
    var backend =
        new Backend(
            "node-1",
            new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 30_080),
            state,
            Backend.FULL_WEIGHT,
            false,
            false,
            "");
    var route = new Route("web", List.of(listener), RoutePolicy.DEFAULTS, List.of(backend));
    return new Serving(true, RouteTable.of(1, List.of(route)), Map.of(), Map.of());
  }

  private static long at(double seconds) {
    return START + (long) (seconds * 1e9);
  }
}
