package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.takeover.peer.PeerMessage.Standing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PeerStandingsTest {
  private static final InetSocketAddress ONE = link("10.9.0.1");
  private static final InetSocketAddress TWO = link("10.9.0.2");

  private final PeerStandings standings = new PeerStandings();

  @Test
  void a_peer_speaks_from_where_it_says_and_from_its_address_on_the_link() {
    standings.told(ONE, new Standing(Map.of("front", 250), Set.of(address("192.0.2.11"))));
    assertThat(standings.sources(ONE))
        .containsExactlyInAnyOrder(address("10.9.0.1"), address("192.0.2.11"));
    assertThat(standings.sources(TWO)).containsExactly(address("10.9.0.2"));
  }

  @Test
  void the_highest_of_those_that_live_counts_by_group() {
    standings.told(ONE, new Standing(Map.of("front", 250, "back", 10), Set.of()));
    standings.told(TWO, new Standing(Map.of("front", 200, "back", 20), Set.of()));
    assertThat(standings.highest(List.of(ONE, TWO)).applyAsInt("front")).isEqualTo(250);
    assertThat(standings.highest(List.of(ONE, TWO)).applyAsInt("back")).isEqualTo(20);
    assertThat(standings.highest(List.of(TWO)).applyAsInt("front")).isEqualTo(200);
    assertThat(standings.highest(List.of(TWO)).applyAsInt("side")).isZero();
    assertThat(standings.highest(List.of()).applyAsInt("front")).isZero();
  }

  @Test
  void who_has_not_said_may_be_above_all() {
    standings.told(ONE, new Standing(Map.of("front", 1), Set.of()));
    assertThat(standings.highest(List.of(ONE, TWO)).applyAsInt("front")).isEqualTo(255);
  }

  @Test
  void the_last_word_counts_and_an_answer_already_given_does_not_change() {
    standings.told(ONE, new Standing(Map.of("front", 250), Set.of()));
    var before = standings.highest(List.of(ONE));
    standings.told(ONE, new Standing(Map.of("front", 0), Set.of()));
    assertThat(before.applyAsInt("front")).isEqualTo(250);
    assertThat(standings.highest(List.of(ONE)).applyAsInt("front")).isZero();
  }

  private static InetSocketAddress link(String address) {
    return new InetSocketAddress(address(address), 7443);
  }

  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }
}
