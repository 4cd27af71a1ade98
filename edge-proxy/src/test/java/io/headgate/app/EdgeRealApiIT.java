package io.headgate.app;

import static io.headgate.app.TestEdge.await;
import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.admin.CheckView;
import io.headgate.apiserver.ApiResource;
import io.headgate.realapi.ControlPlane;
import io.headgate.testing.Command;
import io.headgate.testing.Needs;
import io.headgate.testing.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** An edge and a real API server: from the Service to the client, and back into its status. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class EdgeRealApiIT {
  private static final String POOL = "\"127.0.9.1-127.0.9.9\"";

  private static Optional<ControlPlane> plane = Optional.empty();

  @TempDir Path directory;

  @BeforeAll
  static void startPlane() throws Exception {
    plane = Optional.of(RealCluster.startPlane());
  }

  @AfterAll
  static void closePlane() {
    plane.ifPresent(ControlPlane::close);
  }

  private static RealCluster cluster(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName().replace('_', '-');
    return new RealCluster(plane(), name.substring(0, Math.min(60, name.length())) + "-x");
  }

  private static ControlPlane plane() {
    return plane.orElseThrow();
  }

  @Test
  void my_service_gets_an_address_that_answers_and_the_cluster_shows_it(TestInfo test)
      throws Exception {
    try (RealCluster cluster = cluster(test);
        TestEdge edge = TestEdge.start(directory, cluster.config(directory, POOL))) {
      int port = freePort();
      cluster.serve(cluster.service("mine", port));

      await("the status names an address", () -> !cluster.ingress("mine").isEmpty());
      assertThat(cluster.ingress("mine")).containsExactly(cluster.given("127.0.9.1"));
      await("it answers", () -> answers("127.0.9.1", port));
      await(
          "events tell",
          () -> cluster.reasons("mine").containsAll(List.of("IPAllocated", "EnsuredLoadBalancer")));
      boolean dropped = !plane().keepsIpMode();
      await("doctor knows of ipMode", () -> doctorSays(edge, "ipmode") == dropped);
      await(
          "and the event", () -> cluster.reasons("mine").contains("IPModeNotSupported") == dropped);

      cluster.delete("mine");
      await("nobody listens any more", () -> !answers("127.0.9.1", port));
    }
  }

  private static boolean doctorSays(TestEdge edge, String check) {
    return edge.views().doctor().stream().map(CheckView::check).anyMatch(check::equals);
  }

  @Test
  void only_services_of_our_class_are_served_where_the_server_knows_classes(TestInfo test)
      throws Exception {
    try (RealCluster cluster = cluster(test);
        TestEdge edge =
            TestEdge.start(
                directory,
                cluster
                    .config(directory, POOL)
                    .replace("default-class = true", "default-class = false"))) {
      ObjectNode none = cluster.service("none", freePort());
      none.withObject("/spec").remove("loadBalancerClass");
      cluster.serve(none);
      ObjectNode other = cluster.service("other", freePort());
      other.withObject("/spec").put("loadBalancerClass", "example.com/lb");
      cluster.serve(other);
      cluster.serve(cluster.service("mine", freePort()));
      await("all have been seen", () -> knows(edge, "mine"));
      if (plane().keepsClass()) {
        await("served", () -> !cluster.ingress("mine").isEmpty());
      } else {
        assertThat(cluster.service("mine").path("spec").has("loadBalancerClass")).isFalse();
        assertThat(cluster.ingress("mine")).isEmpty();
      }
      String dropped = "check=class, result=warn";
      if (plane().keepsClass()) {
        assertThat(edge.views().doctor().toString()).doesNotContain(dropped);
      } else {
        eventually(() -> assertThat(edge.views().doctor().toString()).contains(dropped));
      }
    }
  }

  private static boolean knows(TestEdge edge, String service) {
    return edge.running().inputs().cluster().snapshot().services().keySet().stream()
        .anyMatch(key -> key.name().equals(service));
  }

  @Test
  void a_restart_of_the_edge_changes_no_address(TestInfo test) throws Exception {
    try (RealCluster cluster = cluster(test)) {
      String config = cluster.config(directory, POOL);
      int port = freePort();
      try (TestEdge _ = TestEdge.start(directory, config)) {
        cluster.serve(cluster.service("first", freePort()));
        await("first", () -> !cluster.ingress("first").isEmpty());
        cluster.serve(cluster.service("second", port));
        await("second", () -> !cluster.ingress("second").isEmpty());
      }
      assertThat(cluster.ingress("second")).containsExactly(cluster.given("127.0.9.2"));
      String version = cluster.service("second").at("/metadata/resourceVersion").asText();
      cluster.delete("first");
      try (TestEdge edge = TestEdge.start(directory, config)) {
        await("it is served again", () -> answers("127.0.9.2", port));
        await("the Lease is ours", () -> edge.running().inputs().holdsLease());
        ObjectNode third = cluster.serve(cluster.service("third", freePort()));
        assertThat(third).isNotNull();
        await("it writes again", () -> !cluster.ingress("third").isEmpty());
        assertThat(cluster.service("second").at("/metadata/resourceVersion").asText())
            .as("not written again")
            .isEqualTo(version);
      }
    }
  }

  @Test
  void of_two_edges_one_writes_and_the_other_goes_on_when_it_is_gone(TestInfo test)
      throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    int port = freePort();
    try (RealCluster cluster = cluster(test);
        Pair pair = new Pair(cluster, directory, other)) {
      cluster.serve(cluster.service("mine", port));
      await("given", () -> cluster.ingress("mine").equals(List.of(cluster.given("127.0.9.1"))));
      await("adopted by the second", () -> serves(pair.second, "127.0.9.1:" + port));
      assertThat(pair.second.running().inputs().holdsLease()).isFalse();

      pair.loseFirst();
      await("the second writes", () -> pair.second.running().inputs().holdsLease());
      cluster.serve(cluster.service("next", freePort()));
      await("given", () -> cluster.ingress("next").equals(List.of(cluster.given("127.0.9.2"))));
      assertThat(cluster.ingress("mine")).containsExactly(cluster.given("127.0.9.1"));
    }
  }

  /** Two edges, of which the first has the right to write before the second begins. */
  private static final class Pair implements AutoCloseable {
    private final TestEdge first;
    private final TestEdge second;
    private boolean lost;

    Pair(RealCluster cluster, Path one, Path other) throws Exception {
      first = TestEdge.start(one, cluster.config(one, POOL));
      await("the first has the right to write", () -> first.running().inputs().holdsLease());
      second = TestEdge.start(other, cluster.config(other, POOL));
    }

    void loseFirst() {
      lost = true;
      first.close();
    }

    @Override
    public void close() {
      if (!lost) {
        first.close();
      }
      second.close();
    }
  }

  private static boolean serves(TestEdge edge, String listener) {
    return edge.running().state().routes().stream()
        .anyMatch(route -> route.listeners().toString().contains(listener));
  }

  @Test
  void my_service_answers_while_the_api_server_is_killed_and_started_again(TestInfo test)
      throws Exception {
    try (RealCluster cluster = cluster(test);
        TestEdge _ = TestEdge.start(directory, cluster.config(directory, POOL))) {
      int port = freePort();
      cluster.serve(cluster.service("mine", port));
      await("it answers", () -> answers("127.0.9.1", port));
      plane().killApiServer();
      assertThat(answers("127.0.9.1", port)).isTrue();
      plane().startApiServer();
      assertThat(answers("127.0.9.1", port)).isTrue();
      int next = freePort();
      cluster.serve(cluster.service("next", next));
      await("a new one is served", () -> answers("127.0.9.2", next));
      await("and told", () -> !cluster.ingress("next").isEmpty());
      assertThat(cluster.ingress("mine")).containsExactly(cluster.given("127.0.9.1"));
    }
  }

  @Test
  void an_address_is_kept_while_ports_change_and_given_back_with_the_type(TestInfo test)
      throws Exception {
    try (RealCluster cluster = cluster(test);
        TestEdge _ = TestEdge.start(directory, cluster.config(directory, POOL))) {
      int port = freePort();
      int later = freePort();
      cluster.serve(cluster.service("mine", port));
      await("it answers", () -> answers("127.0.9.1", port));

      cluster.patch(
          "mine",
          "{\"spec\":{\"ports\":[{\"name\":\"http\",\"port\":%d,\"nodePort\":%d}]}}"
              .formatted(later, cluster.service("mine").at("/spec/ports/0/nodePort").asInt()));
      await("the new port answers", () -> answers("127.0.9.1", later));
      await("the old one does not", () -> !answers("127.0.9.1", port));
      assertThat(cluster.ingress("mine")).containsExactly(cluster.given("127.0.9.1"));

      cluster.patch("mine", "{\"spec\":{\"type\":\"NodePort\",\"loadBalancerClass\":null}}");
      await("it answers no more", () -> !answers("127.0.9.1", later));
      await("cleared, by the server or by the edge", () -> cluster.ingress("mine").isEmpty());
      cluster.serve(cluster.service("other", port));
      await("given again", () -> answers("127.0.9.1", port));

      cluster.patch(
          "mine",
          "{\"spec\":{\"type\":\"LoadBalancer\",\"loadBalancerClass\":\"headgate.io/edge\"}}");
      eventually(
          () -> assertThat(cluster.ingress("mine")).containsExactly(cluster.given("127.0.9.2")));
      await("it answers", () -> answers("127.0.9.2", later));
    }
  }

  @Test
  void a_service_made_anew_by_the_same_name_is_told_anew(TestInfo test) throws Exception {
    try (RealCluster cluster = cluster(test);
        TestEdge _ = TestEdge.start(directory, cluster.config(directory, POOL))) {
      for (int i = 0; i < 3; i++) {
        int port = freePort();
        cluster.serve(cluster.service("mine", port));
        await("told", () -> cluster.ingress("mine").equals(List.of(cluster.given("127.0.9.1"))));
        await("it answers", () -> answers("127.0.9.1", port));
        cluster.delete("mine");
      }
    }
  }

  @Test
  void a_status_that_somebody_clears_is_written_again(TestInfo test) throws Exception {
    try (RealCluster cluster = cluster(test);
        TestEdge _ = TestEdge.start(directory, cluster.config(directory, POOL))) {
      cluster.serve(cluster.service("mine", freePort()));
      await("told", () -> !cluster.ingress("mine").isEmpty());
      String namespace = cluster.service("mine").at("/metadata/namespace").asText();
      cluster
          .admin()
          .patch(
              ApiResource.SERVICES,
              namespace,
              "mine",
              "status",
              "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"192.0.2.9\"}]}}}");
      await(
          "told again", () -> cluster.ingress("mine").equals(List.of(cluster.given("127.0.9.1"))));
    }
  }

  @Test
  void a_dual_stack_service_gets_an_address_of_each_family(TestInfo test) throws Exception {
    try (RealCluster cluster = cluster(test);
        TestEdge _ =
            TestEdge.start(
                directory, cluster.config(directory, POOL + ", \"fd00:9::1-fd00:9::9\""))) {
      ObjectNode service = cluster.service("mine", freePort());
      service.withObject("/spec").put("ipFamilyPolicy", "PreferDualStack");
      ObjectNode made = cluster.serve(service);
      int families = made.at("/spec/ipFamilies").size();
      await("told", () -> !cluster.ingress("mine").isEmpty());
      assertThat(families).isEqualTo(plane().knowsBothFamilies() ? 2 : 0);
      assertThat(cluster.ingress("mine"))
          .isEqualTo(
              plane().knowsBothFamilies()
                  ? List.of(cluster.given("127.0.9.1"), cluster.given("fd00:9::1"))
                  : List.of(cluster.given("127.0.9.1")));
    }
  }

  /** A server takes no loopback address for an external one: this needs one of the host's. */
  @Test
  void external_ips_in_our_pools_are_served_and_others_refused(TestInfo test) throws Exception {
    Needs.root();
    Command.attempt("ip", "address", "add", "198.18.9.7/32", "dev", "lo");
    try (RealCluster cluster = cluster(test);
        TestEdge _ =
            TestEdge.start(directory, cluster.config(directory, "\"198.18.9.1-198.18.9.9\""))) {
      int port = freePort();
      ObjectNode service = cluster.service("plain", port);
      service.withObject("/spec").put("type", "NodePort").remove("loadBalancerClass");
      service.withObject("/spec").putArray("externalIPs").add("198.18.9.7");
      cluster.serve(service);

      await("in the pool", () -> answers("198.18.9.7", port));
      assertThat(cluster.ingress("plain")).as("its status is not ours").isEmpty();

      ObjectNode mine = cluster.service("mine", port);
      mine.withObject("/spec").putArray("externalIPs").add("203.0.113.8");
      cluster.serve(mine);
      await("a Warning", () -> cluster.reasons("mine").contains("ExternalIPRefused"));
    } finally {
      Command.attempt("ip", "address", "del", "198.18.9.7/32", "dev", "lo");
    }
  }

  private static boolean answers(String address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), 5_000);
      socket.setSoTimeout(5_000);
      return TestEdge.ask(socket).startsWith("node-");
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() {
    return Ports.free("127.0.9.1").getPort();
  }
}
