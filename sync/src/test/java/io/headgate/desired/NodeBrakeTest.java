package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.ProbeStatus.Answer;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NodeBrakeTest {
  private final World world = World.running();

  @Test
  void an_api_that_suddenly_lists_no_nodes_takes_no_backend_that_works() {
    world.nodes.clear();
    world.decide();
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    assertThat(world.changeTexts())
        .containsExactly(
            "cluster 3 of 3 nodes vanished at once: kept for 30 s while their probes are good");
    assertThat(world.explanation().notes()).first().asString().startsWith("most nodes vanished");

    world.answers = target -> World.isAt(target, "10.0.0.2") ? Answer.TIMED_OUT : Answer.GOOD;
    world.probe();
    world.probe();
    assertThat(world.candidates()).as("probes go on").containsExactly("n1", "n3");
  }

  @Test
  void nodes_that_stay_away_are_let_go_in_the_end() {
    world.nodes.clear();
    world.decide();
    assertThat(world.state.wakeAtNs().orElseThrow() - world.nowNs)
        .isEqualTo(NodeBrake.HOLD.toNanos());
    world.later(Duration.ofSeconds(29));
    assertThat(world.backendNodes()).hasSize(3);
    world.later(Duration.ofSeconds(1));
    assertThat(world.backendNodes()).isEmpty();
    assertThat(world.state.wakeAtNs()).isEmpty();
  }

  @Test
  void nodes_that_return_are_as_if_they_had_never_gone() {
    TestNode n1 = world.nodes.remove("n1");
    TestNode n2 = world.nodes.remove("n2");
    var table = world.state.table();
    world.decide();
    world.nodes.put("n1", n1);
    world.nodes.put("n2", n2);
    world.decide();
    assertThat(world.state.table()).isSameAs(table);
    assertThat(world.state.brake().held()).isEmpty();
  }

  @Test
  void nodes_whose_end_was_announced_are_not_held() {
    world.nodes.values().forEach(node -> node.deleting = true);
    world.decide();
    world.nodes.clear();
    world.decide();
    assertThat(world.backendNodes()).isEmpty();
  }

  @Test
  void a_single_node_may_go() {
    world.nodes.remove("n1");
    world.decide();
    assertThat(world.backendNodes()).containsExactly("n2", "n3");
  }

  @Test
  void the_first_live_snapshot_may_differ_from_the_one_on_disk() {
    World restarted = World.ofThreeNodes();
    restarted.freshness = Freshness.STALE;
    restarted.settled();
    restarted.nodes.clear();
    restarted.nodes.put("m1", new TestNode("m1", "10.0.0.9"));
    restarted.freshness = Freshness.LIVE;
    restarted.decide();
    assertThat(restarted.backendNodes()).containsExactly("m1");
  }
}
