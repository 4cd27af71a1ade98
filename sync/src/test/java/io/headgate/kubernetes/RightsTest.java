package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.headgate.apiserver.ApiCall;
import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiResource;
import io.headgate.apiserver.ApiVerb;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.Remark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the shipped manifests grant is what an edge asks for: nothing less, nothing more. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class RightsTest {
  private static final Path MANIFESTS = Path.of("../config/kubernetes");

  @Test
  void rbac_yaml_grants_what_an_edge_asks_for_and_nothing_else(@TempDir Path directory)
      throws Exception {
    agree(grants("rbac.yaml"), calls(directory, List.of()));
  }

  @Test
  void namespaced_yaml_grants_what_an_edge_of_some_namespaces_asks_for_and_nothing_else(
      @TempDir Path directory) throws Exception {
    String text = Files.readString(MANIFESTS.resolve("namespaced.yaml"));
    agree(
        grantsIn(text.replace("namespace: ingress-nginx", "namespace: shop")),
        calls(directory, List.of("shop")));
  }

  @Test
  void the_rights_that_a_check_asks_for_are_those_of_the_manifests() throws Exception {
    agree(grants("rbac.yaml"), asked(List.of()));
    agree(
        grantsIn(text("namespaced.yaml").replace("namespace: ingress-nginx", "namespace: shop")),
        asked(List.of("shop")));
  }

  @Test
  void the_manifests_for_metallb_grant_what_reading_its_pools_asks_for_and_nothing_else(
      @TempDir Path directory) throws Exception {
    var metallb = new PoolSources(Optional.of("metallb-system"), true);
    List<Grant> grants = new ArrayList<>(grants("rbac.yaml"));
    grants.addAll(grants("metallb.yaml"));
    grants.addAll(grants("namespaces.yaml"));
    agree(grants, asked(List.of(), metallb));
    Set<ApiCall> calls = new HashSet<>(calls(directory, List.of()));
    calls.addAll(readingPools(Files.createDirectory(directory.resolve("pools")), metallb));
    agree(grants, calls);
  }

  @Test
  void pools_of_the_file_with_namespace_selectors_need_the_namespaces_alone() throws Exception {
    List<Grant> grants = new ArrayList<>(grants("rbac.yaml"));
    grants.addAll(grants("namespaces.yaml"));
    agree(grants, asked(List.of(), new PoolSources(Optional.empty(), true)));
  }

  @Test
  void node_connections_yaml_grants_what_saying_them_asks_for_and_nothing_else(
      @TempDir Path directory) throws Exception {
    List<Grant> grants = new ArrayList<>(grants("rbac.yaml"));
    grants.addAll(grants("node-connections.yaml"));
    agree(grants, asked(config(List.of(), true), PoolSources.NONE));
    Set<ApiCall> calls = new HashSet<>(calls(directory, List.of()));
    calls.addAll(sayingConnections(Files.createDirectory(directory.resolve("nodes"))));
    agree(grants, calls);
  }

  private static Set<ApiCall> sayingConnections(Path directory) throws Exception {
    try (var cluster = new WrittenCluster(directory, List.of())) {
      cluster.api.put(ApiResource.NODES, ApiObjects.node("node-1", "10.0.0.1"));
      cluster.writer("edge-1");
      for (String wanted : List.of("2", "0")) {
        cluster.sayConnections(Map.of("node-1", Integer.valueOf(wanted)));
        cluster.await("said", () -> connections(cluster).asText().equals(wanted));
      }
      cluster.sayConnections(Map.of());
      cluster.await("taken off", () -> connections(cluster).isMissingNode());
      return cluster.api.calls();
    }
  }

  private static JsonNode connections(WrittenCluster cluster) {
    return cluster
        .api
        .objects(ApiResource.NODES)
        .getFirst()
        .at("/metadata/annotations/headgate.io~1connections");
  }

  private static Set<ApiCall> readingPools(Path directory, PoolSources pools) throws Exception {
    try (var cluster = new FollowedCluster(directory).withPools(pools)) {
      cluster.api.defineMetalLb();
      cluster.followed();
      return cluster.api.calls();
    }
  }

  private static Set<ApiCall> asked(List<String> namespaces) {
    return asked(namespaces, PoolSources.NONE);
  }

  private static Set<ApiCall> asked(List<String> namespaces, PoolSources pools) {
    return asked(config(namespaces, false), pools);
  }

  private static KubernetesConfig config(List<String> namespaces, boolean nodeConnections) {
    return new KubernetesConfig(
        Path.of("kubeconfig"),
        "",
        List.of(),
        false,
        namespaces,
        KubernetesConfig.DEFAULT_LEASE_NAMESPACE,
        NodeAddress.INTERNAL,
        NodeExclusion.AUTO,
        KubernetesConfig.DEFAULT_NODES_PER_SERVICE,
        nodeConnections);
  }

  private static Set<ApiCall> asked(KubernetesConfig config, PoolSources pools) {
    return Rights.of(config, pools, true).stream()
        .map(right ->
            call(
                ApiVerb.valueOf(right.verb().toUpperCase(Locale.ROOT)),
                right.group(),
                right.resource(),
                right.subresource(),
                right.namespace(),
                right.name()))
        .collect(Collectors.toSet());
  }

  @Test
  void kustomize_applies_rbac_yaml() throws Exception {
    JsonNode kustomization = documents(text("kustomization.yaml")).getFirst();
    assertThat(kustomization.path("resources").valueStream().map(JsonNode::asText))
        .containsExactly("rbac.yaml");
  }

  @Test
  void a_call_that_is_not_granted_would_be_noticed() throws Exception {
    List<Grant> grants = grants("rbac.yaml");
    for (ApiCall call :
        List.of(
            call(ApiVerb.GET, "", "services", "", "shop", "web"),
            call(ApiVerb.PATCH, "", "services", "", "shop", "web"),
            call(ApiVerb.UPDATE, "coordination.k8s.io", "leases", "", "shop", "headgate-edge"),
            call(ApiVerb.UPDATE, "coordination.k8s.io", "leases", "", "headgate", "other"))) {
      assertThat(grants).as("%s", call).noneMatch(grant -> grant.allows(call));
    }
  }

  private static void agree(List<Grant> grants, Set<ApiCall> calls) {
    Set<String> refused = new TreeSet<>();
    calls.stream()
        .filter(call -> grants.stream().noneMatch(grant -> grant.allows(call)))
        .forEach(call -> refused.add(call.toString()));
    assertThat(refused).as("asked for, not granted").isEmpty();
    Set<String> unused = new TreeSet<>();
    grants.stream()
        .filter(grant -> calls.stream().noneMatch(grant::allows))
        .forEach(grant -> unused.add(grant.toString()));
    assertThat(unused).as("granted, never asked for").isEmpty();
  }

  /** All that a watch and a writer ask for when everything happens that they react to. */
  private static Set<ApiCall> calls(Path directory, List<String> namespaces) throws Exception {
    var remark = new Remark(Level.WARNING, "AddressPending", "no pool has a free address");
    try (var cluster = new WrittenCluster(directory, namespaces)) {
      cluster.say("203.0.113.10", remark);
      ClusterWriter writer = cluster.writer("edge-1");
      cluster.await("an event", () -> cluster.events().size() == 1);
      cluster.await("an address", () -> !cluster.ingress().isEmpty());
      cluster.await("told", () -> writer.status().eventWrites() == 1);
      comeAndGo(cluster, remark);
      cluster.await("renewed", () -> cluster.api.requests(ApiVerb.UPDATE, ApiResource.LEASES) > 0);
      writer.close();
      return cluster.api.calls();
    }
  }

  /** Until the writer has noticed: it sees only what is so when it looks. */
  private static void comeAndGo(WrittenCluster cluster, Remark remark) throws Exception {
    cluster.await(
        "counted",
        () -> {
          cluster.say("203.0.113.10");
          LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
          cluster.say("203.0.113.10", remark);
          LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
          return cluster.events().getFirst().path("count").asInt() > 1;
        });
  }

  private static ApiCall call(
      ApiVerb verb,
      String group,
      String resource,
      String subresource,
      String namespace,
      String name) {
    return new ApiCall(verb, group, resource, subresource, namespace, name);
  }

  /**
   * One right of a rule.
   *
   * @param namespace empty for all
   * @param names empty for all
   */
  private record Grant(
      String namespace, String verb, String group, String resource, Set<String> names) {
    boolean allows(ApiCall call) {
      String asked =
          call.subresource().isEmpty()
              ? call.resource()
              : call.resource() + "/" + call.subresource();
      return call.verb().word().equals(verb)
          && call.group().equals(group)
          && asked.equals(resource)
          && (namespace.isEmpty() || call.namespace().equals(namespace))
          && (names.isEmpty() || names.contains(call.name()));
    }
  }

  private static List<Grant> grants(String file) throws Exception {
    return grantsIn(text(file));
  }

  /** What the bindings of a manifest give to the account {@code headgate/headgate}. */
  private static List<Grant> grantsIn(String manifest) {
    List<JsonNode> documents = documents(manifest);
    List<Grant> grants = new ArrayList<>();
    for (JsonNode binding : documents) {
      boolean ours =
          binding.path("kind").asText().endsWith("RoleBinding")
              && binding
                  .path("subjects")
                  .valueStream()
                  .anyMatch(subject ->
                      subject.path("kind").asText().equals("ServiceAccount")
                          && subject.path("name").asText().equals("headgate")
                          && subject.path("namespace").asText().equals("headgate"));
      if (ours) {
        JsonNode role = role(documents, binding).orElseThrow();
        String scope =
            binding.path("kind").asText().equals("RoleBinding")
                ? binding.at("/metadata/namespace").asText()
                : "";
        role.path("rules").forEach(rule -> add(rule, scope, grants));
      }
    }
    return grants;
  }

  private static Optional<JsonNode> role(List<JsonNode> documents, JsonNode binding) {
    String kind = binding.at("/roleRef/kind").asText();
    return documents.stream()
        .filter(document -> document.path("kind").asText().equals(kind))
        .filter(document ->
            document.at("/metadata/name").equals(binding.at("/roleRef/name"))
                && (kind.equals("ClusterRole")
                    || document
                        .at("/metadata/namespace")
                        .equals(binding.at("/metadata/namespace"))))
        .findFirst();
  }

  private static void add(JsonNode rule, String scope, List<Grant> grants) {
    Set<String> names = Set.copyOf(texts(rule.path("resourceNames")));
    for (String group : texts(rule.path("apiGroups"))) {
      for (String resource : texts(rule.path("resources"))) {
        for (String verb : texts(rule.path("verbs"))) {
          grants.add(new Grant(scope, verb, group, resource, names));
        }
      }
    }
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }

  private static String text(String file) throws Exception {
    return Files.readString(MANIFESTS.resolve(file));
  }

  private static List<JsonNode> documents(String manifest) {
    return List.of(manifest.split("(?m)^---$", -1)).stream()
        .map(document -> Serialization.unmarshal(document, JsonNode.class))
        .toList();
  }
}
