package io.headgate.app;

import static io.headgate.app.TestEdge.await;
import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.admin.CheckView;
import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiObjects.Port;
import io.headgate.apiserver.ApiResource;
import io.headgate.app.NodePorts.Outcome;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.kubernetes.ClusterCheck.Certificate;
import io.headgate.kubernetes.ClusterCheck.Role;
import io.headgate.kubernetes.ClusterCheck.Token;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code headgate doctor} at the bed of a running edge. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(120)
class DoctorTest {
  private static final String ROUTE =
      """
      defaults { health { type = tcp } }
      routes { web { port = 0, service = "shop/web:http" } }
      """;
  private static final String POOL =
      "load-balancer { pools { public { addresses = [\"127.0.9.21-127.0.9.29\"] } } }\n";

  @TempDir Path directory;

  @Test
  void where_nothing_is_wrong_nothing_is_said_to_be() throws Exception {
    try (TestCluster cluster = new TestCluster(2);
        TestEdge edge = TestEdge.startInUse(directory, cluster.config(directory) + ROUTE + POOL)) {
      await("it writes", () -> edge.running().inputs().holdsLease());
      List<CheckView> checks = edge.views().doctor();

      assertThat(checks)
          .filteredOn(check -> !check.check().equals("limits"))
          .allMatch(check -> check.result().equals("ok"));
      assertThat(checks)
          .extracting(CheckView::check)
          .contains(
              "listeners", "nodes", "api", "clock", "rights", "nodeports", "firewall", "writing");
      assertThat(finding(checks, "rights"))
          .isEqualTo("the account has all 12 rights that this configuration needs");
      assertThat(finding(checks, "nodeports"))
          .isEqualTo("1 of 1 routes: every node accepts (2 addresses tried)");
    }
  }

  @Test
  void a_right_that_is_missing_is_named_with_the_rule_that_grants_it() throws Exception {
    try (TestCluster cluster = new TestCluster(1)) {
      cluster.api().faults().deny("patch services/status", "create leases");
      try (TestEdge edge = TestEdge.start(directory, cluster.config(directory) + ROUTE + POOL)) {
        List<CheckView> checks = edge.views().doctor();
        assertThat(checks)
            .filteredOn(check -> check.check().equals("rights"))
            .containsExactly(
                CheckView.fail(
                    "rights",
                    "the account may not patch services/status: EXTERNAL-IP of Services stays"
                        + " <pending>",
                    "kubectl apply -f config/kubernetes/rbac.yaml, or add the rule {apiGroups:"
                        + " [\"\"], resources: [services/status], verbs: [patch]}; then: kubectl"
                        + " auth can-i patch services --subresource=status -A"
                        + " --as=system:serviceaccount:headgate:headgate"),
                CheckView.fail(
                    "rights",
                    "the account may not create leases in headgate: no edge is chosen to write, so"
                        + " Services get no address and no status",
                    "kubectl apply -f config/kubernetes/rbac.yaml, or add the rule {apiGroups:"
                        + " [\"coordination.k8s.io\"], resources: [leases], verbs: [create]}; then:"
                        + " kubectl auth can-i create leases.coordination.k8s.io -n headgate"
                        + " --as=system:serviceaccount:headgate:headgate"));
      }
    }
  }

  @Test
  void rights_are_asked_for_in_the_namespaces_that_are_followed_and_only_those_needed()
      throws Exception {
    try (TestCluster cluster = new TestCluster(1)) {
      cluster.api().faults().deny("watch endpointslices", "patch services/status");
      String followed = cluster.config(directory).replace(" }", ", namespaces = [shop] }");
      try (TestEdge edge = TestEdge.start(directory, followed + ROUTE)) {
        List<CheckView> rights =
            edge.views().doctor().stream().filter(check -> check.check().equals("rights")).toList();
        assertThat(rights).hasSize(1);
        assertThat(rights.getFirst().finding())
            .startsWith("the account may not watch endpointslices in shop:");
        assertThat(rights.getFirst().advice())
            .startsWith("kubectl apply -f config/kubernetes/namespaced.yaml")
            .contains("can-i watch endpointslices.discovery.k8s.io -n shop");
      }
    }
  }

