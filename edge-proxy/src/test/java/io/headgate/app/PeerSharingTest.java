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
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two edges that have nothing to do with each other but a peer link. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PeerSharingTest {
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

  @Test
  void a_client_of_one_edge_belongs_to_the_same_backend_at_the_other_also_where_that_came_later()
      throws Exception {
    try (TestNode a = new TestNode("a", "127.0.0.1", 0);
        TestNode b = new TestNode("b", "127.0.0.1", 0)) {
      String sticky =
          "routes { web { port = 0, backends = [\"127.0.0.1:%d\", \"127.0.0.1:%d\"], client-affinity = 1h, balance = round-robin } }"
              .formatted(a.port(), b.port());
      try (TestEdge one = edge("one", here, there, sticky)) {
        awaitInUse(one);
        Map<Integer, String> homes = answers(one, IntStream.range(100, 130));
        try (TestEdge two = edge("two", there, here, sticky)) {
          awaitInUse(two);
          await("the first are known there", () -> clients(two) == 30);
          assertThat(answers(two, IntStream.iterate(129, i -> i - 1).limit(30))).isEqualTo(homes);
          Map<Integer, String> more = answers(one, IntStream.range(150, 180));
          await("all are known there", () -> clients(two) == 60);
          assertThat(answers(two, IntStream.iterate(179, i -> i - 1).limit(30))).isEqualTo(more);
          assertThat(homes.values()).contains("a", "b");
        }
      }
    }
  }

  /** What answers clients, by the last byte of their addresses, one after the other. */
  private static Map<Integer, String> answers(TestEdge edge, IntStream clients) throws IOException {
    Map<Integer, String> answers = new HashMap<>();
    for (int client : clients.toArray()) {
      try (Socket socket = new Socket()) {
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + client), 0));
        socket.connect(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), edge.port("web")), 5_000);
        socket.setSoTimeout(10_000);
        answers.put(client, TestEdge.ask(socket));
      }
    }
    return answers;
  }

  private static void awaitInUse(TestEdge edge) throws InterruptedException {
    await("both backends are in use", () -> edge.views().routes().getFirst().usable() == 2);
  }

  private static long clients(TestEdge edge) {
    return edge.running().relay().counters().routes().getFirst().affinity().clients();
  }

  private TestEdge edge(String name, InetSocketAddress listen, InetSocketAddress peer)
      throws Exception {
    return edge(
        name, listen, peer, "routes { web { port = 0, backends = [\"%s\"] } }".formatted(node));
  }

  private TestEdge edge(
      String name, InetSocketAddress listen, InetSocketAddress peer, String routes)
      throws Exception {
    return TestEdge.startLinked(
        directory, name, listen, peer, directory.resolve("peer.key"), routes);
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
