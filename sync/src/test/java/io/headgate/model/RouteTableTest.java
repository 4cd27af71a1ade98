package io.headgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RouteTableTest {
  private static final Listener WEB = listener("192.0.2.1:80");
  private static final Listener WEB_SIX = listener("[2001:db8::1]:80");

  @Test
  void every_listener_leads_to_its_route() {
    Route http = route("http", WEB, WEB_SIX);
    Route every = route("every", Listener.everyAddress(80));
    RouteTable table = RouteTable.of(7, List.of(http, every));
    assertThat(table.generation()).isEqualTo(7);
    assertThat(table.route(WEB)).contains(http);
    assertThat(table.route(WEB_SIX)).contains(http);
    assertThat(table.route(Listener.everyAddress(80))).contains(every);
    assertThat(table.route(Listener.everyAddress(81))).isEmpty();
  }

  @Test
  void a_route_is_listed_once_however_many_listeners_it_has() {
    Route http = route("http", WEB, WEB_SIX);
    Route admin = route("admin", listener("192.0.2.1:8080"));
    assertThat(RouteTable.of(1, List.of(http, admin)).routes().values())
        .containsExactly(admin, http);
  }

  @Test
  void two_routes_cannot_have_one_listener() {
    List<Route> routes = List.of(route("first", WEB), route("second", WEB_SIX, WEB));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RouteTable.of(1, routes))
        .withMessage("192.0.2.1:80 belongs to both first and second");
  }

  @Test
  void tables_that_say_the_same_are_the_same_whatever_their_generation() {
    RouteTable table = RouteTable.of(1, List.of(route("http", WEB)));
    assertThat(table.sameAs(RouteTable.of(2, List.of(route("http", WEB))))).isTrue();
    assertThat(table.sameAs(RouteTable.of(1, List.of(route("http", WEB_SIX))))).isFalse();
    assertThat(table.sameAs(RouteTable.EMPTY)).isFalse();
  }

  @Test
  void listeners_are_written_as_in_the_file_and_ordered_by_port() {
    assertThat(Listener.everyAddress(80)).hasToString("*:80");
    assertThat(WEB_SIX).hasToString("[2001:db8::1]:80");
    assertThat(listener("192.0.2.1:80").everyAddress()).isFalse();
    assertThat(new Listener(Addresses.parse("0.0.0.0").orElseThrow(), 80).everyAddress()).isFalse();
    assertThat(listener("192.0.2.9:80")).isLessThan(listener("192.0.2.1:443"));
    assertThat(listener("192.0.2.200:80")).isGreaterThan(listener("192.0.2.100:80"));
  }

  @ParameterizedTest
  @CsvSource({"10.0.0., 1", "10.0.0., 10", "10.0.0., 250", "2001:db8::, 250"})
  void a_listener_is_found_as_fast_among_ten_thousand(String network, int addresses) {
    int count = 10_000;
    boolean[] taken = new boolean[2 * count]; // the slots of an immutable map, tried one by one
    int passed = 0;
    for (int i = 0; i < count; i++) {
      var address = Addresses.parse(network + (1 + i % addresses)).orElseThrow();
      var listener = new Listener(address, 1_000 + i / addresses);
      int slot = Math.floorMod(listener.hashCode(), taken.length);
      while (taken[slot]) {
        slot = (slot + 1) % taken.length;
        passed++;
      }
      taken[slot] = true;
    }
    assertThat(passed).as("taken slots that were passed by").isLessThan(count);
  }

  private static Route route(String name, Listener... listeners) {
    return new Route(name, Arrays.asList(listeners), RoutePolicy.DEFAULTS, List.of());
  }

  private static Listener listener(String text) {
    var address = Addresses.parseWithPort(text).orElseThrow();
    return new Listener(address.getAddress(), address.getPort());
  }
}
