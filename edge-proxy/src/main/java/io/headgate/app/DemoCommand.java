package io.headgate.app;

import io.headgate.apiserver.ApiServer;
import io.headgate.cli.ExitCode;
import io.headgate.config.ConfigFile;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.InvalidConfigException;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code headgate demo}: an edge, a cluster and clients in one process. */
@Command(
    name = "demo",
    description = {
      "Play three nodes, a Kubernetes API and an edge on this machine.",
      "Something happens every few seconds. Needs no cluster and no root."
    },
    footer = {"", "Exit: 0 when no client noticed anything, 1 otherwise."})
final class DemoCommand implements Callable<Integer> {
  private static final Duration BETWEEN_STEPS = Duration.ofSeconds(3);
  private static final Duration START_WITHIN = Duration.ofSeconds(60);
  private static final int HTTPS_ABOVE_HTTP = 363; // 8080 and 8443
  private static final int PAGE_PORT = 9900;

  @SuppressWarnings("NullAway.Init") // by picocli
  @Spec
  private CommandSpec spec;

  @Option(names = "--seconds", paramLabel = "N", description = "End after so long; default: Ctrl-C")
  private long seconds = Long.MAX_VALUE / 1_000_000_000L;

  @Option(
      names = "--port",
      paramLabel = "P",
      defaultValue = "8080",
      description = "Port for HTTP, with that for TLS 363 above. Default: ${DEFAULT-VALUE}")
  private int port;

  @Override
  public Integer call() throws InterruptedException {
    Path directory = null;
    try {
      directory = Files.createTempDirectory("headgate-demo-");
      return play(directory);
    } catch (IOException | GeneralSecurityException e) {
      spec.commandLine().getErr().println("the demo cannot start: " + e.getMessage());
      spec.commandLine().getErr().flush();
      return ExitCode.FAILED;
    } finally {
      if (directory != null) {
        delete(directory);
      }
    }
  }

  private int play(Path directory)
      throws IOException, GeneralSecurityException, InterruptedException {
    CompletableFuture<Integer> end = new CompletableFuture<>();
    Signals.on("INT", () -> end.complete(ExitCode.FINE));
    Signals.on("TERM", () -> end.complete(ExitCode.FINE));
    X509Bundle certificate = certificate();
    List<DemoNode> nodes = new ArrayList<>();
    try (ApiServer api = new ApiServer()) {
      api.start(0);
      for (int i = 1; i <= 3; i++) {
        DemoNode node = new DemoNode("node-" + i, "127.0.0.1" + i, Optional.of(certificate));
        nodes.add(node);
        node.start();
      }
      DemoCluster cluster = new DemoCluster(api, nodes);
      cluster.create();
      Path file = writeConfig(directory, api);
      HeadgateConfig config = ConfigFile.read(file, Map.of());
      try (RunningEdge edge = edge(config, file, end);
          DemoTraffic traffic = new DemoTraffic(port)) {
        edge.start();
        checkBound(edge);
        awaitBackends(edge);
        explain(directory, file);
        traffic.start();
        return show(new DemoScript(cluster), traffic, edge, end);
      }
    } catch (InvalidConfigException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      nodes.forEach(DemoNode::close);
    }
  }

  private static X509Bundle certificate() throws IOException {
    try {
      return new CertificateBuilder()
          .subject("CN=headgate demo")
          .addSanDnsName("localhost")
          .setIsCertificateAuthority(true)
          .buildSelfSigned();
    } catch (Exception e) { // its declaration says no more
      throw new IOException("no certificate for the TLS nodes: " + e.getMessage(), e);
    }
  }

  private static RunningEdge edge(
      HeadgateConfig config, Path file, CompletableFuture<Integer> end) {
    EventLog events = new EventLog();
    FileReload reload = new FileReload(file, config, Map.of(), events, () -> {}, () -> {});
    RunningEdge edge = new RunningEdge(config, events, reload, end::completeExceptionally);
    reload.attach(edge);
    return edge;
  }

