package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Annotation {@code headgate.io/announced-by} of a Service. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AnnouncersTest {
  private static final ServiceKey WEB = new ServiceKey("shop", "web");
  private static final List<InetAddress> BOTH = addresses("192.0.2.10", "2001:db8::10");
  private static final InetAddress FIRST = BOTH.getFirst();
  private static final InetAddress SECOND = BOTH.getLast();

  @Test
  void edges_of_all_addresses_are_named_alone() {
    assertThat(text(Map.of(FIRST, Set.of("edge-a")), List.of(FIRST))).isEqualTo("edge-a");
    assertThat(text(Map.of(FIRST, Set.of("edge-b", "edge-a")), List.of(FIRST)))
        .isEqualTo("edge-a,edge-b");
    assertThat(text(Map.of(FIRST, Set.of("edge-a"), SECOND, Set.of("edge-a")), BOTH))
        .isEqualTo("edge-a");
  }

  @Test
  void where_addresses_differ_each_has_its_edges() {
    assertThat(text(Map.of(FIRST, Set.of("edge-a"), SECOND, Set.of("edge-c", "edge-b")), BOTH))
        .isEqualTo("192.0.2.10=edge-a,2001:db8::10=edge-b,2001:db8::10=edge-c");
    assertThat(text(Map.of(SECOND, Set.of("edge-a")), BOTH))
        .as("nobody announces the other")
        .isEqualTo("2001:db8::10=edge-a");
  }

  @Test
  void what_nobody_announces_names_nobody() {
    assertThat(new Announcers(Map.of(), true).of(BOTH, "edge-a")).isEmpty();
    assertThat(new Announcers(Map.of(), true).of(List.of(), "edge-a")).isEmpty();
  }

  @Test
  void as_long_as_little_is_known_it_says_what_it_said() {
    assertThat(Announcers.UNKNOWN.of(BOTH, "edge-a")).contains("edge-a");
    assertThat(Announcers.UNKNOWN.of(BOTH, "")).isEmpty();
    var half = new Announcers(Map.of(FIRST, Set.of("edge-b")), false);
    assertThat(half.of(BOTH, "edge-a")).contains("edge-a");
    assertThat(half.of(List.of(FIRST), "edge-a")).contains("edge-b");
  }

  @Test
  void a_Service_bears_it_and_one_that_is_not_ours_any_more_does_not() {
    var service =
        new ClusterService(WEB, "u1", ClusterService.Type.LOAD_BALANCER, false, 0, List.of());
    var report = new ServiceReport(WEB, "u1", BOTH, List.of(), List.of());
    var announcers =
        new Announcers(Map.of(FIRST, Set.of("edge-a"), SECOND, Set.of("edge-a")), true);
    assertThat(Inscription.wanted(report, service, announcers).annotations())
        .containsEntry("headgate.io/announced-by", "edge-a");
    assertThat(Inscription.withoutOurs(service).annotations()).isEmpty();
  }

  private static String text(Map<InetAddress, Set<String>> edges, List<InetAddress> addresses) {
    return new Announcers(edges, true).of(addresses, "").orElse("");
  }

  private static List<InetAddress> addresses(String... texts) {
    return Stream.of(texts).map(text -> Addresses.parse(text).orElseThrow()).toList();
  }
}
