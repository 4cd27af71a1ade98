package io.headgate.app;

import io.headgate.apiserver.ApiServer;
import io.headgate.cli.ExitCode;
import io.headgate.cli.HeadgateCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code headgate aot}: a short life of an edge, for the launcher to record. It is {@link
 * RunCommand} itself, followed by the verbs that ask it, with three nodes, a cluster and clients in
 * the same process. That the process then ends by itself is what makes the JVM write the cache.
 */
@Command(
    name = "aot",
    description = {
      "Make the AOT cache of this installation, with which all of it starts faster.",
      "Plays an edge for some seconds; does nothing where the cache that is there fits."
    },
    footer = {"", "Exit: 0 when there is a cache that fits, 1 otherwise."})
final class AotCommand implements Callable<Integer> {
  private static final Duration START_WITHIN = Duration.ofSeconds(60);
  private static final List<List<String>> QUESTIONS =
      List.of(
          List.of("status"),
          List.of("status", "--json"),
          List.of("routes"),
          List.of("backends"),
          List.of("nodes"),
          List.of("explain", "cluster"),
          List.of("events"),
          List.of("reload", "--wait"));

  @SuppressWarnings("NullAway.Init") // by picocli
  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    Path directory = Files.createTempDirectory("headgate-aot-");
    List<DemoNode> nodes = new ArrayList<>();
    try (ApiServer api = new ApiServer()) {
      api.start(0);
      String network = freeNetwork();
      for (int i = 1; i <= 3; i++) {
        // No certificate: what makes it is signed code, which a cache never holds, but which each
        // start would verify once the cache holds something that uses it.
        DemoNode node = new DemoNode("node-" + i, network + i, Optional.empty());
        nodes.add(node);
        node.start();
      }
      new DemoCluster(api, nodes).create();
      return play(directory, api, network);
    } finally {
      nodes.forEach(DemoNode::close);
      DemoCommand.delete(directory);
    }
  }

  private int play(Path directory, ApiServer api, String network) throws IOException {
    String edge = network + "9";
    int cluster = freePort(edge);
    int fixed = freePort(edge);
    Path file = writeConfig(directory, api, network, cluster, fixed, freePort(edge));
    var traffic =
        new TrainingTraffic(
            List.of(new InetSocketAddress(edge, cluster), new InetSocketAddress(edge, fixed)));
    CompletableFuture<Integer> asked =
        CompletableFuture.supplyAsync(() -> {
          try {
            return useEdge(directory.resolve("admin.sock"), traffic);
          } finally {
            Signals.raise("TERM");
          }
        });
    int ended = new CommandLine(new RunCommand()).execute("--config", file.toString());
    return Math.max(ended, asked.join());
  }

  private int useEdge(Path socket, TrainingTraffic traffic) {
    long deadlineNs = System.nanoTime() + START_WITHIN.toNanos();
    while (!traffic.accepted() || ask(socket, List.of("status")) != ExitCode.FINE) {
      if (System.nanoTime() - deadlineNs > 0) {
        complain("the edge is not well after " + START_WITHIN.toSeconds() + " s");
        return ExitCode.FAILED;
      }
      Thread.onSpinWait();
    }
    traffic.run();
    if (!traffic.failure().isEmpty()) {
      complain("a client: " + traffic.failure());
      return ExitCode.FAILED;
    }
    for (List<String> question : QUESTIONS) {
      int exit = ask(socket, question);
      if (exit != ExitCode.FINE) {
        complain("headgate " + String.join(" ", question) + ": exit code " + exit);
        return ExitCode.FAILED;
      }
    }
    return ExitCode.FINE;
  }

  private void complain(String text) {
    spec.commandLine().getErr().println(text);
    spec.commandLine().getErr().flush();
  }

  private static int ask(Path socket, List<String> question) {
    List<String> words = new ArrayList<>(question);
    words.addAll(List.of("--admin-socket", socket.toString()));
    return HeadgateCommand.commandLine(Version.TEXT)
        .setOut(new PrintWriter(Writer.nullWriter()))
        .setErr(new PrintWriter(Writer.nullWriter()))
        .execute(words.toArray(String[]::new));
  }

  private static Path writeConfig(
      Path directory, ApiServer api, String network, int cluster, int fixed, int page)
      throws IOException {
    Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), api.kubeconfig());
    return Files.writeString(
        directory.resolve("headgate.conf"),
        """
        headgate {
          name = training
          kubernetes { kubeconfig = "%1$s" }
          addresses = ["%2$s9"]
          routes {
            cluster { port = %3$d, service = "demo/web:http" }
            fixed { port = %4$d, backends = ["%2$s1:%6$d", "%2$s2:%6$d"] }
          }
          state-directory = "%7$s"
          admin { socket = "%8$s", http = "%2$s9:%5$d" }
        }
        """
            .formatted(
                kubeconfig,
                network,
                cluster,
                fixed,
                page,
                DemoNode.HTTP_NODE_PORT,
                directory.resolve("state"),
                directory.resolve("admin.sock")));
  }

  /**
   * The first three bytes of loopback addresses that hardly anybody else has: an edge that serves,
   * and another recording, may be on this host.
   */
  private static String freeNetwork() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "127." + random.nextInt(64, 128) + "." + random.nextInt(256) + ".";
  }

  private static int freePort(String address) throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral(address))) {
      return socket.getLocalPort();
    }
  }
}
