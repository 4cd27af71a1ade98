package io.headgate.app;

import static io.headgate.app.TestCluster.ready;
import static io.headgate.app.TestEdge.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.admin.BackendView;
import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiObjects.Port;
import io.headgate.apiserver.ApiResource;
import io.headgate.model.ClusterState.Freshness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services of type LoadBalancer from the API to the client, and back into their status. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LoadBalancerServiceTest {
  private static final String POOL =
      "load-balancer { pools { public { addresses = [\"127.0.9.1-127.0.9.9\"] } } }\n";

  @TempDir Path directory;

  @Test
  void my_service_gets_an_address_that_answers_and_the_cluster_shows_it() throws Exception {
    try (TestCluster cluster = new TestCluster(2);
        TestEdge edge = TestEdge.start(directory, cluster.config(directory) + POOL)) {
      int port = freePort();
      cluster.api().put(ApiResource.SERVICES, service(cluster, "mine", port));
      endpoints(cluster, "mine");

      await("the status names an address", () -> !given(cluster, "mine").isEmpty());
      assertThat(given(cluster, "mine")).isEqualTo("127.0.9.1 Proxy");
      await("the address answers", () -> answers("127.0.9.1", port));
      await(
          "events tell",
          () ->
              reasons(cluster, "mine").containsAll(List.of("IPAllocated", "EnsuredLoadBalancer")));
      assertThat(edge.views().explain("shop/mine")).hasSize(1);

      cluster.api().delete(ApiResource.SERVICES, "shop", "mine");
      await("nobody listens any more", () -> !answers("127.0.9.1", port));
    }
  }

  @Test
  void a_port_of_the_edge_serves_another_one_of_the_service() throws Exception {
    try (TestCluster cluster = new TestCluster(2);
        TestEdge edge = TestEdge.start(directory, cluster.config(directory) + POOL)) {
      int port = freePort();
      ObjectNode service = service(cluster, "mine", freePort());
      ApiObjects.annotation(service, "headgate.io/ports", port + "=http");
      cluster.api().put(ApiResource.SERVICES, service);
      endpoints(cluster, "mine");

      await("the status names an address", () -> !given(cluster, "mine").isEmpty());
      await("the address answers there", () -> answers("127.0.9.1", port));
      assertThat(edge.running().listeners()).hasSize(1);
      assertThat(edge.views().explain("shop/mine").getFirst().notes().getFirst())
          .startsWith("127.0.9.1:%d -> port http (".formatted(port))
          .endsWith("-> NodePort " + cluster.node("node-1").port());
      assertThat(edge.views().routes().getFirst().nodePort())
          .isEqualTo(cluster.node("node-1").port());
    }
  }

  @Test
  void a_service_of_another_class_or_of_none_is_not_touched() throws Exception {
    try (TestCluster cluster = new TestCluster(2);
        TestEdge edge = TestEdge.start(directory, cluster.config(directory) + POOL)) {
      ObjectNode other = service(cluster, "other", freePort());
      other.withObject("/spec").put("loadBalancerClass", "example.com/lb");
      ObjectNode none = service(cluster, "none", freePort());
      none.withObject("/spec").remove("loadBalancerClass");
      cluster.api().put(ApiResource.SERVICES, other);
      cluster.api().put(ApiResource.SERVICES, none);
      cluster.api().put(ApiResource.SERVICES, service(cluster, "mine", freePort()));

      await("ours has been seen", () -> !given(cluster, "mine").isEmpty());
      assertThat(given(cluster, "other")).isEmpty();
      assertThat(given(cluster, "none")).isEmpty();
      assertThat(edge.running().state().routes()).extracting("name").containsOnly("shop/mine:http");
    }
  }

  @Test
  void a_restart_changes_no_address() throws Exception {
    try (TestCluster cluster = new TestCluster(2)) {
      String config = cluster.config(directory) + POOL;
      int port = freePort();
      cluster.api().put(ApiResource.SERVICES, service(cluster, "first", freePort()));
      cluster.api().put(ApiResource.SERVICES, service(cluster, "second", port));
      endpoints(cluster, "second");
      String second;
      try (TestEdge _ = TestEdge.start(directory, config)) {
        await("both are told", () -> told(cluster, "first", "second"));
        second = given(cluster, "second");
      }
      cluster.api().delete(ApiResource.SERVICES, "shop", "first");
      try (TestEdge _ = TestEdge.start(directory, config)) {
        await("it is served again", () -> answers(second.substring(0, second.indexOf(' ')), port));
        assertThat(given(cluster, "second")).isEqualTo(second);
      }
    }
  }

  @Test
  void a_second_edge_serves_the_same_address_and_goes_on_when_the_first_is_gone() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    int port = freePort();
    try (TestCluster cluster = new TestCluster(2);
        Pair pair = new Pair(directory, other, cluster)) {
      cluster.api().put(ApiResource.SERVICES, service(cluster, "mine", port));
      await("given by the first", () -> given(cluster, "mine").equals("127.0.9.1 Proxy"));
      await("adopted by the second", () -> serves(pair.standby, "127.0.9.1:" + port));
      assertThat(pair.standby.running().inputs().holdsLease()).isFalse();

      pair.loseFirst();
      await("the second writes", () -> pair.standby.running().inputs().holdsLease());
      cluster.api().put(ApiResource.SERVICES, service(cluster, "next", freePort()));
      await("given by the second", () -> given(cluster, "next").equals("127.0.9.2 Proxy"));
      assertThat(given(cluster, "mine")).isEqualTo("127.0.9.1 Proxy");
    }
  }

  /** Two edges, of which the first has the right to write before the second begins. */
  private static final class Pair implements AutoCloseable {
    private final TestEdge first;
    private final TestEdge standby;
    private boolean lost;

    Pair(Path directory, Path other, TestCluster cluster) throws Exception {
      first = TestEdge.start(directory, cluster.config(directory) + POOL);
      await("the first has the right to write", () -> first.running().inputs().holdsLease());
      standby = TestEdge.start(other, cluster.config(other) + POOL);
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
      standby.close();
    }
  }

  private static boolean serves(TestEdge edge, String listener) {
    return edge.running().state().routes().stream()
        .anyMatch(route -> route.listeners().toString().contains(listener));
  }

  @Test
  void clients_outside_my_source_ranges_are_reset() throws Exception {
    try (TestCluster cluster = new TestCluster(1);
        TestEdge edge = TestEdge.start(directory, cluster.config(directory) + POOL)) {
      int port = freePort();
      ObjectNode service = service(cluster, "mine", port);
      cluster.api().put(ApiResource.SERVICES, service);
      endpoints(cluster, "mine");
      await("it answers", () -> answers("127.0.9.1", port));

      service.withObject("/spec").putArray("loadBalancerSourceRanges").add(" 127.0.0.7/32");
      cluster.api().put(ApiResource.SERVICES, service);
      await("it answers others no more", () -> !answers("127.0.9.1", port));
      edge.running().settled(); // one loop may have the table before the other
      assertThat(askFrom("127.0.0.7", "127.0.9.1", port)).isEqualTo("node-1");
      assertThatThrownBy(() -> askFrom("127.0.0.8", "127.0.9.1", port))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void external_ips_in_our_pools_are_served_at_the_port_of_the_service() throws Exception {
    try (TestCluster cluster = new TestCluster(1);
        TestEdge _ = TestEdge.start(directory, cluster.config(directory) + POOL)) {
      int port = freePort();
      ObjectNode service =
          ApiObjects.service(
              "shop", "plain", new Port("http", port, cluster.node("node-1").port()));
      service.withObject("/spec").putArray("externalIPs").add("127.0.9.7").add("127.0.8.8");
      cluster.api().put(ApiResource.SERVICES, service);
      endpoints(cluster, "plain");

      await("in the pool", () -> answers("127.0.9.7", port));
      assertThat(answers("127.0.8.8", port)).isFalse();
      assertThat(given(cluster, "plain")).as("its status is not ours").isEmpty();
    }
  }

  @Test
  void with_its_external_ip_outside_our_pools_the_user_of_a_service_is_told_so() throws Exception {
    try (TestCluster cluster = new TestCluster(1);
        TestEdge _ = TestEdge.start(directory, cluster.config(directory) + POOL)) {
      ObjectNode service =
          ApiObjects.service(
              "shop", "plain", new Port("http", freePort(), cluster.node("node-1").port()));
      service.withObject("/spec").putArray("externalIPs").add("127.0.9.7").add("127.0.8.8");
      cluster.api().put(ApiResource.SERVICES, service);
      await("told", () -> reasons(cluster, "plain").contains("ExternalIPRefused"));
      assertThat(stored(cluster, "plain").has("status")).as("its status is not ours").isFalse();
    }
  }

  @Test
  void a_service_says_by_conditions_that_it_is_served_and_loses_them_with_its_type()
      throws Exception {
    try (TestCluster cluster = new TestCluster(1);
        TestEdge _ = TestEdge.start(directory, cluster.config(directory) + POOL)) {
      ObjectNode service = service(cluster, "mine", freePort());
      service
          .putObject("status")
          .putArray("conditions")
          .addObject()
          .put("type", "example.com/Other")
          .put("status", "True");
      cluster.api().put(ApiResource.SERVICES, service);
      await("not served", () -> condition(cluster, "mine", "Ready").equals("False NoEndpoints"));
      endpoints(cluster, "mine");
      await("served", () -> condition(cluster, "mine", "Ready").equals("True Serving"));
      await("well", () -> condition(cluster, "mine", "Degraded").equals("False AsAsked"));
      assertThat(annotation(cluster, "mine", "allocated-from")).isEqualTo("public");
      assertThat(stored(cluster, "mine").at("/status/conditions").findValuesAsText("type"))
          .contains("example.com/Other");

      ObjectNode plain = stored(cluster, "mine");
      plain.withObject("/spec").put("type", "ClusterIP").remove("loadBalancerClass");
      plain.withObject("/status").remove("loadBalancer"); // as the API server does
      cluster.api().put(ApiResource.SERVICES, plain);
      await("nothing of ours", () -> condition(cluster, "mine", "Ready").isEmpty());
      assertThat(annotation(cluster, "mine", "allocated-from")).isEmpty();
      assertThat(stored(cluster, "mine").at("/status/conditions").findValuesAsText("type"))
          .containsExactly("example.com/Other");
    }
  }

  @Test
  void a_restart_changes_no_address_that_the_status_does_not_show() throws Exception {
    try (TestCluster cluster = new TestCluster(1)) {
      String config = cluster.config(directory) + POOL;
      cluster.api().put(ApiResource.SERVICES, service(cluster, "first", freePort()));
      try (TestEdge _ = TestEdge.start(directory, config)) {
        await("the first has its address", () -> told(cluster, "first"));
        ObjectNode hidden = service(cluster, "hidden", freePort());
        hidden.withObject("/metadata/annotations").put("headgate.io/status-address", "none");
        cluster.api().put(ApiResource.SERVICES, hidden);
        await("given", () -> annotation(cluster, "hidden", "allocated").equals("127.0.9.2"));
        assertThat(given(cluster, "hidden")).isEmpty();
      }
      cluster.api().delete(ApiResource.SERVICES, "shop", "first");
      try (TestEdge edge = TestEdge.start(directory, config)) {
        await("served again", () -> serves(edge, "127.0.9.2:"));
        await(
            "it may give addresses",
            () ->
                edge.running().inputs().holdsLease()
                    && edge.running().state().freshness() == Freshness.LIVE);
        edge.running().settled();
        assertThat(serves(edge, "127.0.9.1:")).isFalse();
        assertThat(annotation(cluster, "hidden", "allocated")).isEqualTo("127.0.9.2");
      }
    }
  }

  /**
   * Its decision as the one that writes is that of before, since the address is adopted and there
   * is nothing to probe; so nothing but the Lease itself can be why the cluster is told.
   */
  @Test
  void after_a_reload_that_brings_the_first_pool_the_cluster_is_told_at_once() throws Exception {
    try (TestCluster cluster = new TestCluster(1);
        TestEdge edge = TestEdge.start(directory, cluster.config(directory))) {
      ObjectNode service = ApiObjects.service("shop", "mine", new Port("http", freePort(), 0));
      service
          .withObject("/spec")
          .put("type", "LoadBalancer")
          .put("loadBalancerClass", "headgate.io/edge");
      service
          .putObject("status")
          .putObject("loadBalancer")
          .putArray("ingress")
          .addObject()
          .put("ip", "127.0.9.5")
          .put("ipMode", "Proxy");
      cluster.api().put(ApiResource.SERVICES, service);
      await(
          "the Service is known",
          () ->
              edge.running().inputs().cluster().snapshot().services().keySet().stream()
                  .anyMatch(key -> key.name().equals("mine")));
      assertThat(edge.reload(directory, cluster.config(directory) + POOL).problems()).isEmpty();
      await("told", () -> condition(cluster, "mine", "Ready").startsWith("False "));
      assertThat(annotation(cluster, "mine", "allocated-from")).isEqualTo("public");
      assertThat(given(cluster, "mine")).isEqualTo("127.0.9.5 Proxy");
    }
  }

  private static ObjectNode stored(TestCluster cluster, String name) {
    return cluster.api().objects(ApiResource.SERVICES).stream()
        .filter(service -> service.path("metadata").path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** {@code STATUS REASON}; empty where there is none. */
  private static String condition(TestCluster cluster, String service, String type) {
    return stored(cluster, service)
        .at("/status/conditions")
        .valueStream()
        .filter(one -> one.path("type").asText().equals("headgate.io/" + type))
        .map(one -> one.path("status").asText() + " " + one.path("reason").asText())
        .findFirst()
        .orElse("");
  }

  private static String annotation(TestCluster cluster, String service, String name) {
    return stored(cluster, service)
        .path("metadata")
        .path("annotations")
        .path("headgate.io/" + name)
        .asText("");
  }

  @Test
  void a_service_without_node_ports_is_served_from_its_endpoints() throws Exception {
    try (TestCluster cluster = new TestCluster(1);
        TestEdge _ = TestEdge.start(directory, cluster.config(directory) + POOL)) {
      int port = freePort();
      ObjectNode service = ApiObjects.service("shop", "host-network", new Port("http", port, 0));
      service
          .withObject("/spec")
          .put("type", "LoadBalancer")
          .put("loadBalancerClass", "headgate.io/edge")
          .put("allocateLoadBalancerNodePorts", false);
      cluster.api().put(ApiResource.SERVICES, service);
      TestNode node = cluster.node("node-1");
      ObjectNode slice =
          ApiObjects.endpointSlice(
              "shop",
              "host-network",
              "1",
              List.of("http"),
              List.of(ApiObjects.Endpoint.ready(node.address(), node.name())));
      ((ObjectNode) slice.withArrayProperty("ports").get(0)).put("port", node.port());
      cluster.api().put(ApiResource.ENDPOINTSLICES, slice);

      await("it answers", () -> answers("127.0.9.1", port));
    }
  }

  @Test
  void a_backend_shows_its_own_probe_and_not_those_of_other_services() throws Exception {
    try (TestCluster cluster = new TestCluster(1);
        TestEdge edge = TestEdge.start(directory, cluster.config(directory) + POOL)) {
      int port = freePort();
      for (String name : List.of("one", "two")) {
        int health = name.equals("one") ? 30_001 : 30_002;
        cluster
            .api()
            .put(ApiResource.SERVICES, ApiObjects.local(service(cluster, name, port), health));
        endpoints(cluster, name);
      }
      await(
          "both are probed", () -> !probe(edge, "one").isEmpty() && !probe(edge, "two").isEmpty());
      assertThat(probe(edge, "one")).contains("127.0.1.1:30001/healthz").doesNotContain("30002");
      assertThat(probe(edge, "two")).contains("127.0.1.1:30002/healthz").doesNotContain("30001");
    }
  }

  private static String probe(TestEdge edge, String service) {
    return edge.views().backends().stream()
        .filter(backend -> backend.route().equals("shop/" + service + ":http"))
        .map(BackendView::probe)
        .findFirst()
        .orElse("");
  }

  private static ObjectNode service(TestCluster cluster, String name, int port) {
    ObjectNode service =
        ApiObjects.service("shop", name, new Port("http", port, cluster.node("node-1").port()));
    service
        .withObject("/spec")
        .put("type", "LoadBalancer")
        .put("loadBalancerClass", "headgate.io/edge");
    return service;
  }

  private static void endpoints(TestCluster cluster, String service) {
    cluster
        .api()
        .put(
            ApiResource.ENDPOINTSLICES,
            ApiObjects.endpointSlice(
                "shop", service, "1", List.of("http"), List.of(ready("node-1"))));
  }

  /** {@code address ipMode} of the first that its status names; empty where it names none. */
  private static String given(TestCluster cluster, String name) {
    return cluster.api().objects(ApiResource.SERVICES).stream()
        .filter(service -> service.path("metadata").path("name").asText().equals(name))
        .findFirst()
        .map(service -> service.path("status").path("loadBalancer").path("ingress").path(0))
        .filter(entry -> !entry.isMissingNode())
        .map(entry -> entry.path("ip").asText() + " " + entry.path("ipMode").asText())
        .orElse("");
  }

  private static boolean told(TestCluster cluster, String... names) {
    return Stream.of(names).noneMatch(name -> given(cluster, name).isEmpty());
  }

  private static List<String> reasons(TestCluster cluster, String service) {
    return cluster.api().objects(ApiResource.EVENTS).stream()
        .filter(event -> event.path("involvedObject").path("name").asText().equals(service))
        .map(event -> event.path("reason").asText())
        .toList();
  }

  private static boolean answers(String address, int port) {
    try {
      return askFrom("127.0.0.1", address, port).startsWith("node-");
    } catch (IOException e) {
      return false;
    }
  }

  private static String askFrom(String from, String address, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), 5_000);
      socket.setSoTimeout(5_000);
      return TestEdge.ask(socket);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.9.1"))) {
      return socket.getLocalPort();
    }
  }
}
