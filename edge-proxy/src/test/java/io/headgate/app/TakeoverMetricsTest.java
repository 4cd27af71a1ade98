package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.admin.MetricFamily;
import io.headgate.admin.MetricFamily.Sample;
import io.headgate.takeover.TakeoverStatus;
import io.headgate.takeover.TakeoverStatus.AddressStatus;
import io.headgate.takeover.TakeoverStatus.GroupStatus;
import io.headgate.takeover.TakeoverStatus.Role;
import io.headgate.takeover.TakeoverStatus.SecondChanceStatus;
import io.headgate.takeover.peer.LifelineState;
import io.headgate.takeover.peer.PeerCounters;
import io.headgate.takeover.peer.PeerStatus;
import io.headgate.takeover.peer.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Takeover in figures. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TakeoverMetricsTest {
  private static final GroupStatus GROUP =
      new GroupStatus(
          "front",
          "eth0",
          51,
          Role.ACTIVE,
          "",
          Duration.ZERO,
          250,
          250,
          false,
          "",
          "",
          List.of(new AddressStatus(InetAddress.ofLiteral("203.0.113.10"), true, "")),
          List.of(),
          1,
          2,
          3,
          Map.of("wrong_ttl", 4L),
          5,
          6,
          Set.of(),
          SecondChanceStatus.OFF);
  private static final PeerStatus PEER =
      new PeerStatus(
          new InetSocketAddress(InetAddress.ofLiteral("10.0.0.2"), 7443),
          Optional.empty(),
          Optional.empty(),
          Verdict.ALIVE,
          true,
          LifelineState.HELD,
          Instant.EPOCH,
          Optional.empty(),
          Optional.empty(),
          new PeerCounters(0, 0, 0, 0, 0, 0, 0, 0));
  private static final List<MetricFamily> ALL =
      TakeoverMetrics.of(new TakeoverStatus(List.of(GROUP), List.of()), List.of(PEER));

  @Test
  void every_metric_has_its_row_in_the_page() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "operating.md"));
    assertThat(ALL).isNotEmpty();
    for (MetricFamily family : ALL) {
      assertThat(page).containsPattern("\\| [^|]*`" + family.name() + "[{`]");
    }
  }

  @Test
  void an_edge_that_takes_no_part_has_none() {
    assertThat(TakeoverMetrics.of(TakeoverStatus.NONE, List.of())).isEmpty();
  }

  @Test
  void what_is_dropped_is_counted_by_its_reason() {
    assertThat(ALL)
        .filteredOn(family -> family.name().equals("headgate_vrrp_dropped_total"))
        .singleElement()
        .satisfies(family ->
            assertThat(family.samples())
                .containsExactly(
                    new Sample.Value(Map.of("group", "front", "reason", "wrong_ttl"), 4)));
  }
}
