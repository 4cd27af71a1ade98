package io.headgate.app;

import static io.headgate.app.TestEdge.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.headgate.admin.CheckView;
import io.headgate.admin.MetricFamily;
import io.headgate.admin.NodeView;
import io.headgate.admin.StatusView.ClusterView;
import io.headgate.apiserver.ApiCall;
import io.headgate.apiserver.ApiVerb;
import io.headgate.model.Explanation;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.OperatorOrders.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two clusters behind one address, as docs/clusters.md tells it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BlueGreenTest {
  private static final String ROUTE = "routes { web { port = 0, service = \"shop/web:http\" } }\n";

  @TempDir Path directory;

  @Test
  void an_upgrade_from_blue_to_green_fails_no_connection() throws Exception {
    try (TestCluster blue = blue(2);
        TestCluster green = green(3);
        TestEdge edge = TestEdge.startInUse(directory, leading(blue, "") + ROUTE);
        Load load = new Load(edge.port("web"), 4)) {
      reload(edge, leading(blue, "") + further("green", green, "weight = 0") + ROUTE);
      await("green is known and has passed its probes", () -> idle(edge, "green:node-3"));
      assertThat(notes(edge)).noneMatch(note -> note.startsWith("green:"));
      assertThat(edge.views().doctor())
          .as("before it has weight")
          .filteredOn(check -> check.check().equals("nodeports"))
          .extracting(CheckView::finding)
          .containsExactly("1 of 1 routes: every node accepts (5 addresses tried)");

      load.answersNext(100);
      assertThat(load.answeredBy()).as("weight 0").containsOnlyKeys("blue");
      for (int weight : List.of(10, 50, 90)) {
        reload(edge, shifted(blue, 100 - weight, green, weight));
        load.answersNext(100);
      }
      assertThat(load.answeredBy()).containsOnlyKeys("blue", "green");
      reload(edge, shifted(blue, 0, green, 100));
      load.forget();
      load.answersNext(100);
      assertThat(load.answeredBy()).as("after the shift").containsOnlyKeys("green");

      reload(edge, leading(green, "") + further("blue", blue, "weight = 0") + ROUTE);
      await("green leads", () -> live(edge, 0) && live(edge, 1));
      reload(edge, leading(green, "") + ROUTE);
      load.forget();
      load.answersNext(100);
      assertThat(load.answeredBy()).containsOnlyKeys("green");
      assertThat(names(edge)).containsExactly("node-1", "node-2", "node-3");
      load.stop();
      assertThat(load.failures()).isEmpty();
    }
  }

  @Test
  void new_connections_are_shared_by_weight_whatever_the_number_of_nodes() throws Exception {
    try (TestCluster blue = blue(1);
        TestCluster green = green(4);
        TestEdge edge = TestEdge.startInUse(directory, shifted(blue, 75, green, 25))) {
      await("both are in use", () -> edge.views().backends().size() == 5 && allUp(edge));
      Map<String, Integer> answered = new TreeMap<>();
      for (int i = 0; i < 600; i++) {
        answered.merge(cluster(edge.ask("web")), 1, Integer::sum);
      }
      // 150 are expected; one test in a million million is out of these bounds
      assertThat(answered.get("green")).isBetween(75, 225);
    }
  }

  @Test
  void when_the_API_of_blue_dies_both_go_on_and_what_green_says_still_counts() throws Exception {
    try (TestCluster blue = blue(2);
        TestCluster green = green(2);
        TestEdge edge = TestEdge.startInUse(directory, shifted(blue, 50, green, 50));
        Load load = new Load(edge.port("web"), 2)) {
      await("both are in use", () -> edge.views().backends().size() == 4 && allUp(edge));
      blue.api().stop();
      green.endpoints(List.of(TestCluster.ready("node-2")));
      await("green is heard", () -> edge.state("web", "green:node-1").equals("DOWN"));
      load.forget();
      load.answersNext(100);
      assertThat(load.answeredBy()).containsOnlyKeys("blue", "green");
      load.stop();
      assertThat(load.failures()).isEmpty();
    }
  }

  @Test
  void when_all_nodes_of_blue_die_green_stands_in() throws Exception {
    try (TestCluster blue = blue(2);
        TestCluster green = green(2);
        TestEdge edge =
            TestEdge.start(
                directory, leading(blue, "") + further("green", green, "priority = 1") + ROUTE)) {
      await("both are well", () -> edge.views().backends().size() == 4 && allUp(edge));
      for (int i = 0; i < 50; i++) {
        assertThat(edge.ask("web")).startsWith("blue-");
      }
      blue.stopNodes();
      await("green answers", () -> answers(edge, "green"));
      await("blue is known to be down", () -> edge.state("web", "node-1").equals("DOWN"));
      await("both of it", () -> edge.state("web", "node-2").equals("DOWN"));
      for (int i = 0; i < 50; i++) {
        assertThat(edge.ask("web")).startsWith("green-");
      }
      assertThat(notes(edge)).anyMatch(note -> note.startsWith("clusters of priority 1 serve"));
    }
  }

  @Test
  void a_cluster_that_was_never_there_harms_nobody_and_is_named() throws Exception {
    Path nowhere = directory.resolve("nowhere");
    try (TestCluster blue = blue(2);
        TestCluster green = green(1)) {
      Files.writeString(nowhere, green.api().kubeconfig());
      green.api().stop();
      String further = "clusters { green { kubeconfig = \"" + nowhere + "\" } }\n";
      try (TestEdge edge = TestEdge.startInUse(directory, leading(blue, "") + further + ROUTE)) {
        assertThat(edge.ask("web")).startsWith("blue-");
        assertThat(notes(edge)).contains("green: cluster not known yet");
        assertThat(edge.views().notReady()).isEmpty();
        assertThat(edge.views().status().problems())
            .anyMatch(problem -> problem.startsWith("cluster green: the cluster is not known yet"));
      }
    }
  }

  @Test
  void after_the_upgrade_an_edge_that_finds_no_API_starts_with_green() throws Exception {
    try (TestCluster blue = blue(2);
        TestCluster green = green(2)) {
      String promoted;
      try (TestEdge edge = TestEdge.startInUse(directory, shifted(blue, 50, green, 50))) {
        await("both are in use", () -> edge.views().backends().size() == 4 && allUp(edge));
        promoted = leading(green, "") + further("blue", blue, "weight = 0") + ROUTE;
        reload(edge, promoted);
      }
      blue.api().stop();
      green.api().stop();
      try (TestEdge edge = TestEdge.start(directory, promoted)) {
        await("green answers", () -> answers(edge, "green"));
        await("blue is known, too", () -> idle(edge, "blue:node-1"));
        assertThat(names(edge)).containsExactly("blue:node-1", "blue:node-2", "node-1", "node-2");
      }
    }
  }

  @Test
  void a_snapshot_goes_with_its_cluster_to_another_name_and_leaves_with_it() throws Exception {
    Path asGreen = directory.resolve("state/cluster-green.snapshot");
    Path asLime = directory.resolve("state/cluster-lime.snapshot");
    try (TestCluster blue = blue(1);
        TestCluster green = green(1);
        TestEdge edge = TestEdge.startInUse(directory, shifted(blue, 50, green, 50))) {
      await("both are in use", () -> edge.views().backends().size() == 2 && allUp(edge));
      await("it is on disk", () -> Files.exists(asGreen));
      green.api().stop();
      reload(edge, leading(blue, "") + further("lime", green, "") + ROUTE);
      assertThat(asGreen).doesNotExist();
      assertThat(asLime).exists();
      assertThat(names(edge)).containsExactly("lime:node-1", "node-1");
      assertThat(edge.state("web", "lime:node-1")).isEqualTo("UP");
      reload(edge, leading(blue, "") + ROUTE);
      assertThat(asLime).doesNotExist();
      assertThat(names(edge)).containsExactly("node-1");
    }
  }

  @Test
  void everything_that_is_shown_names_the_cluster_and_nothing_is_written_to_it() throws Exception {
    try (TestCluster blue = blue(2);
        TestCluster green = green(2);
        TestEdge edge = TestEdge.startInUse(directory, shifted(blue, 100, green, 50))) {
      await("both are in use", () -> edge.views().backends().size() == 4 && allUp(edge));
      assertThat(edge.views().status().cluster())
          .extracting(ClusterView::name, ClusterView::weight, ClusterView::freshness)
          .containsExactly(tuple("kubernetes", 100, "live"), tuple("green", 50, "live"));
      assertThat(edge.views().nodes())
          .extracting(NodeView::node)
          .containsExactly("green:node-1", "green:node-2", "node-1", "node-2");
      assertThat(fresh(edge)).containsExactlyInAnyOrder(Map.of(), Map.of("cluster", "green"));
      assertThat(edge.views().doctor())
          .filteredOn(check -> check.finding().startsWith("cluster green: "))
          .extracting(CheckView::check)
          .contains("nodes", "api", "rights");

      Target target = Target.parse("green:node-1");
      assertThat(edge.views().order(target, Order.DRAIN).known()).isTrue();
      assertThat(edge.state("web", "green:node-1")).isEqualTo("DRAIN");
      assertThat(edge.state("web", "node-1")).isEqualTo("UP");
      assertThat(green.api().calls())
          .filteredOn(call -> !call.resource().startsWith("selfsubject"))
          .extracting(ApiCall::verb)
          .isNotEmpty()
          .allMatch(verb -> verb == ApiVerb.LIST || verb == ApiVerb.WATCH || verb == ApiVerb.GET);
    }
  }

  private static TestCluster blue(int nodes) throws IOException {
    return new TestCluster(nodes, "127.0.1.", "blue-");
  }

  private static TestCluster green(int nodes) throws IOException {
    return new TestCluster(nodes, "127.0.4.", "green-");
  }

  private String shifted(TestCluster blue, int weightOfBlue, TestCluster green, int weightOfGreen)
      throws IOException {
    return leading(blue, "weight = " + weightOfBlue)
        + further("green", green, "weight = " + weightOfGreen)
        + ROUTE;
  }

  private String leading(TestCluster cluster, String more) throws IOException {
    return "kubernetes { kubeconfig = \"%s\", lease-namespace = headgate\n%s }\n"
        .formatted(kubeconfig(cluster), more);
  }

  private String further(String name, TestCluster cluster, String more) throws IOException {
    return "clusters { %s { kubeconfig = \"%s\"\n%s } }\n"
        .formatted(name, kubeconfig(cluster), more);
  }

  private Path kubeconfig(TestCluster cluster) throws IOException {
    Path file = directory.resolve("kubeconfig-" + cluster.api().port());
    return Files.exists(file) ? file : Files.writeString(file, cluster.api().kubeconfig());
  }

  private void reload(TestEdge edge, String body) throws IOException {
    assertThat(edge.reload(directory, body).problems()).isEmpty();
  }

  private static String cluster(String answer) {
    return answer.substring(0, answer.indexOf('-'));
  }

  private static boolean answers(TestEdge edge, String cluster) {
    try {
      return cluster(edge.ask("web")).equals(cluster);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean idle(TestEdge edge, String node) {
    return edge.views().backends().stream()
        .anyMatch(
            backend -> backend.node().equals(node) && backend.reason().equals("cluster weight 0"));
  }

  private static boolean allUp(TestEdge edge) {
    return edge.views().backends().stream().allMatch(backend -> backend.state().equals("UP"));
  }

  private static boolean live(TestEdge edge, int cluster) {
    return edge.views().status().cluster().get(cluster).freshness().equals("live");
  }

  private static List<String> names(TestEdge edge) {
    return edge.views().backends().stream().map(backend -> backend.node()).toList();
  }

  private static List<String> notes(TestEdge edge) {
    return edge.views().explain("web").stream()
        .map(Explanation::notes)
        .flatMap(List::stream)
        .toList();
  }

  private static List<Map<String, String>> fresh(TestEdge edge) {
    return edge.views().metrics().stream()
        .filter(family -> family.name().equals("headgate_cluster_fresh"))
        .flatMap(BlueGreenTest::labels)
        .toList();
  }

  private static Stream<Map<String, String>> labels(MetricFamily family) {
    return family.samples().stream().map(MetricFamily.Sample::labels);
  }

  /** Clients that ask again and again, each time on a new connection. */
  private static final class Load implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean closed;

    Load(int port, int clients) {
      for (int i = 0; i < clients; i++) {
        threads.execute(() -> askAgainAndAgain(port));
      }
    }

    void answersNext(int count) throws InterruptedException {
      int until = asked.get() + count;
      await(count + " more answers", () -> asked.get() >= until);
    }

    /** From now on; what is being asked has been answered when this returns. */
    void forget() throws InterruptedException {
      answersNext(50);
      answers.clear();
    }

    Map<String, Integer> answeredBy() {
      Map<String, Integer> by = new TreeMap<>();
      answers.forEach(answer -> by.merge(cluster(answer), 1, Integer::sum));
      return by;
    }

    List<String> failures() {
      return List.copyOf(failures);
    }

    void stop() {
      closed = true;
      threads.close();
    }

    @Override
    public void close() {
      stop();
    }

    private void askAgainAndAgain(int port) {
      while (!closed) {
        try {
          answers.add(TestEdge.ask(port));
        } catch (IOException e) {
          failures.add(e.toString());
        }
        asked.incrementAndGet();
      }
    }
  }
}
