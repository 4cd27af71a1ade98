package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiObjects.Endpoint;
import io.headgate.apiserver.ApiResource;
import io.headgate.apiserver.ApiVerb;
import io.headgate.apiserver.Faults;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.ServiceKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClusterWatchTest {
  @TempDir Path directory;

  @Test
  void the_first_live_state_is_the_whole_cluster() throws Exception {
    try (var cluster = new FollowedCluster(directory).followed()) {
      assertThat(cluster.states.getFirst().snapshot()).isEqualTo(cluster.truth());
      assertThat(cluster.latest().snapshot().nodes()).containsOnlyKeys(FollowedCluster.NODES);
      assertThat(cluster.latest().snapshot().endpoints(FollowedCluster.WEB)).hasSize(2);
      assertThat(cluster.status().server()).isEqualTo(cluster.api.url());
      assertThat(cluster.status().lastContact()).isPresent();
      assertThat(cluster.status().snapshotTakenAt()).isPresent();
    }
  }

  @Test
  void nothing_is_live_before_every_resource_is_listed() throws Exception {
    try (var cluster = new FollowedCluster(directory)) {
      cluster.api.faults().answer(ApiVerb.LIST, ApiResource.ENDPOINTSLICES, 3, 500);
      cluster.follow();
      cluster.await("live", state -> state.freshness() == Freshness.LIVE);
      assertThat(cluster.states.getFirst().snapshot()).isEqualTo(cluster.truth());
    }
  }

  @Test
  void additions_changes_and_deletions_are_told() throws Exception {
    try (var cluster = new FollowedCluster(directory).followed()) {
      cluster.putNode("n6");
      cluster.await("n6", state -> state.snapshot().nodes().containsKey("n6"));
      cluster.putEndpoints(Endpoint.terminating("10.244.0.1", "n1"));
      cluster.await(
          "one endpoint, terminating",
          state ->
              state.snapshot().endpoints(FollowedCluster.WEB).stream()
                  .allMatch(endpoint -> endpoint.terminating()));
      cluster.api.delete(ApiResource.SERVICES, "shop", "web");
      cluster.await("no service", state -> state.snapshot().services().isEmpty());
      cluster.api.delete(ApiResource.ENDPOINTSLICES, "shop", "web-a");
      cluster.awaitTruth();
      assertThat(cluster.tellers).hasSize(1);
    }
  }

  @Test
  void what_changes_nothing_for_us_is_not_told() throws Exception {
    try (var cluster = new FollowedCluster(directory).followed()) {
      int before = cluster.states.size();
      long events = cluster.status(Resource.NODES).events();
      cluster.api.put(
          ApiResource.NODES,
          ApiObjects.annotation(ApiObjects.node("n1", "192.0.2.1"), "example.com/beat", "1"));
      cluster.await("the event", () -> cluster.status(Resource.NODES).events() > events);
      cluster.putNode("n6");
      cluster.await("n6", state -> state.snapshot().nodes().containsKey("n6"));
      assertThat(cluster.states).hasSize(before + 1);
    }
  }

  @Test
  void a_quiet_cluster_stays_in_contact_by_bookmarks() throws Exception {
    try (var cluster = new FollowedCluster(directory).followed()) {
      Instant before = cluster.status().snapshotTakenAt().orElseThrow();
      cluster.await(
          "a later contact",
          () -> cluster.status().snapshotTakenAt().orElseThrow().isAfter(before));
      assertThat(cluster.status(Resource.NODES).events()).isZero();
      assertThat(cluster.status(Resource.NODES).lists()).isEqualTo(1);
    }
  }

  @Test
  void without_bookmarks_it_stays_in_contact_by_pings() throws Exception {
    try (var cluster = new FollowedCluster(directory)) {
      cluster.api.faults().events(Faults.Event.NO_BOOKMARKS);
      cluster.followed();
      for (int i = 0; i < 3; i++) {
        Instant before = cluster.status().lastContact().orElseThrow();
        cluster.await(
            "a later contact", () -> cluster.status().lastContact().orElseThrow().isAfter(before));
      }
      assertThat(cluster.status(Resource.NODES).events()).isZero();
    }
  }

  @Test
  void only_the_named_namespaces_are_followed() throws Exception {
    try (var cluster =
        new FollowedCluster(directory, FollowedCluster.QUICK, List.of("shop", "blog"))) {
      for (String namespace : List.of("blog", "secret")) {
        cluster.api.put(
            ApiResource.SERVICES,
            ApiObjects.service(namespace, "web", new ApiObjects.Port("http", 80, 30081)));
      }
      cluster.followed();
      assertThat(cluster.latest().snapshot().services())
          .containsOnlyKeys(new ServiceKey("shop", "web"), new ServiceKey("blog", "web"));
      cluster.api.delete(ApiResource.SERVICES, "blog", "web");
      cluster.await("blog is gone", state -> state.snapshot().services().size() == 1);
    }
  }

  @Test
  void a_restart_without_the_API_serves_from_the_snapshot_file() throws Exception {
    try (var cluster = new FollowedCluster(directory).followed()) {
      cluster.restart();
      var truth = cluster.truth();
      cluster.api.stop();
      cluster.follow();
      assertThat(cluster.states).hasSize(1);
      assertThat(cluster.latest().freshness()).isEqualTo(Freshness.STALE);
      assertThat(cluster.latest().snapshot()).isEqualTo(truth);
      assertThat(cluster.status().snapshotTakenAt()).isPresent();
      assertThat(cluster.status().lastContact()).isEmpty();
      int port = cluster.api.port();
      cluster.await("an error", () -> !cluster.status(Resource.NODES).lastError().isEmpty());
      cluster.putNode("n6");
      cluster.api.start(port);
      cluster.await("live", state -> state.freshness() == Freshness.LIVE);
      assertThat(cluster.latest().snapshot()).isEqualTo(cluster.truth());
      cluster.assertNothingVanished();
    }
  }

  @Test
  void a_change_is_on_disk_soon_and_for_our_eyes_only() throws Exception {
    try (var cluster = new FollowedCluster(directory).followed()) {
      var file = new SnapshotFile(cluster.snapshotFile);
      cluster.putNode("n6");
      cluster.await(
          "n6 on disk",
          () -> file.read().filter(t -> t.snapshot().nodes().containsKey("n6")).isPresent());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cluster.snapshotFile)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void a_damaged_snapshot_file_is_as_none() throws Exception {
    try (var cluster = new FollowedCluster(directory)) {
      Files.createDirectories(cluster.snapshotFile.getParent());
      Files.writeString(cluster.snapshotFile, "headgate-cluster-snapshot 1 but then nothing");
      cluster.followed();
      assertThat(cluster.states.getFirst().freshness()).isEqualTo(Freshness.LIVE);
    }
  }

  @Test
  void a_first_list_without_the_nodes_of_the_snapshot_file_is_doubted() throws Exception {
    try (var cluster = new FollowedCluster(directory).followed()) {
      cluster.restart();
      cluster.api.faults().emptyLists(ApiResource.NODES);
      cluster.follow();
      cluster.await("doubt", () -> cluster.status(Resource.NODES).lastError().contains("left out"));
      assertThat(cluster.latest().freshness()).isEqualTo(Freshness.STALE);
      cluster.api.faults().clear();
      cluster.await("live", state -> state.freshness() == Freshness.LIVE);
      cluster.assertNothingVanished();
    }
  }

  @Test
  void closing_is_quick_in_whatever_state_and_final() throws Exception {
    for (boolean stalled : new boolean[] {true, false}) {
      var cluster = new FollowedCluster(directory);
      cluster.api.faults().stall(stalled);
      cluster.follow();
      cluster.await("a list", () -> cluster.api.requests(ApiVerb.LIST, ApiResource.NODES) > 0);
      long startNs = System.nanoTime();
      cluster.closeWatch();
      assertThat(System.nanoTime() - startNs).isLessThan(8_000_000_000L);
      cluster.await("no connection", () -> cluster.api.watches() == 0);
      int states = cluster.states.size();
      cluster.putNode("n6");
      assertThat(cluster.states).hasSize(states);
      cluster.close();
    }
  }
}
