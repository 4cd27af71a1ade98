package io.headgate.app;

import static io.headgate.app.TestEdge.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.admin.AddressesView;
import io.headgate.admin.AddressesView.AddressView;
import io.headgate.admin.AddressesView.PoolView;
import io.headgate.admin.AddressesView.UserView;
import io.headgate.admin.AddressesView.WaitingView;
import io.headgate.admin.MetricFamily;
import io.headgate.admin.MetricFamily.Sample;
import io.headgate.admin.StatusView;
import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiObjects.Port;
import io.headgate.apiserver.ApiResource;
import io.headgate.apiserver.ApiVerb;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator is told of Services, their addresses and the writing to the cluster. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AddressesTest {
  private static final String POOL =
      "load-balancer { pools { public { addresses = [\"127.0.9.11-127.0.9.11\"] } } }\n";

  @TempDir Path directory;

  @Test
  void every_address_says_who_is_served_there_and_the_pool_how_full_it_is() throws Exception {
    String route = "routes { web { port = 0, backends = [\"127.0.0.1:9\"] } }\n";
    try (TestCluster cluster = new TestCluster(1);
        TestEdge edge = TestEdge.start(directory, cluster.config(directory) + POOL + route)) {
      int port = freePort();
      cluster.api().put(ApiResource.SERVICES, service(cluster, "mine", port));
      await("it is bound", () -> bound(edge, "127.0.9.11"));
      AddressesView view = edge.views().addresses();

      assertThat(view.addresses())
          .containsExactly(
              new AddressView(
                  "127.0.0.1",
                  "configured",
                  List.of(new UserView("web", List.of(edge.port("web")))),
                  1,
                  1,
                  "",
                  List.of()),
              new AddressView(
                  "127.0.9.11",
                  "public",
                  List.of(new UserView("shop/mine", List.of(port))),
                  1,
                  1,
                  "",
                  List.of()));
      assertThat(view.pools())
          .containsExactly(new PoolView("public", "file", "IPv4", 1, 0, List.of("127.0.9.11")));
      assertThat(view.waiting()).isEmpty();
    }
  }

  @Test
  void a_service_without_an_address_is_counted_and_degrades_the_edge() throws Exception {
    try (TestCluster cluster = new TestCluster(1);
        TestEdge edge = TestEdge.start(directory, cluster.config(directory) + POOL)) {
      int port = freePort();
      cluster.api().put(ApiResource.SERVICES, service(cluster, "first", port));
      await("the first has it", () -> bound(edge, "127.0.9.11"));
      cluster
          .api()
          .put(
              ApiResource.SERVICES,
              ApiObjects.annotation(
                  service(cluster, "second", port), "headgate.io/ips", "127.0.9.99"));
      await("the second has none", () -> !edge.views().addresses().waiting().isEmpty());

      assertThat(edge.views().addresses().waiting())
          .extracting(WaitingView::service)
          .containsExactly("shop/second");
      assertThat(edge.views().addresses().waiting().getFirst().why()).endsWith("it has no address");
      StatusView status = edge.views().status();
      assertThat(status.state()).isEqualTo("degraded");
      assertThat(status.problems())
          .contains("1 Service has no address: see headgate explain shop/second");
      assertThat(metric(edge, "headgate_services_served", Map.of())).isEqualTo(1);
      assertThat(metric(edge, "headgate_services_without_address", Map.of())).isEqualTo(1);
      assertThat(metric(edge, "headgate_pool_addresses", pool("assigned"))).isEqualTo(1);
      assertThat(metric(edge, "headgate_pool_addresses", pool("available"))).isZero();
    }
  }

  @Test
  void status_says_who_writes_and_names_a_right_that_is_missing() throws Exception {
    try (TestCluster cluster = new TestCluster(1)) {
      cluster.api().faults().answer(ApiVerb.PATCH, ApiResource.SERVICES, 1_000, 403);
      try (TestEdge edge = TestEdge.start(directory, cluster.config(directory) + POOL)) {
        cluster.api().put(ApiResource.SERVICES, service(cluster, "mine", freePort()));
        await(
            "the right is missed",
            () ->
                edge.views()
                    .status()
                    .problems()
                    .contains(
                        "the cluster does not allow this edge to patch services/status in shop:"
                            + " see headgate doctor"));
        var writer = edge.views().status().cluster().getFirst().writer().getFirst();
        assertThat(writer.writes()).isEqualTo("this edge");
        assertThat(writer.holder()).isEqualTo("test");
        assertThat(metric(edge, "headgate_cluster_writer_holds_lease", Map.of())).isEqualTo(1);
        assertThat(metric(edge, "headgate_cluster_write_failures_total", Map.of())).isPositive();
        assertThat(metric(edge, "headgate_cluster_writes_total", Map.of("kind", "status")))
            .isZero();
      }
    }
  }

  static ObjectNode service(TestCluster cluster, String name, int port) {
    ObjectNode service =
        ApiObjects.service("shop", name, new Port("http", port, cluster.node("node-1").port()));
    service
        .withObject("/spec")
        .put("type", "LoadBalancer")
        .put("loadBalancerClass", "headgate.io/edge");
    return service;
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.9.11"))) {
      return socket.getLocalPort();
    }
  }

  private static boolean bound(TestEdge edge, String address) {
    return edge.views().addresses().addresses().stream()
        .anyMatch(row -> row.address().equals(address) && row.bound() == 1);
  }

  private static Map<String, String> pool(String state) {
    return Map.of("pool", "public", "family", "ipv4", "state", state);
  }

  private static double metric(TestEdge edge, String name, Map<String, String> labels) {
    for (MetricFamily family : edge.views().metrics()) {
      if (family.name().equals(name)) {
        for (Sample sample : family.samples()) {
          if (sample instanceof Sample.Value(var found, var value) && found.equals(labels)) {
            return value;
          }
        }
      }
    }
    throw new AssertionError("no metric " + name + labels);
  }
}
