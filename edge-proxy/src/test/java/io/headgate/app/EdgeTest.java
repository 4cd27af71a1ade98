package io.headgate.app;

import static io.headgate.app.TestCluster.ready;
import static io.headgate.app.TestCluster.terminating;
import static io.headgate.app.TestEdge.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiResource;
import io.headgate.apiserver.ApiVerb;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.OperatorOrders.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole edge in front of real servers, following a Kubernetes API over HTTP. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class EdgeTest {
  private static final String WEB =
      "routes { web { port = 0, service = \"shop/web:http\", health { interval = 200ms } } }";

  @TempDir Path directory;

  @Test
  void clients_notice_nothing_of_a_hundred_endpoint_changes_and_twenty_cut_watches()
      throws Exception {
    try (TestCluster cluster = new TestCluster(3);
        TestEdge edge = TestEdge.startInUse(directory, cluster.config(directory) + WEB);
        Load load = new Load(edge.port("web"), 4)) {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      for (int change = 0; change < 100; change++) {
        String rolled = "node-" + (1 + random.nextInt(3));
        cluster.endpoints(
            List.of("node-1", "node-2", "node-3").stream()
                .map(node -> node.equals(rolled) ? terminating(node) : ready(node))
                .toList());
        if (change % 5 == 0) {
          cluster.api().cutWatches();
        }
        Thread.sleep(20);
      }
      cluster.endpoints(List.of(ready("node-1"), ready("node-2"), ready("node-3")));
      await("the table follows", () -> states(edge).equals(List.of("UP", "UP", "UP")));

      load.stop();
      assertThat(load.failures()).as("seed %d", seed).isEmpty();
      assertThat(load.answers()).isGreaterThan(100);
    }
  }

  @Test
  void a_draining_endpoint_keeps_its_connections_and_gets_no_new_ones() throws Exception {
    try (TestCluster cluster = new TestCluster(2);
        TestEdge edge = TestEdge.startInUse(directory, cluster.config(directory) + WEB)) {
      List<Socket> held = new ArrayList<>();
      List<String> nodes = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), edge.port("web"));
        held.add(socket);
        nodes.add(TestEdge.ask(socket));
      }
      assertThat(nodes).contains("node-1", "node-2");

      cluster.endpoints(List.of(terminating("node-1"), ready("node-2")));
      await("node-1 drains", () -> edge.state("web", "node-1").equals("DRAIN"));

      for (int i = 0; i < 20; i++) {
        assertThat(edge.ask("web")).isEqualTo("node-2");
      }
      for (int i = 0; i < 20; i++) {
        assertThat(TestEdge.ask(held.get(i))).isEqualTo(nodes.get(i));
        held.get(i).close();
      }
    }
  }

  @Test
  void an_api_that_dies_takes_no_backend_with_it_and_one_that_returns_is_followed_again()
      throws Exception {
    try (TestCluster cluster = new TestCluster(2);
        TestEdge edge = TestEdge.startInUse(directory, cluster.config(directory) + WEB);
        Load load = new Load(edge.port("web"), 2)) {
      int port = cluster.api().port();
      cluster.api().stop();
      Thread.sleep(1_000); // the time without an API, in which the load goes on
      assertThat(states(edge)).containsExactly("UP", "UP");

      cluster.api().start(port);
      cluster.endpoints(List.of(ready("node-2")));
      await("the change arrives", () -> edge.state("web", "node-1").equals("DOWN"));

      load.stop();
      assertThat(load.failures()).isEmpty();
    }
  }

  @Test
  void a_restart_without_the_api_serves_from_the_snapshot_and_says_so() throws Exception {
    try (TestCluster cluster = new TestCluster(2)) {
      String config = cluster.config(directory) + WEB;
      TestEdge.startInUse(directory, config).close();
      cluster.api().stop();

      try (TestEdge edge = TestEdge.start(directory, config)) {
        assertThat(edge.ask("web")).startsWith("node-");
        assertThat(edge.views().status().cluster().getFirst().freshness()).isEqualTo("stale");
        assertThat(edge.views().status().state()).isEqualTo("degraded");
      }
    }
  }

  @Test
  void without_api_and_snapshot_clients_are_refused_at_once_and_readiness_says_why()
      throws Exception {
    try (TestCluster cluster = new TestCluster(1)) {
      int apiPort = cluster.api().port();
      cluster.api().stop();
      try (TestEdge edge = TestEdge.start(directory, cluster.config(directory) + WEB)) {
        assertThatThrownBy(() -> edge.ask("web")).isInstanceOf(IOException.class);
        assertThat(edge.views().notReady()).get().asString().contains("cluster is not known");

        cluster.api().start(apiPort);
        await("ready", () -> edge.views().notReady().isEmpty());
        await("served", () -> edge.state("web", "node-1").equals("UP"));
        assertThat(edge.ask("web")).isEqualTo("node-1");
      }
    }
  }

  @Test
  void an_api_that_forbids_everything_empties_nothing() throws Exception {
    try (TestCluster cluster = new TestCluster(2);
        TestEdge edge = TestEdge.startInUse(directory, cluster.config(directory) + WEB)) {
      for (ApiResource resource : ApiResource.values()) {
        cluster.api().faults().answer(ApiVerb.LIST, resource, 3, 403);
        cluster.api().faults().answer(ApiVerb.WATCH, resource, 3, 403);
      }
      cluster.api().compact();
      cluster.api().cutWatches();

      await(
          "the API has said no",
          () ->
              edge.views().status().cluster().getFirst().watches().stream()
                  .anyMatch(w -> w.errors() > 1));
      assertThat(states(edge)).containsExactly("UP", "UP");
      assertThat(edge.ask("web")).startsWith("node-");
    }
  }

  @Test
  void a_changed_endpoint_reaches_the_table_quickly() throws Exception {
    try (TestCluster cluster = new TestCluster(2);
        TestEdge edge = TestEdge.startInUse(directory, cluster.config(directory) + WEB)) {
      long[] tookNs = new long[50];
      for (int i = 0; i < tookNs.length; i++) {
        boolean drains = i % 2 == 0;
        long startNs = System.nanoTime();
        cluster.endpoints(
            List.of(drains ? terminating("node-1") : ready("node-1"), ready("node-2")));
        while (drains == edge.state("web", "node-1").equals("UP")) {
          assertThat(System.nanoTime() - startNs).isLessThan(20_000_000_000L);
          Thread.onSpinWait();
        }
        tookNs[i] = System.nanoTime() - startNs;
      }
      Arrays.sort(tookNs);
      System.out.printf(
          "API change to table: median %.1f ms, worst of 50 %.1f ms%n",
          tookNs[25] / 1e6, tookNs[49] / 1e6);
    }
  }

  @Test
  void a_node_that_dies_is_replaced_before_the_client_notices() throws Exception {
    try (TestCluster cluster = new TestCluster(2);
        TestEdge edge = TestEdge.startInUse(directory, cluster.config(directory) + WEB);
        Load load = new Load(edge.port("web"), 2)) {
      cluster.node("node-1").close();
      await("node-1 is out", () -> edge.state("web", "node-1").equals("DOWN"));
      load.stop();
      // A request that was on its way to the node when it died is lost, as without an edge.
      assertThat(load.failures().size()).isLessThanOrEqualTo(2);
      for (int i = 0; i < 10; i++) {
        assertThat(edge.ask("web")).isEqualTo("node-2");
      }
    }
  }

  @Test
  void all_three_kinds_of_route_serve_side_by_side() throws Exception {
    try (TestCluster cluster = new TestCluster(2)) {
      for (String name : List.of("node-1", "node-2")) {
        cluster
            .api()
            .put(
                ApiResource.NODES,
                ApiObjects.label(
                    ApiObjects.node(name, cluster.node(name).address()),
                    "ingress",
                    name.equals("node-2") ? "yes" : "no"));
      }
      int port = cluster.node("node-1").port();
      String routes =
          """
          routes {
            service { port = 0, addresses = ["127.0.0.1"], service = "shop/web:80" }
            fixed   { port = 0, addresses = ["127.0.0.2"], backends = ["127.0.1.1:%d"] }
            nodes   { port = 0, addresses = ["127.0.0.3"], nodes = { selector = "ingress=yes", port = %d } }
          }
          """
              .formatted(port, port);
      try (TestEdge edge = TestEdge.startInUse(directory, cluster.config(directory) + routes)) {
        assertThat(ask("127.0.0.1", edge.port("service"))).startsWith("node-");
        assertThat(ask("127.0.0.2", edge.port("fixed"))).isEqualTo("node-1");
        assertThat(ask("127.0.0.3", edge.port("nodes"))).isEqualTo("node-2");
      }
    }
  }

  @Test
  void a_listener_that_cannot_be_bound_is_named_and_the_others_go_on() throws Exception {
    ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
    try (TestNode node = new TestNode("n", "127.0.1.9", 0)) {
      String routes =
          """
          routes {
            taken { port = %d, backends = ["127.0.1.9:%d"] }
            free  { port = 0, backends = ["127.0.1.9:%d"] }
          }
          """
              .formatted(taken.getLocalPort(), node.port(), node.port());
      try (TestEdge edge = TestEdge.start(directory, routes)) {
        assertThat(edge.views().status().problems())
            .singleElement()
            .asString()
            .contains("127.0.0.1:" + taken.getLocalPort(), "in use");
        assertThat(edge.ask("free")).isEqualTo("n");

        int port = taken.getLocalPort();
        taken.close();
        await("bound once it is free", () -> edge.views().status().problems().isEmpty());
        assertThat(TestEdge.ask(port)).isEqualTo("n");
      }
    }
  }

  @Test
  void a_reload_changes_routes_and_a_bad_file_changes_nothing() throws Exception {
    try (TestNode one = new TestNode("one", "127.0.1.7", 0);
        TestNode two = new TestNode("two", "127.0.1.8", 0)) {
      String first =
          "routes { a { port = 0, backends = [\"127.0.1.7:%d\"] } }".formatted(one.port());
      String second =
          "routes { a { port = 0, backends = [\"127.0.1.8:%d\"] } }".formatted(two.port());
      try (TestEdge edge = TestEdge.startInUse(directory, first)) {
        int port = edge.port("a");
        Socket held = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        assertThat(TestEdge.ask(held)).isEqualTo("one");

        assertThat(edge.reload(directory, "routs {}").problems()).isNotEmpty();
        assertThat(edge.ask("a")).isEqualTo("one");

        assertThat(edge.reload(directory, second).problems()).isEmpty();
        await(
            "the new backend is up", () -> edge.state("a", "127.0.1.8:" + two.port()).equals("UP"));
        assertThat(edge.port("a")).isEqualTo(port);
        assertThat(edge.ask("a")).isEqualTo("two");
        assertThat(TestEdge.ask(held)).isEqualTo("one");
        held.close();
      }
    }
  }

  @Test
  void a_drain_order_survives_restart_and_reload() throws Exception {
    try (TestCluster cluster = new TestCluster(2)) {
      String config = cluster.config(directory) + WEB;
      try (TestEdge edge = TestEdge.startInUse(directory, config)) {
        assertThat(edge.views().order(Target.parse("node-1"), Order.DRAIN).known()).isTrue();
        assertThat(edge.state("web", "node-1")).isEqualTo("DRAIN");
        edge.reload(directory, config);
        assertThat(edge.state("web", "node-1")).isEqualTo("DRAIN");
      }
      try (TestEdge edge = TestEdge.start(directory, config)) {
        await("known again", () -> edge.state("web", "node-1").equals("DRAIN"));
        assertThat(edge.views().order(Target.parse("node-1"), Order.READY).known()).isTrue();
        await("back", () -> edge.state("web", "node-1").equals("UP"));
        assertThat(edge.views().order(Target.parse("node-9"), Order.DRAIN).known()).isFalse();
      }
      // What was taken back is remembered, for a peer that has not heard of it.
      assertThat(Files.readString(directory.resolve("state/orders")))
          .matches("cleared node-1 \\d+\n");
    }
  }

  @Test
  void a_fixed_backend_is_drained_by_its_address_with_or_without_the_port() throws Exception {
    try (TestNode node = new TestNode("n", "127.0.1.6", 0)) {
      String fixed = "127.0.1.6:" + node.port();
      String routes = "routes { a { port = 0, backends = [\"" + fixed + "\"] } }";
      try (TestEdge edge = TestEdge.startInUse(directory, routes)) {
        for (String target : List.of(fixed, "127.0.1.6", "a/127.0.1.6")) {
          assertThat(edge.views().order(Target.parse(target), Order.DRAIN).known()).isTrue();
          assertThat(edge.state("a", fixed)).isEqualTo("DRAIN");
          assertThat(edge.views().order(Target.parse(target), Order.READY).known()).isTrue();
        }
        assertThat(edge.views().order(Target.parse("127.0.1.7"), Order.DRAIN).known()).isFalse();
      }
    }
  }

  private static List<String> states(TestEdge edge) {
    return RowsOf.backends(Moment.of(edge.running())).stream().map(b -> b.state()).toList();
  }

  private static String ask(String address, int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral(address), port)) {
      return TestEdge.ask(socket);
    }
  }

  /** Clients that ask again and again, each time on a new connection. */
  private static final class Load implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicReference<List<String>> failures = new AtomicReference<>(List.of());
    private volatile boolean closed;

    Load(int port, int clients) {
      for (int i = 0; i < clients; i++) {
        threads.execute(() -> ask(port));
      }
    }

    int answers() {
      return answers.get();
    }

    List<String> failures() {
      return failures.get();
    }

    void stop() {
      closed = true;
      threads.close();
    }

    @Override
    public void close() {
      stop();
    }

    private void ask(int port) {
      while (!closed) {
        try {
          TestEdge.ask(port);
          answers.incrementAndGet();
        } catch (IOException e) {
          failures.updateAndGet(before -> {
            List<String> after = new ArrayList<>(before);
            after.add(e.toString());
            return after;
          });
        }
      }
    }
  }
}
