package io.headgate.app;

import static io.headgate.app.TestEdge.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways of docs/ingress.md that {@link LoadBalancerServiceTest} and {@link EdgeTest} leave. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class IngressWaysTest {
  private static final String LOCAL_NODE = "127.0.3.9";

  @TempDir Path directory;

  @Test
  void in_front_of_metallb_the_backend_is_the_address_that_it_gives() throws Exception {
    try (TestCluster cluster = new TestCluster(1);
        TestNode metallb = new TestNode("metallb", "127.0.2.1", 0);
        TestNode moved = new TestNode("moved", "127.0.2.2", metallb.port());
        TestEdge edge = TestEdge.start(directory, cluster.config(directory) + route(""))) {
      ObjectNode service = balancedByAnother(metallb.port(), cluster.node("node-1").port());
      cluster.api().put(ApiResource.SERVICES, service);
      await("no address yet", () -> edge.views().explain("ingress").size() == 1);
      assertThat(answer(edge)).isEmpty();

      give(cluster, service, metallb.address());
      await("its address is the backend", () -> answer(edge).equals("metallb"));
      give(cluster, service, moved.address());
      await("and where it moves, too", () -> answer(edge).equals("moved"));

      assertThat(cluster.api().objects(ApiResource.EVENTS)).as("it is not ours").isEmpty();
    }
  }

  @Test
  void without_the_annotation_the_node_ports_of_the_same_service_are_used() throws Exception {
    try (TestCluster cluster = new TestCluster(1);
        TestEdge edge = TestEdge.start(directory, cluster.config(directory) + route(""))) {
      ObjectNode service = balancedByAnother(80, cluster.node("node-1").port());
      service.withObject("/metadata").remove("annotations");
      endpoint(cluster, "ingress", "node-1");
      give(cluster, service, "127.0.2.3");
      await("the node answers", () -> answer(edge).equals("node-1"));
    }
  }

  @Test
  void a_node_port_behind_the_proxy_protocol_learns_the_client_and_sees_no_broken_header()
      throws Exception {
    try (TestCluster cluster = new TestCluster(1);
        HeaderReadingNode controller = new HeaderReadingNode(LOCAL_NODE);
        TestEdge edge =
            TestEdge.start(directory, cluster.config(directory) + route(", proxy-protocol = v2"))) {
      cluster.api().put(ApiResource.NODES, ApiObjects.node("node-9", LOCAL_NODE));
      ObjectNode service =
          ApiObjects.service("shop", "ingress", new Port("http", 80, controller.port()));
      service.withObject("/spec").put("externalTrafficPolicy", "Local");
      cluster.api().put(ApiResource.SERVICES, service);
      endpoint(cluster, "ingress", "node-9");

      await("the client is known", () -> answer(edge).equals("127.0.0.7"));
      assertThat(edge.state("ingress", "node-1")).as("without a pod").isEqualTo("DOWN");
      await("it is probed", () -> controller.own() >= 2);
      assertThat(controller.broken()).isZero();
    }
  }

  @Test
  void a_service_of_our_class_says_itself_that_it_wants_the_proxy_protocol() throws Exception {
    String pool = "load-balancer { pools { public { addresses = [\"127.0.9.10\"] } } }\n";
    int port = freePort("127.0.9.10");
    try (TestCluster cluster = new TestCluster(1);
        HeaderReadingNode controller = new HeaderReadingNode(LOCAL_NODE);
        TestEdge _ = TestEdge.start(directory, cluster.config(directory) + pool)) {
      cluster.api().put(ApiResource.NODES, ApiObjects.node("node-9", LOCAL_NODE));
      ObjectNode service =
          ApiObjects.service("shop", "ingress", new Port("http", port, controller.port()));
      service
          .withObject("/spec")
          .put("type", "LoadBalancer")
          .put("loadBalancerClass", "headgate.io/edge")
          .put("externalTrafficPolicy", "Local");
      ApiObjects.annotation(service, "headgate.io/proxy-protocol", "http=v2");
      cluster.api().put(ApiResource.SERVICES, service);
      endpoint(cluster, "ingress", "node-9");

      await("the client is known", () -> ask("127.0.9.10", port).equals("127.0.0.7"));
      assertThat(controller.broken()).isZero();
    }
  }

  private static String route(String more) {
    return "routes { ingress { port = 0, service = \"shop/ingress:http\"%s } }\n".formatted(more);
  }

  private static ObjectNode balancedByAnother(int port, int nodePort) {
    ObjectNode service = ApiObjects.service("shop", "ingress", new Port("http", port, nodePort));
    service
        .withObject("/spec")
        .put("type", "LoadBalancer")
        .put("loadBalancerClass", "metallb.io/metallb");
    return ApiObjects.annotation(service, "headgate.io/backend", "lbIP");
  }

  /** As the other load balancer would say it. */
  private static void give(TestCluster cluster, ObjectNode service, String address) {
    service
        .withObject("/status/loadBalancer")
        .putArray("ingress")
        .addObject()
        .put("ip", address)
        .put("ipMode", "VIP");
    cluster.api().put(ApiResource.SERVICES, service);
  }

  private static void endpoint(TestCluster cluster, String service, String node) {
    cluster
        .api()
        .put(
            ApiResource.ENDPOINTSLICES,
            ApiObjects.endpointSlice(
                "shop",
                service,
                "1",
                List.of("http"),
                List.of(Endpoint.ready("10.244.9.1", node))));
  }

  private static String answer(TestEdge edge) {
    return ask("127.0.0.1", edge.port("ingress"));
  }

  /** Asked from 127.0.0.7; empty where nobody answers. */
  private static String ask(String address, int port) {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.7"), 0));
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), 5_000);
      socket.setSoTimeout(5_000);
      return TestEdge.ask(socket);
    } catch (IOException e) {
      return "";
    }
  }

  private static int freePort(String address) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(address))) {
      return socket.getLocalPort();
    }
  }
}
