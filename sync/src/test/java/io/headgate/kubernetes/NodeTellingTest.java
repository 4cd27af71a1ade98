package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.kubernetes.ApiClient.Answer;
import io.headgate.kubernetes.Deed.SayConnections;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterNode.Readiness;
import io.headgate.model.ClusterSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** When the annotation {@code headgate.io/connections} of a Node is due to be written. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class NodeTellingTest {
  private final Telling telling = new Telling(WriterSettings.DEFAULT, () -> "n", 0);
  private long nowNs;
  private String there = "";

  @Test
  void a_node_that_drains_says_at_once_how_many_connections_it_has() {
    assertThat(look(Map.of("n1", 7))).containsExactly(say("7", ""));
    assertThat(look(Map.of("other", 7))).isEmpty();
    assertThat(look(Map.of())).isEmpty();
  }

  @Test
  void it_says_how_many_every_ten_seconds_at_most() {
    done(look(Map.of("n1", 7)));
    pass(9);
    assertThat(look(Map.of("n1", 6))).isEmpty();
    assertThat(telling.wakeNs()).isEqualTo(Duration.ofSeconds(10).toNanos());
    pass(1);
    assertThat(look(Map.of("n1", 5))).containsExactly(say("5", "7"));
  }

  @Test
  void that_none_is_left_it_says_at_once_but_not_again_and_again() {
    done(look(Map.of("n1", 7)));
    pass(1);
    assertThat(look(Map.of("n1", 0))).containsExactly(say("0", "7"));
    done(look(Map.of("n1", 0)));
    assertThat(look(Map.of("n1", 0))).isEmpty();
    pass(1);
    assertThat(look(Map.of("n1", 2))).as("a client has come").isEmpty();
    there = "somebody else's";
    assertThat(look(Map.of("n1", 0))).as("somebody else writes, too").isEmpty();
    pass(9);
    assertThat(look(Map.of("n1", 0))).containsExactly(say("0", "somebody else's"));
  }

  @Test
  void the_watch_may_be_behind() {
    List<Deed> due = look(Map.of("n1", 0));
    done(due);
    there = "";
    assertThat(look(Map.of("n1", 0))).isEmpty();
    pass(5);
    assertThat(look(Map.of("n1", 0))).isEqualTo(due);
  }

  @Test
  void a_node_that_drains_no_more_or_of_which_too_little_is_known_says_nothing() {
    there = "0";
    assertThat(look(Map.of())).containsExactly(say("", "0"));
    done(look(Map.of()));
    assertThat(look(Map.of())).isEmpty();
  }

  @Test
  void nothing_is_written_on_nodes_unless_that_is_asked_for() {
    there = "3";
    assertThat(look(Optional.empty())).isEmpty();
  }

  @Test
  void without_the_right_it_is_tried_less_and_less_often_and_said() {
    List<Deed> due = look(Map.of("n1", 7));
    telling.answered(due.getFirst(), failed(403), nowNs);
    assertThat(telling.permits(due.getFirst(), nowNs)).isFalse();
    assertThat(telling.status(LEASE, 0).missingRights()).containsExactly("patch nodes");
    pass(60);
    assertThat(telling.permits(look(Map.of("n1", 7)).getFirst(), nowNs)).isTrue();
  }

  @Test
  void a_failure_is_not_repeated_at_once() {
    telling.answered(look(Map.of("n1", 7)).getFirst(), failed(500), nowNs);
    assertThat(look(Map.of("n1", 7))).isEmpty();
    pass(1);
    assertThat(look(Map.of("n1", 7))).containsExactly(say("7", ""));
  }

  private static final WriterStatus.Lease LEASE =
      new WriterStatus.Lease("headgate", "headgate-edge", "a", "a", true, "", Duration.ZERO);

  private static Answer failed(int code) {
    return new Answer.Failed(new Failure(code, "no", Duration.ZERO));
  }

  private static Deed say(String wanted, String there) {
    return new SayConnections("n1", "u1", wanted, there);
  }

  private List<Deed> look(Map<String, Integer> known) {
    return look(Optional.of(known));
  }

  private List<Deed> look(Optional<Map<String, Integer>> known) {
    var node =
        new ClusterNode(
            "n1",
            "u1",
            Map.of(),
            there.isEmpty() ? Map.of() : Map.of("headgate.io/connections", there),
            List.of(),
            List.of(),
            Set.of(),
            Readiness.READY,
            true,
            false,
            false,
            false);
    var cluster = new ClusterSnapshot(Map.of("n1", node), Map.of(), Map.of());
    return telling.look(new ClusterReport(Map.of(), cluster, Announcers.UNKNOWN, known), nowNs);
  }

  /** And the watch has told it. */
  private void done(List<Deed> due) {
    var deed = (SayConnections) due.getFirst();
    telling.answered(deed, new Answer.Done(ApiJson.MAPPER.createObjectNode()), nowNs);
    there = deed.wanted();
  }

  private void pass(int seconds) {
    nowNs += Duration.ofSeconds(seconds).toNanos();
  }
}