  /** Lets the script go on until it is time to end; returns the exit code. */
  private int show(
      DemoScript script, DemoTraffic traffic, RunningEdge edge, CompletableFuture<Integer> end)
      throws InterruptedException {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    String last = "all is well";
    while (true) {
      long leftNs = endNs - System.nanoTime();
      if (leftNs <= 0 || ended(end, Math.min(leftNs, BETWEEN_STEPS.toNanos()))) {
        return summary(traffic);
      }
      say(line(last, traffic, edge));
      last = script.advance();
    }
  }

  private static boolean ended(CompletableFuture<Integer> end, long waitNs)
      throws InterruptedException {
    try {
      end.get(waitNs, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static String line(String happened, DemoTraffic traffic, RunningEdge edge) {
    String states =
        RowsOf.backends(Moment.of(edge)).stream()
            .filter(backend -> backend.route().equals("http"))
            .map(backend -> backend.node() + " " + backend.state())
            .collect(Collectors.joining(", "));
    return "%s%n  backends: %s%n  new connections: %s   held open: %s   failed: %d   cut: %d"
        .formatted(
            happened,
            states,
            traffic.answersSinceLastAsked(),
            traffic.held(),
            traffic.failed(),
            traffic.cut());
  }

  private int summary(DemoTraffic traffic) {
    say(
        "%d requests answered, %d failed; %d held connections cut"
            .formatted(traffic.answered(), traffic.failed(), traffic.cut()));
    return traffic.failed() == 0 && traffic.cut() == 0 && traffic.answered() > 0
        ? ExitCode.FINE
        : ExitCode.FAILED;
  }

  private Path writeConfig(Path directory, ApiServer api) throws IOException {
    Path kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(kubeconfig, api.kubeconfig());
    Path file = directory.resolve("headgate.conf");
    return Files.writeString(
        file,
        """
        headgate {
          name = demo
          kubernetes { kubeconfig = "%s" }
          addresses = ["127.0.0.1"]
          routes {
            http  { port = %d, service = "demo/web:http" }
            https { port = %d, service = "demo/web:https" }
          }
          defaults { balance = round-robin }
          state-directory = "%s"
          admin { socket = "%s", http = "127.0.0.1:%d" }
        }
        """
            .formatted(
                kubeconfig,
                port,
                port + HTTPS_ABOVE_HTTP,
                directory.resolve("state"),
                directory.resolve("admin.sock"),
                PAGE_PORT));
  }

  private static void checkBound(RunningEdge edge) throws IOException {
    String problems =
        edge.listeners().stream()
            .flatMap(status -> status.problem().stream())
            .collect(Collectors.joining("; "));
    if (!problems.isEmpty()) {
      throw new IOException(problems);
    }
  }

  /** The clients come when there is something to be seen. */
  private static void awaitBackends(RunningEdge edge) throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + START_WITHIN.toNanos();
    while (!RowsOf.routes(Moment.of(edge)).stream().allMatch(route -> route.usable() == 3)) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new IOException("the nodes are not UP after " + START_WITHIN.toSeconds() + " s");
      }
      Thread.sleep(20);
    }
  }

  private void explain(Path directory, Path file) {
    String socket = "--admin-socket " + directory.resolve("admin.sock");
    say(
        """
        Three nodes (127.0.0.11 to 127.0.0.13), a Kubernetes API and an edge are running.

          curl http://127.0.0.1:%1$d/            which node answers
          curl -k https://127.0.0.1:%2$d/        the same through TLS, which the edge passes on
          http://127.0.0.1:%3$d/                 the page
          headgate status %4$s
          headgate explain http %4$s
          headgate drain node-1 %4$s
          %5$s   the edge's configuration

        Every %6$d seconds something happens to the cluster. Ctrl-C ends it.
        """
            .formatted(
                port, port + HTTPS_ABOVE_HTTP, PAGE_PORT, socket, file, BETWEEN_STEPS.toSeconds()));
  }

  private void say(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(text);
    out.flush();
  }

  /** With all that is in it. */
  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      // A temporary directory that stays behind harms nobody.
    }
  }
}
