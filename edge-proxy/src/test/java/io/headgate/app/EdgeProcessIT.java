package io.headgate.app;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiObjects.Endpoint;
import io.headgate.apiserver.ApiObjects.Port;
import io.headgate.apiserver.ApiResource;
import io.headgate.apiserver.ApiServer;
import io.headgate.testing.Command;
import io.headgate.testing.Needs;
import io.headgate.testing.Ports;
import io.headgate.testing.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The edge as an operator meets it: a process, signals, the command; nginx behind, wrk in front.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
final class EdgeProcessIT {
  private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

  @TempDir Path directory;
  private final ApiServer api = new ApiServer();
  private Program nginx;
  private int nodePort;
  private int port;
  private EdgeProcess edge;

  @BeforeEach
  void start() throws Exception {
    Needs.programs("nginx", "wrk", "kill");
    nodePort = Ports.free("127.0.0.1").getPort();
    port = Ports.free("127.0.0.1").getPort();
    nginx =
        Program.nginx(
            Program.draft().file("large", "0123456789abcdef".repeat(4_000_000)),
            """
            http {
              access_log off;
              server {
                listen 127.0.3.1:%1$d backlog=4096; listen 127.0.3.2:%1$d backlog=4096;
                listen 127.0.3.3:%1$d backlog=4096;
                root {};
                location = / { return 200 "$server_addr"; }
                location = /slow { limit_rate 4m; try_files /large =404; }
              }
            }
            """
                .formatted(nodePort));
    nginx.awaitPort(new InetSocketAddress("127.0.3.3", nodePort));
    api.start(0);
    for (String node : NODES) {
      api.put(ApiResource.NODES, ApiObjects.node(node, "127.0.3." + node.substring(5)));
    }
    var service = ApiObjects.service("shop", "web", new Port("http", 80, nodePort));
    service.withObject("/spec").put("externalTrafficPolicy", "Local");
    api.put(ApiResource.SERVICES, service);
    endpoints("none");
    Files.writeString(directory.resolve("kubeconfig"), api.kubeconfig());
    write("web { port = " + port + ", service = \"shop/web:http\" }");
    edge = new EdgeProcess(directory.resolve("headgate.conf"), directory.resolve("log"), Map.of());
    eventually(() -> assertThat(edge.output()).contains("serves"));
    eventually(() -> assertThat(headgate("status")).endsWith("exit 0\n"));
  }

  @AfterEach
  void end() {
    if (edge != null) {
      edge.close();
    }
    api.close();
    if (nginx != null) {
      nginx.close();
    }
  }

