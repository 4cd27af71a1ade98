package io.headgate.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.takeover.PeerWords.Word;
import io.headgate.vrrp.Family;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** How long packets are forwarded, and connections kept. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ChanceTest {
  private static final InetAddress SHARED = InetAddress.ofLiteral("192.0.2.100");
  private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.2");
  private static final InetAddress PEER6 = InetAddress.ofLiteral("fe80::2");
  private static final Map<Family, InetAddress> EDGE =
      Map.of(Family.IPV4, PEER, Family.IPV6, PEER6);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long START = Long.MAX_VALUE - SECOND; // where the clock wraps

  private static Optional<Word> living(int connections) {
    return Optional.of(new Word(Map.of("front", connections), Set.of(), START));
  }

  private static Optional<Word> forwarding(String... groups) {
    return Optional.of(new Word(Map.of(), Set.of(groups), START));
  }

  private static Chance.Forwarding forwarding(Optional<Word> word) {
    return new Chance.Forwarding(EDGE, START, false).heard(word, "front");
  }

  @Test
  void packets_are_forwarded_as_long_as_the_former_owner_has_connections() {
    assertThat(forwarding(living(1)).end(living(1), "front", START + 9 * SECOND)).isEmpty();
    assertThat(forwarding(living(1)).end(forwarding(), "front", START + 1))
        .contains("no connection of former clients is left");
  }

  @Test
  void the_former_owner_has_two_seconds_to_say_that_it_has_some() {
    assertThat(forwarding(forwarding()).end(forwarding(), "front", START + 2 * SECOND - 1))
        .isEmpty();
    assertThat(forwarding(forwarding()).end(forwarding(), "front", START + 2 * SECOND))
        .contains("no connection of former clients is left");
  }

  @Test
  void what_lives_on_in_another_group_is_no_reason() {
    Optional<Word> other = Optional.of(new Word(Map.of("back", 7), Set.of(), START));
    assertThat(forwarding(other).end(other, "front", START + 3 * SECOND)).isPresent();
  }

  @Test
  void nothing_is_forwarded_to_an_edge_that_says_nothing() {
    assertThat(forwarding(living(1)).end(Optional.empty(), "front", START + 1))
        .contains("the former owner is silent");
  }

  private static Optional<String> keeping(int living, Optional<Word> word, long nowNs) {
    return new Chance.Keeping(Set.of(SHARED), EDGE, START, START + 5 * SECOND, 1)
        .counted(living)
        .end(word, "front", nowNs);
  }

  @Test
  void connections_are_kept_until_there_are_none_or_their_time_is_over() {
    assertThat(keeping(1, forwarding("front"), START + 5 * SECOND - 1)).isEmpty();
    assertThat(keeping(0, forwarding("front"), START + 1))
        .contains("no connection of former clients is left");
    assertThat(keeping(1, forwarding("front"), START + 5 * SECOND))
        .contains("drain-timeout is over");
  }

  @Test
  void connections_that_nobody_forwards_to_are_not_kept() {
    assertThat(keeping(1, forwarding("back"), START + 1))
        .contains("the new owner forwards no more");
    assertThat(keeping(1, Optional.empty(), START + 1)).contains("the new owner forwards no more");
  }

  @Test
  void a_word_of_a_peer_is_known_by_any_of_its_sources_and_for_three_seconds() {
    PeerWords words = new PeerWords();
    Word word = new Word(Map.of(), Set.of("front"), START);
    words.said(Set.of(PEER, PEER6), word);
    assertThat(words.of(List.of(PEER6), START + 3 * SECOND - 1)).contains(word);
    assertThat(words.of(List.of(SHARED), START)).isEmpty();
    assertThat(words.of(List.of(PEER), START + 3 * SECOND)).isEmpty();
    words.gone(Set.of(PEER, PEER6));
    assertThat(words.of(List.of(PEER), START)).isEmpty();
  }
}
