package io.headgate.app;

import static io.headgate.app.TestCluster.ready;
import static io.headgate.app.TestEdge.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.admin.AddressesView.PoolView;
import io.headgate.admin.CheckView;
import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiObjects.Endpoint;
import io.headgate.apiserver.ApiObjects.Port;
import io.headgate.apiserver.ApiResource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster's MetalLB manifests keep working. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MetalLbManifestsTest {
  private static final String METALLB = "metallb-system";
  private static final String WEBHOOK = "metallb-webhook-service";
  private static final String ON = "load-balancer { default-class = true, metallb = true }\n";

  @TempDir Path directory;
  private int port;

  @BeforeEach
  void port() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.9.1"))) {
      port = socket.getLocalPort();
    }
  }

  @Test
  void my_pools_and_my_annotated_services_work_as_they_are() throws Exception {
    try (TestCluster cluster = cluster()) {
      pool(cluster, "first", "127.0.9.40-127.0.9.43");
      ObjectNode reserved = ApiObjects.addressPool(METALLB, "reserved", "127.0.9.60/30");
      reserved.withObject("/spec").put("autoAssign", false);
      cluster.api().put(ApiResource.IPADDRESSPOOLS, reserved);
      ObjectNode ofTeam = ApiObjects.addressPool(METALLB, "team", "127.0.9.80/30");
      ofTeam
          .withObject("/spec/serviceAllocation")
          .putArray("namespaceSelectors")
          .addObject()
          .putObject("matchLabels")
          .put("team", "a");
      cluster.api().put(ApiResource.IPADDRESSPOOLS, ofTeam);
      cluster
          .api()
          .put(ApiResource.NAMESPACES, ApiObjects.label(ApiObjects.namespace("crew"), "team", "a"));
      cluster.api().put(ApiResource.L2ADVERTISEMENTS, ApiObjects.l2Advertisement(METALLB, "l2"));
      try (TestEdge edge = TestEdge.start(directory, cluster.config(directory) + ON)) {
        put(cluster, service(cluster, "shop", "plain"));
        put(
            cluster,
            ApiObjects.annotation(
                service(cluster, "shop", "picky"), "metallb.universe.tf/address-pool", "reserved"));
        put(
            cluster,
            ApiObjects.annotation(
                service(cluster, "shop", "exact"), "metallb.io/loadBalancerIPs", "127.0.9.43"));
        put(cluster, service(cluster, "crew", "labelled"));

        await("plain", () -> given(cluster, "plain").equals("127.0.9.40 Proxy"));
        await("picky", () -> given(cluster, "picky").equals("127.0.9.60 Proxy"));
        await("exact", () -> given(cluster, "exact").equals("127.0.9.43 Proxy"));
        await("labelled", () -> given(cluster, "labelled").equals("127.0.9.80 Proxy"));
        await("it answers", () -> answers("127.0.9.40") && answers("127.0.9.80"));
        assertThat(edge.views().addresses().pools())
            .contains(
                new PoolView(
                    "reserved",
                    "IPAddressPool metallb-system/reserved",
                    "IPv4",
                    1,
                    3,
                    List.of("127.0.9.60-127.0.9.63")));
        assertThat(edge.views().addresses().notices()).isEmpty();
      }
    }
  }

  @Test
  void what_metallb_has_given_stays_when_i_stop_it_and_until_then_is_its_own() throws Exception {
    try (TestCluster cluster = cluster()) {
      pool(cluster, "first", "127.0.9.40-127.0.9.43");
      cluster.api().put(ApiResource.L2ADVERTISEMENTS, ApiObjects.l2Advertisement(METALLB, "l2"));
      webhook(cluster, true);
      ObjectNode theirs =
          ApiObjects.annotation(
              service(cluster, "shop", "theirs"), "metallb.io/ip-allocated-from-pool", "first");
      theirs
          .withObject("/status/loadBalancer")
          .putArray("ingress")
          .addObject()
          .put("ip", "127.0.9.42")
          .put("ipMode", "VIP");
      put(cluster, theirs);
      try (TestEdge edge = TestEdge.start(directory, cluster.config(directory) + ON)) {
        put(cluster, service(cluster, "shop", "fresh"));
        await("served already", () -> answers("127.0.9.42"));
        await("said", () -> reasons(cluster, "theirs").contains("LeftToMetalLB"));
        await("the right to write", () -> edge.running().inputs().holdsLease());
        assertThat(edge.views().status().problems())
            .anyMatch(problem -> problem.startsWith("MetalLB: MetalLB's controller is at work"));
        assertThat(edge.views().doctor())
            .filteredOn(check -> check.check().equals("pools"))
            .extracting(CheckView::finding)
            .anyMatch(found -> found.contains("left to it"));
        assertThat(given(cluster, "theirs")).isEqualTo("127.0.9.42 VIP");
        assertThat(given(cluster, "fresh")).isEmpty();

        webhook(cluster, false);
        await("handed over", () -> given(cluster, "theirs").equals("127.0.9.42 Proxy"));
        await("and the next", () -> given(cluster, "fresh").equals("127.0.9.40 Proxy"));
        await("all is well", () -> edge.views().addresses().notices().isEmpty());
      }
    }
  }

  @Test
  void a_conflict_of_pools_is_said_and_takes_nothing_from_anybody() throws Exception {
    String both =
        "load-balancer { default-class = true, metallb = true, pools { first { addresses ="
            + " [\"127.0.9.40\"] } } }\n";
    try (TestCluster cluster = cluster();
        TestEdge edge = TestEdge.start(directory, cluster.config(directory) + both)) {
      put(cluster, service(cluster, "shop", "one"));
      await("of the file", () -> given(cluster, "one").equals("127.0.9.40 Proxy"));
      pool(cluster, "first", "127.0.9.40-127.0.9.43");
      put(cluster, service(cluster, "shop", "two"));
      await("of the cluster", () -> given(cluster, "two").equals("127.0.9.41 Proxy"));
      assertThat(given(cluster, "one")).isEqualTo("127.0.9.40 Proxy");
      assertThat(edge.views().addresses().notices())
          .anyMatch(notice -> notice.contains("overlaps 127.0.9.40 of pool first"))
          .anyMatch(notice -> notice.contains("ask for this one as metallb-system/first"));

      pool(cluster, "first", "127.0.9.40-127.0.9.43", "nonsense");
      await(
          "said",
          () ->
              edge.views().addresses().notices().stream()
                  .anyMatch(notice -> notice.contains("'nonsense' is no range")));
      assertThat(given(cluster, "two")).isEqualTo("127.0.9.41 Proxy");
    }
  }

  @Test
  void without_the_right_to_read_pools_all_else_works_and_the_doctor_knows_the_manifest()
      throws Exception {
    String both =
        "load-balancer { default-class = true, metallb = true, pools { own { addresses ="
            + " [\"127.0.9.50\"] } } }\n";
    try (TestCluster cluster = cluster()) {
      pool(cluster, "first", "127.0.9.40-127.0.9.43");
      cluster.api().faults().deny("list ipaddresspools");
      ObjectNode old = service(cluster, "shop", "old");
      old.withObject("/status/loadBalancer")
          .putArray("ingress")
          .addObject()
          .put("ip", "127.0.9.42")
          .put("ipMode", "Proxy");
      put(cluster, old);
      try (TestEdge edge = TestEdge.start(directory, cluster.config(directory) + both)) {
        put(cluster, service(cluster, "shop", "fresh"));
        await("of the file", () -> given(cluster, "fresh").equals("127.0.9.50 Proxy"));
        await("said", () -> reasons(cluster, "old").contains("PoolsNotRead"));
        assertThat(given(cluster, "old")).isEqualTo("127.0.9.42 Proxy");
        assertThat(edge.views().doctor())
            .anyMatch(check -> check.advice().contains("config/kubernetes/metallb.yaml"));
        cluster.api().faults().clear();
        await("served again", () -> answers("127.0.9.42"));
        assertThat(given(cluster, "old")).isEqualTo("127.0.9.42 Proxy");
      }
    }
  }

  private static TestCluster cluster() throws IOException {
    TestCluster cluster = new TestCluster(1);
    cluster.api().defineMetalLb();
    return cluster;
  }

  private static void pool(TestCluster cluster, String name, String... addresses) {
    cluster.api().put(ApiResource.IPADDRESSPOOLS, ApiObjects.addressPool(METALLB, name, addresses));
  }

  /** The Service of MetalLB's webhook, behind which is its controller. */
  private static void webhook(TestCluster cluster, boolean running) {
    cluster
        .api()
        .put(
            ApiResource.ENDPOINTSLICES,
            ApiObjects.endpointSlice(
                METALLB,
                WEBHOOK,
                "1",
                List.of(""),
                running ? List.of(Endpoint.ready("10.244.9.9", "node-1")) : List.of()));
  }

  private ObjectNode service(TestCluster cluster, String namespace, String name) {
    ObjectNode service =
        ApiObjects.service(namespace, name, new Port("http", port, cluster.node("node-1").port()));
    service.withObject("/spec").put("type", "LoadBalancer");
    return service;
  }

  private static void put(TestCluster cluster, ObjectNode service) {
    JsonNode metadata = service.path("metadata");
    cluster.api().put(ApiResource.SERVICES, service);
    cluster
        .api()
        .put(
            ApiResource.ENDPOINTSLICES,
            ApiObjects.endpointSlice(
                metadata.path("namespace").asText(),
                metadata.path("name").asText(),
                "1",
                List.of("http"),
                List.of(ready("node-1"))));
  }

  private static String given(TestCluster cluster, String name) {
    return cluster.api().objects(ApiResource.SERVICES).stream()
        .filter(service -> service.at("/metadata/name").asText().equals(name))
        .map(service -> service.at("/status/loadBalancer/ingress/0"))
        .filter(entry -> !entry.isMissingNode())
        .map(entry -> entry.path("ip").asText() + " " + entry.path("ipMode").asText())
        .findFirst()
        .orElse("");
  }

  private static List<String> reasons(TestCluster cluster, String service) {
    return cluster.api().objects(ApiResource.EVENTS).stream()
        .filter(event -> event.at("/involvedObject/name").asText().equals(service))
        .map(event -> event.path("reason").asText())
        .toList();
  }

  private boolean answers(String address) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), 5_000);
      socket.setSoTimeout(5_000);
      return TestEdge.ask(socket).startsWith("node-");
    } catch (IOException e) {
      return false;
    }
  }
}