  @Test
  void wrk_loses_no_request_in_a_hundred_rolling_changes_and_twenty_cut_watches() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    CompletableFuture<String> load = CompletableFuture.supplyAsync(() -> wrk("8s"));
    for (int change = 0; change < 100; change++) {
      endpoints(NODES.get(random.nextInt(NODES.size())));
      if (change % 5 == 0) {
        api.cutWatches();
      }
      Thread.sleep(50);
    }
    endpoints("none");
    String report = load.get();
    assertThat(report)
        .as("seed %d, %s", seed, edge.output())
        .doesNotContain("Socket errors", "Non-2xx");
    eventually(() ->
        assertThat(headgate("backends", "--no-headers").lines())
            .filteredOn(line -> line.contains("UP"))
            .hasSize(3));
  }

  @Test
  void sigterm_lets_a_download_end_and_the_process_ends_with_0() throws Exception {
    CompletableFuture<String> download =
        CompletableFuture.supplyAsync(() ->
            Command.run("sh", "-c", "curl -sS --fail http://127.0.0.1:" + port + "/slow | wc -c"));
    eventually(
        () -> assertThat(headgate("routes", "--json")).containsPattern("\"active\"\\s*:\\s*1\\b"));
    edge.signal("TERM");
    eventually(() -> assertThat(refused()).isTrue());
    assertThat(edge.alive()).isTrue();
    assertThat(download.get().strip()).isEqualTo("64000000");
    assertThat(edge.awaitEnd()).isZero();
  }

  @Test
  void a_second_sigterm_does_not_wait() throws Exception {
    try (Socket held = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      eventually(() ->
          assertThat(headgate("routes", "--json")).containsPattern("\"active\"\\s*:\\s*1\\b"));
      edge.signal("TERM");
      eventually(() -> assertThat(refused()).isTrue());
      edge.signal("TERM");
      assertThat(edge.awaitEnd()).isZero();
      assertThat(held.isConnected()).isTrue();
    }
  }

  @Test
  void sighup_and_reload_put_a_good_file_in_force_and_refuse_a_bad_one() throws Exception {
    int second = Ports.free("127.0.0.1").getPort();
    String web = "web { port = " + port + ", service = \"shop/web:http\" }";
    String fixed =
        "\n fixed { port = " + second + ", backends = [\"127.0.3.1:" + nodePort + "\"] }";
    write(web + fixed);
    edge.signal("HUP");
    eventually(() ->
        assertThat(Command.run("curl", "-sS", "--fail", "http://127.0.0.1:" + second + "/"))
            .isEqualTo("127.0.3.1"));

    write(web + "\n fixed { prot = 1, backends = [] }");
    assertThat(headgate("reload")).contains("prot", "port", "exit 1");
    assertThat(headgate("status")).contains("reload").endsWith("exit 4\n");
    assertThat(Command.run("curl", "-sS", "--fail", "http://127.0.0.1:" + second + "/"))
        .isEqualTo("127.0.3.1");

    write(web);
    assertThat(headgate("reload")).endsWith("exit 0\n");
    assertThat(headgate("status")).endsWith("exit 0\n");
  }

  @Test
  void an_operator_drains_a_node_and_sees_why_it_is_out() {
    assertThat(headgate("drain", "node-1", "--wait", "--timeout", "30s")).endsWith("exit 0\n");
    assertThat(headgate("explain", "web")).contains("node-1", "DRAIN", "operator");
    for (int i = 0; i < 10; i++) {
      assertThat(Command.run("curl", "-sS", "--fail", "http://127.0.0.1:" + port + "/"))
          .isNotEqualTo("127.0.3.1");
    }
    assertThat(headgate("ready", "node-1")).endsWith("exit 0\n");
    assertThat(headgate("drain", "node-7")).contains("node-7").endsWith("exit 1\n");
  }

  private String wrk(String duration) {
    return Command.run(
        "wrk",
        "-t1",
        "-c16",
        "-d" + duration,
        "--timeout",
        "20s",
        "-H",
        "Connection: close",
        "http://127.0.0.1:" + port + "/");
  }

  private boolean refused() {
    try (Socket _ = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private String headgate(String... arguments) {
    return EdgeProcess.headgate(directory.resolve("admin.sock"), arguments);
  }

  private void endpoints(String terminating) {
    api.put(
        ApiResource.ENDPOINTSLICES,
        ApiObjects.endpointSlice(
            "shop",
            "web",
            "1",
            List.of("http"),
            NODES.stream()
                .map(node ->
                    node.equals(terminating)
                        ? Endpoint.terminating("10.244.0." + node.substring(5), node)
                        : Endpoint.ready("10.244.0." + node.substring(5), node))
                .toList()));
  }

  private void write(String routes) throws IOException {
    Files.writeString(
        directory.resolve("headgate.conf"),
        """
        headgate {
          name = test
          kubernetes { kubeconfig = "%s" }
          addresses = ["127.0.0.1"]
          routes { %s }
          state-directory = "%s"
          admin { socket = "%s", http = "" }
        }
        """
            .formatted(
                directory.resolve("kubeconfig"),
                routes,
                directory.resolve("state"),
                directory.resolve("admin.sock")));
  }
}
