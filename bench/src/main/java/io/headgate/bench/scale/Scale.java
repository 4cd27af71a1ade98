package io.headgate.bench.scale;

import io.headgate.apiserver.ApiServer;
import io.headgate.config.ConfigFile;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.InvalidConfigException;
import io.headgate.desired.DesiredState;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.Route;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** {@code bench/scale}: from a change in a large cluster to the table that serves it. */
public final class Scale {
  private static final String USAGE =
      """
      usage: bench/scale [--services N] [--nodes N] [--events N]
        --services N   in the largest cluster, each with two EndpointSlices (10000)
        --nodes N      in the largest cluster (5000)
        --events N     of each kind (200)
      The same is measured with a tenth of it first, for how the figures grow.
      """;

  private static final int WARM_UP_EVENTS = 100;

  private final LargeCluster cluster;
  private final MeasuredEdge edge;
  private final int services;
  private final int nodes;
  private final int events;

  private Scale(LargeCluster cluster, MeasuredEdge edge, int services, int nodes, int events) {
    this.cluster = cluster;
    this.edge = edge;
    this.services = services;
    this.nodes = nodes;
    this.events = events;
  }

  public static void main(String[] arguments) throws Exception {
    int services = 10_000;
    int nodes = 5_000;
    int events = 200;
    for (int i = 0; i < arguments.length; i += 2) {
      int value = i + 1 < arguments.length ? number(arguments[i + 1]) : -1;
      switch (value > 0 ? arguments[i] : "") {
        case "--services" -> services = value;
        case "--nodes" -> nodes = value;
        case "--events" -> events = value;
        default -> {
          System.err.print(USAGE);
          System.exit(arguments[i].equals("--help") ? 0 : 2);
        }
      }
    }
    of(Math.max(1, services / 10), Math.max(1, nodes / 10), events);
    of(services, nodes, events);
  }

  private static int number(String text) {
    return text.matches("[1-9][0-9]{0,6}") ? Integer.parseInt(text) : -1;
  }

  private static void of(int services, int nodes, int events)
      throws IOException, InterruptedException, InvalidConfigException {
    Path directory = Files.createTempDirectory("headgate-scale-");
    try (var api = new ApiServer()) {
      api.start(0);
      var cluster = new LargeCluster(api, services, nodes);
      cluster.create();
      HeadgateConfig config = config(directory, api);
      long heapBefore = usedHeapBytes();
      try (var edge = new MeasuredEdge(config, config.kubernetes().orElseThrow(), directory)) {
        new Scale(cluster, edge, services, nodes, events).run(heapBefore);
      }
    }
  }

  private static HeadgateConfig config(Path directory, ApiServer api)
      throws IOException, InvalidConfigException {
    Path kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(kubeconfig, api.kubeconfig());
    Path file = directory.resolve("headgate.conf");
    Files.writeString(
        file,
        """
        headgate {
          kubernetes { kubeconfig = "%s" }
          load-balancer { pools { large { addresses = ["127.64.0.1-127.127.255.254"] } } }
          state-directory = "%s"
        }
        """
            .formatted(kubeconfig, directory));
    return ConfigFile.read(file, Map.of());
  }

  private void run(long heapBefore) throws InterruptedException {
    System.out.printf(
        Locale.ROOT,
        "%n%,d Services, %,d EndpointSlices, %,d Nodes%n",
        services,
        services * LargeCluster.SLICES_PER_SERVICE,
        nodes);
    long startNs = System.nanoTime();
    edge.start();
    long firstNs =
        edge.publishedNs(state -> state.table().listeners().size() == services) - startNs;
    edge.followedNs();
    long boundNs = System.nanoTime() - startNs;
    System.out.printf(
        Locale.ROOT,
        "  from the first request to the first table  %6.2f s, with %,d backends%n"
            + "  to all listeners bound                     %6.2f s%n",
        firstNs / 1e9,
        backends(),
        boundNs / 1e9);
    settle();
    System.out.printf(
        Locale.ROOT,
        "  heap in use, over that of the API's objects  %,d MiB%n",
        (usedHeapBytes() - heapBefore) >> 20);
    measure();
    System.out.printf(
        Locale.ROOT,
        "  heap in use after all of it                 %,d MiB%n",
        (usedHeapBytes() - heapBefore) >> 20);
  }

