package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.apiserver.ApiResource;
import io.headgate.apiserver.ApiServer;
import io.headgate.apiserver.ApiVerb;
import io.headgate.model.ClusterState.Freshness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster with several control planes, of which one after the other is taken away. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class FailoverTest {
  @TempDir Path directory;
  private FollowedCluster cluster;
  private Front one;
  private Front two;
  private Front three;

  @BeforeEach
  void three_control_planes() throws Exception {
    cluster = new FollowedCluster(directory);
    one = new Front(cluster.api.port());
    two = new Front(cluster.api.port());
    three = new Front(cluster.api.port());
    cluster.through(one.url(), two.url(), three.url());
  }

  @AfterEach
  void nothing_has_vanished() {
    cluster.close();
    one.close();
    two.close();
    three.close();
    cluster.assertNothingVanished();
  }

  @Test
  void the_first_server_is_used_and_the_kubeconfigs_own_is_not() throws Exception {
    Files.writeString(
        cluster.kubeconfig, cluster.api.kubeconfig().replace(cluster.api.url(), "http://[::1]:1"));
    cluster.followAsItIs();
    cluster.await("live", state -> state.freshness() == Freshness.LIVE);
    assertThat(cluster.status().server()).isEqualTo(one.url());
    assertThat(two.accepted).hasValue(0);
  }

  @Test
  void a_watch_goes_on_at_the_next_server_where_it_was_when_one_is_killed() throws Exception {
    cluster.followed();
    long lists = cluster.api.requests(ApiVerb.LIST, ApiResource.NODES);
    one.kill();
    cluster.putNode("n6");
    cluster.awaitTruth();
    cluster.awaitWatching();
    assertThat(cluster.status().server()).isEqualTo(two.url());
    assertThat(cluster.api.requests(ApiVerb.LIST, ApiResource.NODES)).isEqualTo(lists);
  }

  @Test
  void servers_that_are_dead_are_passed_over_without_a_pause() throws Exception {
    cluster.followed();
    two.kill();
    one.kill();
    cluster.putNode("n6");
    cluster.awaitTruth();
    cluster.awaitWatching();
    assertThat(cluster.status().server()).isEqualTo(three.url());
  }

  @Test
  void a_cluster_whose_first_server_is_down_is_followed_from_the_start() throws Exception {
    one.kill();
    cluster.followed();
    assertThat(cluster.status().server()).isEqualTo(two.url());
    assertThat(cluster.status(Resource.NODES).errors()).isZero();
  }

  @Test
  void nothing_goes_back_to_the_first_server_before_the_one_in_use_fails() throws Exception {
    cluster.followed();
    one.kill();
    cluster.await("all three watches at the second", () -> two.accepted.get() >= 3);
    cluster.awaitWatching();
    one.revive();
    int before = one.accepted.get();
    long asked = watchRequests();
    cluster.api.closeWatches();
    cluster.await(
        "all are open again", () -> watchRequests() >= asked + 3 && cluster.api.watches() == 3);
    cluster.awaitWatching(); // one that is cut while it opens is a server that fails
    cluster.api.cutWatches();
    cluster.putNode("n6");
    cluster.awaitTruth();
    cluster.awaitWatching();
    assertThat(cluster.status().server()).isEqualTo(two.url());
    assertThat(one.accepted).hasValue(before);
    two.kill();
    three.kill();
    cluster.putNode("n7");
    cluster.awaitTruth();
    assertThat(cluster.status().server()).isEqualTo(one.url());
  }

  @Test
  void a_server_that_hangs_is_left() throws Exception {
    cluster.followed();
    one.hang();
    cluster.putNode("n6");
    cluster.awaitTruth();
    cluster.awaitWatching();
    assertThat(cluster.status().server()).isEqualTo(two.url());
  }

  @Test
  void where_there_is_another_a_server_that_hangs_is_not_waited_for_as_long() throws Exception {
    WatchSettings quick = FollowedCluster.QUICK;
    var patient =
        new WatchSettings(
            quick.firstBackoff(),
            quick.longestBackoff(),
            quick.longestRetryAfter(),
            quick.settledAfter(),
            Duration.ofHours(1), // so that only the impatience with one of several can help
            quick.connectTimeout(),
            quick.silence(),
            quick.impatience(),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofHours(1),
            quick.hold(),
            quick.fileCheck(),
            quick.saveAfter(),
            quick.pageSize());
    Path own = Files.createDirectory(directory.resolve("patient"));
    try (var patientCluster = new FollowedCluster(own, patient, List.of());
        var first = new Front(patientCluster.api.port());
        var second = new Front(patientCluster.api.port())) {
      patientCluster.through(first.url(), second.url()).followed();
      first.hang();
      patientCluster.putNode("n6");
      patientCluster.awaitTruth();
      assertThat(patientCluster.status().server()).isEqualTo(second.url());
    }
    cluster.followed(); // what the others of this class have before they end
  }

  @Test
  void a_server_that_hangs_at_the_start_does_not_keep_us_waiting_for_ever() throws Exception {
    one.hang();
    cluster.followed();
    assertThat(cluster.status().server()).isEqualTo(two.url());
  }

  @Test
  void an_outage_of_all_is_told_and_whichever_returns_first_is_used() throws Exception {
    cluster.followed();
    one.kill();
    two.kill();
    three.kill();
    cluster.await("the loss is told", () -> !cluster.status(Resource.NODES).lastError().isEmpty());
    cluster.putNode("n6");
    three.revive();
    cluster.awaitTruth();
    cluster.awaitWatching();
    assertThat(cluster.status().server()).isEqualTo(three.url());
    assertThat(cluster.status(Resource.NODES).lastError()).isEmpty();
  }

  @Test
  void the_Lease_is_kept_and_Services_are_told_through_the_next_server() throws Exception {
    cluster.follow();
    List<Front> ways = new ArrayList<>();
    Function<ApiServer, List<String>> two =
        api -> {
          ways.add(front(api));
          ways.add(front(api));
          return ways.stream().map(Front::url).toList();
        };
    try (var written =
        new WrittenCluster(
            Files.createDirectory(directory.resolve("written")), List.of(), "edges", two)) {
      written.say("203.0.113.10");
      ClusterWriter writer = written.writer("edge-1");
      written.await("the address", () -> written.ingress().equals("203.0.113.10 Proxy"));
      String holder = writer.status().lease().identity();
      ways.getFirst().kill();
      written.say("203.0.113.11");
      written.await("the next address", () -> written.ingress().equals("203.0.113.11 Proxy"));
      assertThat(writer.status().lease().ours()).isTrue();
      assertThat(writer.status().lease().identity()).isEqualTo(holder);
      assertThat(writer.status().failures()).isZero();
      assertThat(written.api.objects(ApiResource.LEASES).getFirst().at("/metadata/namespace"))
          .hasToString("\"edges\"");
    } finally {
      ways.forEach(Front::close);
    }
  }

  @Test
  void a_new_token_does_not_lead_back_to_a_server_that_failed() throws Exception {
    cluster.followed();
    one.kill();
    cluster.await("all three watches at the second", () -> two.accepted.get() >= 3);
    cluster.awaitWatching();
    one.revive();
    int before = one.accepted.get();
    Files.writeString(cluster.kubeconfig, cluster.api.kubeconfig() + "# new");
    cluster.await(
        "all listed again",
        () -> cluster.status().resources().stream().allMatch(resource -> resource.lists() == 2));
    assertThat(cluster.status().server()).isEqualTo(two.url());
    assertThat(one.accepted).hasValue(before);
  }

  private long watchRequests() {
    return Stream.of(ApiResource.NODES, ApiResource.SERVICES, ApiResource.ENDPOINTSLICES)
        .mapToLong(resource -> cluster.api.requests(ApiVerb.WATCH, resource))
        .sum();
  }

  private static Front front(ApiServer api) {
    try {
      return new Front(api.port());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
