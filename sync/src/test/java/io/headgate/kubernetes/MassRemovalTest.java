package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.apiserver.ApiResource;
import io.headgate.apiserver.Faults;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MassRemovalTest {
  @TempDir Path directory;

  @Test
  void a_removal_of_most_nodes_that_a_second_list_confirms_is_believed() throws Exception {
    try (var cluster = new FollowedCluster(directory).followed()) {
      cluster.api.faults().events(Faults.Event.DROP);
      for (String node : FollowedCluster.NODES.subList(0, 4)) {
        cluster.api.delete(ApiResource.NODES, "", node);
      }
      cluster.api.failWatches(410, "Expired");
      cluster.await("doubt", () -> cluster.status(Resource.NODES).lastError().contains("left out"));
      assertThat(cluster.latest().snapshot().nodes()).hasSize(5);
      cluster.api.faults().clear();
      cluster.await("belief", state -> state.snapshot().nodes().size() == 1);
      cluster.awaitWatching();
      assertThat(cluster.status(Resource.NODES).lastError()).isEmpty();
    }
  }

  @Test
  void a_removal_of_all_nodes_that_the_watch_tells_is_believed_at_once() throws Exception {
    try (var cluster = new FollowedCluster(directory).followed()) {
      for (String node : FollowedCluster.NODES) {
        cluster.api.delete(ApiResource.NODES, "", node);
      }
      cluster.await("no nodes", state -> state.snapshot().nodes().isEmpty());
      assertThat(cluster.status(Resource.NODES).lists()).isEqualTo(1);
    }
  }
}