  @Test
  void a_node_port_that_refuses_is_told_from_one_that_accepts() throws Exception {
    try (TestCluster cluster = new TestCluster(2);
        TestEdge edge = TestEdge.startInUse(directory, cluster.config(directory) + ROUTE)) {
      cluster.node("node-2").close(); // its kernel may accept for a moment longer
      eventually(
          () -> assertThat(check(edge.views().doctor(), "nodeports").result()).isEqualTo("warn"));
      CheckView check = check(edge.views().doctor(), "nodeports");
      assertThat(check.finding())
          .startsWith("route web, port ")
          .endsWith(
              "1 of 2 nodes accept; refused at once (the node answers, nothing listens): node-2");
      assertThat(check.advice()).contains("kube-proxy");
    }
  }

  @Test
  void a_wrong_clock_and_labels_on_every_node_are_noticed() throws Exception {
    try (TestCluster cluster = new TestCluster(1)) {
      var node = ApiObjects.node("node-1", "127.0.1.1");
      node.withObject("/metadata/labels")
          .put("node.kubernetes.io/exclude-from-external-load-balancers", "");
      cluster.api().put(ApiResource.NODES, node);
      cluster.api().faults().clockAhead(Duration.ofSeconds(-90));
      try (TestEdge edge = TestEdge.startInUse(directory, cluster.config(directory) + ROUTE)) {
        List<CheckView> checks = edge.views().doctor();
        assertThat(finding(checks, "nodes")).startsWith("AllNodesExcluded");
        assertThat(finding(checks, "clock")).contains(" s behind this host's");
        assertThat(check(checks, "clock").result()).isEqualTo("warn");
      }
    }
  }

  @Test
  void an_api_that_does_not_answer_is_said_to_be_so_and_the_rest_is_looked_at() throws Exception {
    try (TestCluster cluster = new TestCluster(1);
        TestEdge edge = TestEdge.startInUse(directory, cluster.config(directory) + ROUTE)) {
      cluster.api().stop();
      List<CheckView> checks = edge.views().doctor();
      assertThat(check(checks, "api").result()).isEqualTo("fail");
      assertThat(check(checks, "api").advice())
          .contains(directory.resolve("kubeconfig").toString());
      assertThat(check(checks, "nodeports").result()).isEqualTo("ok");
    }
  }

  @Test
  void an_address_that_this_host_lacks_and_a_port_in_use_have_each_their_advice() throws Exception {
    try (TestCluster cluster = new TestCluster(1);
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.9.29"))) {
      String pools =
          "load-balancer { pools { far { addresses = [\"192.0.2.7\"] } } }\n"
              + "routes { taken { port = %d, addresses = [\"127.0.9.29\"], backends = [\"127.0.0.1:9\"] } }\n"
                  .formatted(taken.getLocalPort());
      try (TestEdge edge = TestEdge.start(directory, cluster.config(directory) + pools)) {
        var service =
            ApiObjects.service(
                "shop", "far", new Port("http", 8080, cluster.node("node-1").port()));
        service
            .withObject("/spec")
            .put("type", "LoadBalancer")
            .put("loadBalancerClass", "headgate.io/edge");
        cluster.api().put(ApiResource.SERVICES, service);
        await("both fail", () -> unbound(edge) == 2);
        assertThat(edge.views().doctor())
            .filteredOn(check -> check.check().equals("listeners"))
            .extracting(CheckView::advice)
            .satisfiesExactlyInAnyOrder(
                advice ->
                    assertThat(advice)
                        .startsWith(
                            "192.0.2.7 is on no interface of this host: ip addr add 192.0.2.7/32 dev"),
                advice ->
                    assertThat(advice).contains("ss -ltnp 'sport = :" + taken.getLocalPort()));
      }
    }
  }

  @Test
  void a_token_is_noticed_before_it_ends_and_a_short_one_only_when_nobody_renews_it() {
    Instant now = Instant.parse("2026-11-22T12:00:00Z");
    assertThat(token(now, Duration.ofDays(-25), Duration.ofDays(5))).isEqualTo("ok");
    assertThat(token(now, Duration.ofDays(-28), Duration.ofDays(2))).isEqualTo("warn");
    assertThat(token(now, Duration.ofMinutes(-48), Duration.ofMinutes(12))).isEqualTo("ok");
    assertThat(token(now, Duration.ofMinutes(-56), Duration.ofMinutes(4))).isEqualTo("warn");
    assertThat(token(now, Duration.ofDays(-350), Duration.ofDays(6))).isEqualTo("warn");
    assertThat(token(now, Duration.ofDays(-30), Duration.ofSeconds(-1))).isEqualTo("fail");
  }

