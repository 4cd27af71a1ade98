package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.takeover.peer.LifelineState;
import io.headgate.takeover.peer.PeerCounters;
import io.headgate.takeover.peer.PeerMessage.Announced;
import io.headgate.takeover.peer.PeerMessage.Draining;
import io.headgate.takeover.peer.PeerStatus;
import io.headgate.takeover.peer.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PeerNewsTest {
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.10");
  private static final PeerStatus B = peer("b", "1", Verdict.ALIVE, true);
  private static final PeerStatus C = peer("c", "2", Verdict.ALIVE, true);

  private final PeerNews news = new PeerNews();

  @Test
  void peers_announce_what_they_said_last() {
    news.told(B, new Announced(Set.of(ADDRESS)));
    news.told(C, new Announced(Set.of(ADDRESS)));
    assertThat(news.announced(List.of(B, C))).isEqualTo(Map.of(ADDRESS, Set.of("b", "c")));
    news.told(B, new Announced(Set.of()));
    assertThat(news.announced(List.of(B, C))).isEqualTo(Map.of(ADDRESS, Set.of("c")));
  }

  @Test
  void who_is_not_heard_or_has_started_anew_announces_nothing_that_is_known() {
    news.told(B, new Announced(Set.of(ADDRESS)));
    assertThat(news.announced(List.of(peer("b", "1", Verdict.SILENT, false)))).isEmpty();
    assertThat(news.announced(List.of(peer("b", "1", Verdict.LEAVING, true)))).isEmpty();
    assertThat(news.announced(List.of(peer("b", "9", Verdict.ALIVE, true)))).isEmpty();
  }

  @Test
  void the_connections_of_all_peers_count() {
    assertThat(news.connections("n1", List.of())).hasValue(0);
    news.told(B, new Draining(Map.of("n1", 3)));
    assertThat(news.connections("n1", List.of(B))).hasValue(3);
    assertThat(news.connections("n1", List.of(B, C))).as("one has not said").isEmpty();
    news.told(C, new Draining(Map.of("n1", 4, "n2", 1)));
    assertThat(news.connections("n1", List.of(B, C))).hasValue(7);
    assertThat(news.connections("n2", List.of(B, C))).as("one sees it in use").isEmpty();
  }

  @Test
  void a_peer_has_as_many_as_it_said_until_its_process_has_ended() {
    news.told(B, new Draining(Map.of("n1", 3)));
    assertThat(connections(Verdict.LEAVING, true)).contains(3);
    assertThat(connections(Verdict.LEAVING, false)).contains(0);
    assertThat(connections(Verdict.GONE, false)).contains(0);
    assertThat(connections(Verdict.SILENT, false)).as("it may have any number").isEmpty();
    assertThat(connections(Verdict.UNKNOWN, false)).isEmpty();
  }

  private Optional<Integer> connections(Verdict verdict, boolean connected) {
    return news.connections("n1", List.of(peer("b", "1", verdict, connected))).stream()
        .boxed()
        .findFirst();
  }

  private static PeerStatus peer(String name, String process, Verdict verdict, boolean connected) {
    return new PeerStatus(
        new InetSocketAddress(InetAddress.ofLiteral("10.9.0.1"), name.charAt(0)),
        Optional.of(name),
        Optional.of(process),
        verdict,
        connected,
        LifelineState.HELD,
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        new PeerCounters(0, 0, 0, 0, 0, 0, 0, 0));
  }
}
