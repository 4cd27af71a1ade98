package io.headgate.app;

import static io.headgate.app.TestEdge.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.OperatorOrders.Target;
import io.headgate.takeover.peer.PeerKey;
import io.headgate.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two edges that share nothing but a peer link: what is ordered at one. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PeerOrdersTest {
  private final ServerSocket backend = backend();
  private final String node = "127.0.0.1:" + backend.getLocalPort();
  private final Target target = Target.parse(node);
  private final InetSocketAddress here = Ports.free("127.0.0.1");
  private final InetSocketAddress there = Ports.free("127.0.0.2");

  @TempDir Path directory;

  @BeforeEach
  void key() throws Exception {
    Path file =
        Files.createFile(
            directory.resolve("peer.key"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, PeerKey.generate());
  }

  @AfterEach
  void close() throws IOException {
    backend.close();
  }

  @Test
  void what_is_ordered_at_one_edge_holds_at_the_other_until_taken_back_at_either()
      throws Exception {
    try (TestEdge one = edge("one", here, there);
        TestEdge two = edge("two", there, here)) {
      awaitLink(one, two);
      assertThat(one.views().order(target, Order.DRAIN).known()).isTrue();
      await("drained there", () -> two.state("web", node).equals("DRAIN"));
      await("told there", () -> ordered(two).equals(List.of("ordered by peer one: drain")));

      two.views().order(target, Order.MAINT);
      await("in maintenance here", () -> one.state("web", node).equals("MAINT"));

      one.views().order(target, Order.READY);
      await("ready there", () -> !List.of("DRAIN", "MAINT").contains(two.state("web", node)));
      await("told here", () -> ordered(one).equals(List.of("ordered by peer two: maint")));
      await("told there", () -> ordered(two).getLast().equals("ordered by peer one: ready"));
    }
  }

  @Test
  void an_edge_learns_what_it_missed_and_what_it_learnt_survives_its_restart() throws Exception {
    try (TestEdge one = edge("one", here, there)) {
      one.views().order(target, Order.DRAIN);
      try (TestEdge two = edge("two", there, here)) {
        await("learnt", () -> two.state("web", node).equals("DRAIN"));
      }
    }
    try (TestEdge two = edge("two", there, here)) {
      assertThat(two.state("web", node)).as("without its peer").isEqualTo("DRAIN");
    }
  }

  @Test
  void of_what_was_said_while_they_could_not_hear_each_other_the_newest_stands_at_both()
      throws Exception {
    try (TestEdge one = edge("one", here, there)) {
      one.views().order(target, Order.MAINT);
      try (TestEdge two = edge("two", there, here)) {
        await("learnt", () -> two.state("web", node).equals("MAINT"));
      }
    }
    try (TestEdge one = edge("one", here, there)) {
      one.views().order(target, Order.READY);
    }
    try (TestEdge two = edge("two", there, here)) {
      assertThat(two.state("web", node)).as("not told yet").isEqualTo("MAINT");
      try (TestEdge one = edge("one", here, there)) {
        await("taken back", () -> !two.state("web", node).equals("MAINT"));
        awaitLink(one, two);
        assertThat(one.state("web", node)).isNotEqualTo("MAINT");
      }
    }
  }

  private TestEdge edge(String name, InetSocketAddress listen, InetSocketAddress peer)
      throws Exception {
    String config =
        """
        name = %s
        takeover.peer-link { listen = "127.0.0.%d:%d", peers = ["%s:%d"], key-file = "%s" }
        routes { web { port = 0, backends = ["%s"] } }
        """
            .formatted(
                name,
                listen.getAddress().getAddress()[3],
                listen.getPort(),
                peer.getAddress().getHostAddress(),
                peer.getPort(),
                directory.resolve("peer.key"),
                node);
    return TestEdge.start(Files.createDirectories(directory.resolve(name)), config);
  }

  private static ServerSocket backend() {
    try {
      return new ServerSocket(0, 500, InetAddress.ofLiteral("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitLink(TestEdge... edges) throws InterruptedException {
    for (TestEdge edge : edges) {
      await(
          "the link is up",
          () ->
              edge.views().addresses().peers().stream()
                  .allMatch(peer -> peer.state().equals("alive")));
    }
  }

  private List<String> ordered(TestEdge edge) {
    return edge.running().events().after(0).stream()
        .filter(event -> event.subject().equals(node))
        .map(event -> event.message())
        .filter(message -> message.startsWith("ordered by"))
        .toList();
  }
}
