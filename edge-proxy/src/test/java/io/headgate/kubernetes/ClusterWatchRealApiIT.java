package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiObjects.Endpoint;
import io.headgate.apiserver.ApiResource;
import io.headgate.model.ClusterEndpoint;
import io.headgate.realapi.AuditedCall;
import io.headgate.realapi.ControlPlane;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LIST and WATCH against a real API server, and all that it does to a client in a long life. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClusterWatchRealApiIT {
  private static @Nullable ControlPlane started;

  @TempDir Path directory;

  @BeforeAll
  static void startPlane() throws Exception {
    started = ControlPlane.start();
    started.admin().apply(Files.readString(Path.of("../config/kubernetes/rbac.yaml")));
  }

  @AfterAll
  static void closePlane() {
    if (started != null) {
      started.close();
    }
  }

  private static ControlPlane plane() {
    if (started == null) {
      throw new IllegalStateException("not started");
    }
    return started;
  }

  private RealWatch watch() throws Exception {
    String token = plane().admin().token("headgate", "headgate");
    return new RealWatch(plane(), directory, plane().kubeconfig(token));
  }

  @Test
  void the_first_live_state_is_the_whole_cluster_though_listed_in_pages() throws Exception {
    try (RealWatch watch = watch()) {
      watch.awaitTruth();
      assertThat(watch.states.getFirst().snapshot().nodes()).hasSizeGreaterThanOrEqualTo(7);
      assertThat(watch.states.getFirst().snapshot().endpoints(RealWatch.WEB)).hasSize(2);
    }
  }

  @Test
  void additions_changes_and_deletions_are_told() throws Exception {
    try (RealWatch watch = watch()) {
      plane().admin().put(ApiResource.NODES, ApiObjects.node("n8", "192.0.2.8"));
      watch.await("n8", () -> watch.latest().snapshot().nodes().containsKey("n8"));
      RealWatch.putEndpoints(plane(), Endpoint.terminating("10.244.0.1", "n1"));
      watch.await(
          "one endpoint, terminating",
          () ->
              watch.latest().snapshot().endpoints(RealWatch.WEB).stream()
                  .allMatch(ClusterEndpoint::terminating));
      plane().admin().delete(ApiResource.NODES, "", "n8");
      plane().admin().delete(ApiResource.SERVICES, "shop", "web");
      watch.await(
          "no service", () -> !watch.latest().snapshot().services().containsKey(RealWatch.WEB));
      plane().admin().delete(ApiResource.ENDPOINTSLICES, "shop", "web-a");
      watch.awaitTruth();
    }
  }

  @Test
  void watches_that_end_by_their_timeout_go_on_from_where_they_were() throws Exception {
    try (RealWatch watch = watch()) {
      watch.await("a third watch", () -> watch.status(Resource.NODES).watches() >= 3);
      plane().admin().put(ApiResource.NODES, ApiObjects.node("n8", "192.0.2.8"));
      watch.await("n8", () -> watch.latest().snapshot().nodes().containsKey("n8"));
      plane().admin().delete(ApiResource.NODES, "", "n8");
      watch.awaitTruth();
      assertThat(watch.status().resources()).allMatch(of -> of.lists() == 1 && of.errors() == 0);
      watch.assertNothingVanished();
    }
  }

  /** Of what is idle a server sends none: here what we do not see changes. */
  @Test
  void a_quiet_namespace_is_moved_on_by_bookmarks() throws Exception {
    String token = plane().admin().token("headgate", "headgate");
    try (RealWatch watch = new RealWatch(plane(), directory, plane().kubeconfig(token), "shop")) {
      plane().admin().createNamespace("elsewhere");
      ObjectNode other =
          plane()
              .admin()
              .put(
                  ApiResource.SERVICES,
                  ApiObjects.service("elsewhere", "web", new ApiObjects.Port("http", 80, 0)));
      String since = "&resourceVersion=" + other.at("/metadata/resourceVersion").asText() + "&";
      watch.await(
          "a watch from there",
          () -> plane().audited().stream().anyMatch(call -> watchesShop(call, since)));
      assertThat(watch.status(Resource.SERVICES).events()).isZero();
      assertThat(watch.status(Resource.SERVICES).lists()).isEqualTo(1);
    }
  }

  private static boolean watchesShop(AuditedCall call, String since) {
    return call.verb().equals("watch")
        && call.resource().equals("services")
        && call.namespace().equals("shop")
        && (call.uri().replace('?', '&') + "&").contains(since);
  }

  @Test
  void a_server_that_has_forgotten_our_version_is_listed_anew_and_nothing_vanishes()
      throws Exception {
    try (RealWatch watch = watch()) {
      plane().admin().createNamespace("later-" + System.nanoTime()); // etcd's revision goes on
      plane().killApiServer();
      plane().startApiServer();
      watch.await("listed again", () -> watch.status(Resource.NODES).lists() >= 2);
      plane().admin().put(ApiResource.NODES, ApiObjects.node("n8", "192.0.2.8"));
      watch.await("n8", () -> watch.latest().snapshot().nodes().containsKey("n8"));
      plane().admin().delete(ApiResource.NODES, "", "n8");
      watch.awaitTruth();
      watch.assertNothingVanished();
    }
  }

  @Test
  void a_compaction_of_etcd_is_no_more_than_a_list() throws Exception {
    plane().stopApiServer();
    plane().startApiServer("--watch-cache=false"); // watches are etcd's own, without bookmarks
    try (RealWatch watch = watch()) {
      for (int i = 0; i < 3; i++) {
        plane().admin().createNamespace("later-" + System.nanoTime());
      }
      plane().compact();
      watch.await("listed again", () -> watch.status(Resource.NODES).lists() >= 2);
      watch.awaitTruth();
      watch.assertNothingVanished();
    } finally {
      plane().stopApiServer();
      plane().startApiServer();
    }
  }

  @Test
  void a_server_that_hangs_is_noticed_and_taken_up_again() throws Exception {
    try (RealWatch watch = watch()) {
      plane().freezeApiServer();
      try {
        watch.await("noticed", () -> !watch.status(Resource.NODES).lastError().isEmpty());
      } finally {
        plane().thawApiServer();
      }
      plane().admin().put(ApiResource.NODES, ApiObjects.node("n8", "192.0.2.8"));
      watch.await("n8", () -> watch.latest().snapshot().nodes().containsKey("n8"));
      plane().admin().delete(ApiResource.NODES, "", "n8");
      watch.awaitTruth();
      watch.assertNothingVanished();
    }
  }

  @Test
  void a_restored_backup_of_etcd_is_followed_though_its_versions_are_older() throws Exception {
    try (RealWatch watch = watch()) {
      plane()
          .restoreAfter(() -> {
            for (int i = 0; i < 20; i++) {
              plane().admin().put(ApiResource.NODES, ApiObjects.node("n8", "192.0.2." + i));
            }
            watch.await("n8", () -> watch.latest().snapshot().nodes().containsKey("n8"));
          });
      watch.await("no n8", () -> !watch.latest().snapshot().nodes().containsKey("n8"));
      plane().admin().put(ApiResource.NODES, ApiObjects.node("n9", "192.0.2.9"));
      watch.await("n9", () -> watch.latest().snapshot().nodes().containsKey("n9"));
      plane().admin().delete(ApiResource.NODES, "", "n9");
      watch.awaitTruth();
    }
  }

  @Test
  void a_new_token_in_the_file_is_taken_up_before_and_after_the_old_one_is_void() throws Exception {
    Path tokenFile = directory.resolve("token");
    String old = plane().admin().token("headgate", "headgate");
    Files.writeString(tokenFile, old);
    try (RealWatch watch = new RealWatch(plane(), directory, plane().kubeconfig(tokenFile))) {
      plane().admin().renewAccount("headgate", "headgate");
      watch.await(
          "the old token is refused",
          () -> plane().admin().as(old, "GET", "/api/v1/nodes", "").code() == 401);
      watch.await("noticed", () -> watch.status(Resource.NODES).lastError().contains("401"));
      watch.assertNothingVanished();
      Files.writeString(tokenFile, plane().admin().token("headgate", "headgate"));
      plane().admin().put(ApiResource.NODES, ApiObjects.node("n8", "192.0.2.8"));
      watch.await("n8", () -> watch.latest().snapshot().nodes().containsKey("n8"));
      plane().admin().delete(ApiResource.NODES, "", "n8");
      watch.awaitTruth();
      watch.assertNothingVanished();
    }
  }
}