  @Test
  void a_server_that_drops_the_class_of_a_service_is_known_by_its_version() {
    assertThat(ApiFindings.classDropped("v1.20.2")).isPresent();
    assertThat(ApiFindings.classDropped("v1.21.14")).isPresent();
    for (String version : List.of("v1.22.0", "v1.32.13", "v2.0.0", "demo", "")) {
      assertThat(ApiFindings.classDropped(version)).as(version).isEmpty();
    }
  }

  @Test
  void a_certificate_is_noticed_before_it_ends_and_a_CA_still_earlier() {
    Instant now = Instant.parse("2026-11-22T12:00:00Z");
    assertThat(certificate(now, Role.CLIENT, 300, 65)).isEqualTo("ok");
    assertThat(certificate(now, Role.CLIENT, 340, 25)).isEqualTo("warn");
    assertThat(certificate(now, Role.CLIENT, 365, -1)).isEqualTo("fail");
    assertThat(certificate(now, Role.CLIENT, -1, 365)).as("not yet").isEqualTo("fail");
    assertThat(certificate(now, Role.SERVER, 340, 25)).isEqualTo("warn");
    assertThat(certificate(now, Role.AUTHORITY, 3565, 85)).isEqualTo("warn");
    assertThat(certificate(now, Role.AUTHORITY, 3500, 150)).isEqualTo("ok");
    assertThat(certificate(now, Role.CLIENT, 6, 1)).as("renewed each week").isEqualTo("ok");
  }

  @Test
  void a_node_that_answers_at_one_port_only_is_behind_a_firewall() {
    var one = address("10.0.0.1", 30_080);
    var two = address("10.0.0.2", 30_080);
    var three = address("10.0.0.3", 30_080);
    var four = address("10.0.0.4", 30_080);
    var tried =
        Map.of(
            one,
            Outcome.ACCEPTED,
            two,
            Outcome.SILENT,
            three,
            Outcome.SILENT,
            four,
            Outcome.REFUSED);
    assertThat(Firewall.signsOfLife(tried))
        .containsExactlyInAnyOrder(
            address("10.0.0.2", 10_250),
            address("10.0.0.2", 10_256),
            address("10.0.0.3", 10_250),
            address("10.0.0.3", 10_256));
    CheckView row =
        Firewall.of(
                tried,
                Map.of(
                    address("10.0.0.2", 10_250),
                    Outcome.REFUSED,
                    address("10.0.0.3", 10_250),
                    Outcome.SILENT))
            .orElseThrow();
    assertThat(row.result()).isEqualTo("warn");
    assertThat(row.finding())
        .isEqualTo(
            "packets are dropped on the way: 10.0.0.2 answers at 10250 and not at 30080; 10.0.0.3"
                + " answer at no port that was tried: off, or all is dropped; from here the two look"
                + " the same");
    assertThat(Firewall.of(Map.of(one, Outcome.ACCEPTED, four, Outcome.REFUSED), Map.of()))
        .hasValueSatisfying(fine -> assertThat(fine.result()).isEqualTo("ok"));
    assertThat(Firewall.of(Map.of(), Map.of())).isEmpty();
  }

  private static InetSocketAddress address(String text, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(text), port);
  }

  private static String certificate(Instant now, Role role, long sinceDays, long leftDays) {
    var config =
        new KubernetesConfig(
            Path.of("kubeconfig"), "", List.of(), NodeAddress.INTERNAL, NodeExclusion.AUTO);
    var certificate =
        new Certificate(
            role, now.minus(Duration.ofDays(sinceDays)), now.plus(Duration.ofDays(leftDays)));
    return ApiFindings.certificate(certificate, config, now).result();
  }

  private static String token(Instant now, Duration issued, Duration expires) {
    var config =
        new KubernetesConfig(
            Path.of("kubeconfig"), "", List.of(), NodeAddress.INTERNAL, NodeExclusion.AUTO);
    return ApiFindings.token(new Token(now.plus(issued), now.plus(expires)), config, now).result();
  }

  private static long unbound(TestEdge edge) {
    return edge.running().listeners().stream()
        .filter(status -> status.problem().isPresent())
        .count();
  }

  private static CheckView check(List<CheckView> checks, String name) {
    return checks.stream().filter(check -> check.check().equals(name)).findFirst().orElseThrow();
  }

  private static String finding(List<CheckView> checks, String name) {
    return check(checks, name).finding();
  }
}
