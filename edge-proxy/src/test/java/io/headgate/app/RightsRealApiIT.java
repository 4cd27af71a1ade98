package io.headgate.app;

import static io.headgate.app.TestEdge.await;
import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.headgate.admin.CheckView;
import io.headgate.apiserver.ApiResource;
import io.headgate.realapi.AuditedCall;
import io.headgate.realapi.ControlPlane;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped manifests, applied as they are to a real server: it allows all that an edge asks, and
 * its audit log has a use of each right that they grant.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RightsRealApiIT {
  private static final String POOL = "\"127.0.9.11-127.0.9.19\"";

  /**
   * To count what has happened again, at the earliest five minutes later: ClusterWriterRealApiIT
   * has a use of it.
   */
  private static final String LATER = "patch /events";

  @TempDir Path directory;

  @Test
  void rbac_yaml_grants_what_an_edge_asks_for_and_nothing_else() throws Exception {
    lives("rbac.yaml", "shop", "");
  }

  @Test
  void namespaced_yaml_grants_what_an_edge_of_one_namespace_asks_for_and_nothing_else()
      throws Exception {
    lives("namespaced.yaml", "ingress-nginx", ", namespaces = [ingress-nginx]");
  }

  @Test
  void node_connections_yaml_grants_what_saying_them_asks_for_and_nothing_else() throws Exception {
    try (ControlPlane plane = RealCluster.startPlane();
        RealCluster cluster = new RealCluster(plane, "shop")) {
      plane.admin().apply(RealCluster.manifest("node-connections.yaml"));
      String config = with(cluster.config(directory, POOL), ", node-connections = true");
      try (TestEdge edge = TestEdge.start(directory, config)) {
        plane
            .admin()
            .patch(ApiResource.NODES, "", "node-1", "", "{\"spec\":{\"unschedulable\":true}}");
        await("said", () -> connections(plane).equals("0"));
        await("nothing is wrong with the rights", () -> granted(edge));
      }
      eventually(() -> assertThat(unused("node-connections.yaml", plane)).isEmpty());
      assertThat(plane.audited()).filteredOn(call -> !call.allowed()).isEmpty();
    }
  }

  private static String connections(ControlPlane plane) {
    return plane
        .admin()
        .object(ApiResource.NODES, "", "node-1")
        .orElseThrow()
        .at("/metadata/annotations/headgate.io~1connections")
        .asText("");
  }

  /** More for the block of the cluster. */
  private static String with(String config, String keys) {
    return config.replaceFirst("(kubeconfig = \"[^\"]*\")", "$1" + keys);
  }

  private void lives(String manifest, String namespace, String scope) throws Exception {
    try (ControlPlane plane = ControlPlane.start();
        RealCluster cluster = new RealCluster(plane, namespace)) {
      plane.admin().apply(RealCluster.manifest(manifest));
      String config = with(cluster.config(directory, POOL), scope);
      try (TestEdge edge = TestEdge.start(directory, config)) {
        cluster.serve(cluster.service("mine", 80));
        await("told", () -> !cluster.ingress("mine").isEmpty());
        await("an event tells it, too", () -> !cluster.reasons("mine").isEmpty());
        await("nothing is wrong with the rights", () -> granted(edge));
      }
      // An old server writes a watch into its log only when it has ended.
      eventually(() -> assertThat(unused(manifest, plane)).containsExactly(LATER));
      List<AuditedCall> calls = plane.audited();
      assertThat(calls).filteredOn(call -> !call.allowed()).isEmpty();
      assertThat(calls).extracting("user").containsOnly("system:serviceaccount:headgate:headgate");
      refuses(plane, namespace);
    }
  }

  private static boolean granted(TestEdge edge) {
    List<CheckView> rights =
        edge.views().doctor().stream().filter(check -> check.check().equals("rights")).toList();
    return !rights.isEmpty() && rights.stream().allMatch(check -> check.result().equals("ok"));
  }

  private static void refuses(ControlPlane plane, String namespace) {
    String token = plane.admin().token("headgate", "headgate");
    for (String path :
        List.of(
            "/api/v1/namespaces/headgate/secrets",
            "/api/v1/namespaces/" + namespace + "/pods",
            "/api/v1/namespaces/" + namespace + "/configmaps",
            "/api/v1/namespaces/" + namespace + "/services/mine",
            "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases")) {
      assertThat(plane.admin().as(token, "GET", path, "").code()).as(path).isEqualTo(403);
    }
    for (String path : List.of("services/mine", "services/mine/status")) {
      String whole = "/api/v1/namespaces/" + namespace + "/" + path;
      assertThat(plane.admin().as(token, "PUT", whole, "{}").code()).as(path).isEqualTo(403);
    }
  }

  /** Rights of the manifest's rules that the audit log shows no use of. */
  private static Set<String> unused(String manifest, ControlPlane plane) {
    List<AuditedCall> calls = plane.audited();
    Set<String> unused = new TreeSet<>();
    for (JsonNode rule : rules(manifest)) {
      for (String right : rights(rule)) {
        String name = rule.path("resourceNames").path(0).asText("");
        boolean used =
            calls.stream()
                .filter(call -> name.isEmpty() || call.name().equals(name))
                .anyMatch(call ->
                    right.equals("%s %s/%s".formatted(call.verb(), call.group(), call.resource())));
        if (!used) {
          unused.add(right);
        }
      }
    }
    return unused;
  }

  private static List<String> rights(JsonNode rule) {
    return rule.path("apiGroups")
        .valueStream()
        .flatMap(group ->
            rule.path("resources").valueStream().map(one -> group.asText() + "/" + one.asText()))
        .flatMap(resource ->
            rule.path("verbs").valueStream().map(verb -> verb.asText() + " " + resource))
        .toList();
  }

  private static List<JsonNode> rules(String manifest) {
    try {
      return List.of(RealCluster.manifest(manifest).split("(?m)^---$", -1)).stream()
          .map(document -> Serialization.unmarshal(document, JsonNode.class))
          .flatMap(document -> document.path("rules").valueStream())
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
