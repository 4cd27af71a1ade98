package io.headgate.app;

import static io.headgate.app.TestEdge.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiResource;
import io.headgate.takeover.peer.DeafEdge;
import io.headgate.takeover.peer.PeerKey;
import io.headgate.takeover.peer.PeerLink;
import io.headgate.takeover.peer.PeerLinkSettings;
import io.headgate.takeover.peer.PeerMessage.Announced;
import io.headgate.takeover.peer.Verdict;
import io.headgate.testing.Ports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What edges find out about themselves and each other, until the cluster knows it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ClusterNewsTest {
  private static final String POOL =
      "load-balancer { pools { public { addresses = [\"127.0.9.1-127.0.9.9\"] } } }\n";
  private static final String ROUTE =
      "routes { web { port = 0, service = \"shop/web:http\", health.interval = 200ms } }\n";

  private final InetSocketAddress here = Ports.free("127.0.0.1");
  private final InetSocketAddress there = Ports.free("127.0.0.2");

  @TempDir Path directory;

  @BeforeEach
  void key() throws Exception {
    Path file =
        Files.createFile(
            keyFile(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, PeerKey.generate());
  }

  @Test
  void my_service_says_which_edge_announces_its_address_until_it_has_none() throws Exception {
    try (TestCluster cluster = new TestCluster(1);
        TestEdge _ = edge("edge-a", here, there, cluster.config(directory) + POOL);
        PeerLink other = peer("edge-b")) {
      ObjectNode service =
          ApiObjects.service("shop", "mine", new ApiObjects.Port("http", 80, 30080));
      service
          .withObject("/spec")
          .put("type", "LoadBalancer")
          .put("loadBalancerClass", "headgate.io/edge");
      cluster.api().put(ApiResource.SERVICES, service);
      other.start();
      await("the edges are connected", () -> other.status().getFirst().verdict() == Verdict.ALIVE);
      other.send(new Announced(Set.of(InetAddress.ofLiteral("127.0.9.1"))));
      await("named", () -> announcedBy(cluster).equals("edge-b"));

      ObjectNode plain = (ObjectNode) stored(cluster, ApiResource.SERVICES, "mine");
      plain.withObject("/spec").put("type", "ClusterIP").remove("loadBalancerClass");
      cluster.api().put(ApiResource.SERVICES, plain);
      await("named no more", () -> announcedBy(cluster).isEmpty());
    }
  }

  @Test
  void a_node_that_is_cordoned_says_how_many_connections_all_edges_have_to_it() throws Exception {
    try (TestCluster cluster = new TestCluster(1)) {
      String config =
          cluster.config(directory).replace(" }", ", node-connections = true }") + ROUTE;
      try (TestEdge one = edge("one", here, there, config);
          TestEdge two = edge("two", there, here, config)) {
        try (Socket first = open(one);
            Socket second = open(two)) {
          assertThat(connections(cluster)).isEmpty();
          ObjectNode node = (ObjectNode) stored(cluster, ApiResource.NODES, "node-1");
          node.withObject("/spec").put("unschedulable", true);
          cluster.api().put(ApiResource.NODES, node);
          await("both count", () -> connections(cluster).equals("2"));
          assertThat(TestEdge.ask(first)).isEqualTo(TestEdge.ask(second)).isEqualTo("node-1");
        }
        await("none is left", () -> connections(cluster).equals("0"));
      }
    }
  }

  private static String announcedBy(TestCluster cluster) {
    return stored(cluster, ApiResource.SERVICES, "mine")
        .at("/metadata/annotations/headgate.io~1announced-by")
        .asText("");
  }

  private static String connections(TestCluster cluster) {
    return stored(cluster, ApiResource.NODES, "node-1")
        .at("/metadata/annotations/headgate.io~1connections")
        .asText("");
  }

  private static JsonNode stored(TestCluster cluster, ApiResource resource, String name) {
    return cluster.api().objects(resource).stream()
        .filter(object -> object.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** To a node, and used, so that it stays open. */
  private static Socket open(TestEdge edge) throws Exception {
    await("it serves", () -> edge.state("web", "node-1").equals("UP"));
    var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), edge.port("web"));
    socket.setSoTimeout(10_000);
    assertThat(TestEdge.ask(socket)).isEqualTo("node-1");
    return socket;
  }

  private TestEdge edge(
      String name, InetSocketAddress listen, InetSocketAddress peer, String config)
      throws Exception {
    return TestEdge.startLinked(directory, name, listen, peer, keyFile(), config);
  }

  /** What speaks to the edge as another one would. */
  private PeerLink peer(String name) {
    if (PeerKey.read(keyFile()) instanceof PeerKey.Reading.Usable(PeerKey key)) {
      return new PeerLink(
          new PeerLinkSettings(Optional.of(there), List.of(here), key, name), new DeafEdge());
    }
    throw new AssertionError("no key");
  }

  private Path keyFile() {
    return directory.resolve("peer.key");
  }
}