  private long backends() {
    return edge.state().table().listeners().values().stream()
        .mapToLong(route -> route.backends().size())
        .sum();
  }

  /** Until every backend of every route has been found well. */
  private void settle() throws InterruptedException {
    long startNs = System.nanoTime();
    int rounds = 0;
    do {
      edge.everythingAnswers();
      Thread.sleep(20);
      edge.followedNs();
      rounds++;
    } while (!edge.state().table().listeners().values().stream().allMatch(Scale::isWell));
    System.out.printf(
        Locale.ROOT,
        "  to every backend found well, %d rounds      %6.2f s%n",
        rounds,
        (System.nanoTime() - startNs) / 1e9);
  }

  private static boolean isWell(Route route) {
    return route.backends().stream()
            .allMatch(b -> b.state() == BackendState.UP || b.state() == BackendState.DOWN)
        && route.backends().stream().anyMatch(b -> b.state() == BackendState.UP);
  }

  /** One change of one kind, there and back. */
  private interface Event {
    void happen(int number, boolean there);
  }

  private void measure() throws InterruptedException {
    System.out.println(
        "  event to table, ms          p50    p99    max    to every loop: p50    p99    max");
    List<Backend> all =
        edge.state().table().listeners().values().stream()
            .flatMap(route -> route.backends().stream())
            .limit(1000)
            .toList();
    kind("endpoint (Local)", (i, there) -> cluster.endpoint(local(i), !there));
    kind("node is leaving", (i, there) -> cluster.leaving(i * 7 % nodes, there));
    kind("node is deleted", (i, there) -> cluster.node(i * 13 % nodes, !there));
    kind(
        "kube-proxy says 503",
        (i, there) -> edge.kubeProxy(host(all.get(i * 11 % all.size())), !there));
    kind("port of a Service", (i, there) -> cluster.port(i * 17 % services, there ? 81 : 80));
    kind("Service is deleted", (i, there) -> cluster.service(i * 19 % services, !there));
  }

  private int local(int number) {
    return number * 10 % services / 10 * 10 + 9;
  }

  private static InetAddress host(Backend backend) {
    return backend.address().getAddress();
  }

  private void kind(String name, Event event) throws InterruptedException {
    for (int i = 0; i < WARM_UP_EVENTS / 2; i++) {
      pair(event, i, new ArrayList<>(), new ArrayList<>());
    }
    List<Long> published = new ArrayList<>();
    List<Long> followed = new ArrayList<>();
    for (int i = 0; i < events / 2; i++) {
      pair(event, WARM_UP_EVENTS + i, published, followed);
    }
    System.out.printf(
        Locale.ROOT,
        "  %-24s %6.1f %6.1f %6.1f %20.1f %6.1f %6.1f%n",
        name,
        ms(published, 0.5),
        ms(published, 0.99),
        ms(published, 1),
        ms(followed, 0.5),
        ms(followed, 0.99),
        ms(followed, 1));
  }

  private void pair(Event event, int number, List<Long> published, List<Long> followed)
      throws InterruptedException {
    for (boolean there : new boolean[] {true, false}) {
      long generation = edge.state().table().generation();
      Predicate<DesiredState> newer = state -> state.table().generation() > generation;
      long startNs = System.nanoTime();
      event.happen(number, there);
      published.add(edge.publishedNs(newer) - startNs);
      followed.add(edge.followedNs() - startNs);
      edge.everythingAnswers();
      edge.quiet();
    }
  }

  private static double ms(List<Long> ns, double quantile) {
    long[] sorted = ns.stream().mapToLong(Long::longValue).sorted().toArray();
    int index = (int) Math.ceil(quantile * sorted.length) - 1;
    return sorted[Math.max(0, index)] / 1e6;
  }

  private static long usedHeapBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
