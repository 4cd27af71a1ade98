package io.headgate.app;

import io.headgate.admin.CheckView;
import io.headgate.config.ClustersConfig;
import io.headgate.config.RouteConfig;
import io.headgate.config.RouteConfig.Source;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.Route;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** Whether connections from here to the backends of the cluster's routes are accepted. */
final class NodePorts {
  private static final int MOST_OF_A_ROUTE = 50; // in each cluster
  private static final int MOST_IN_ALL = 500;
  private static final int AT_ONCE = 100;
  private static final int PATIENCE_MS = 1_000;

  private NodePorts() {}

  /** What became of an attempt to connect. */
  enum Outcome {
    ACCEPTED,
    REFUSED,
    SILENT,
    UNREACHABLE
  }

  /** Tries each address once, whatever number of routes have it; blocks. */
  static List<CheckView> of(Moment now) throws InterruptedException {
    Map<String, List<Backend>> byRoute = new LinkedHashMap<>();
    Map<InetSocketAddress, Optional<Outcome>> tried = new LinkedHashMap<>();
    List<CheckView> checks = new ArrayList<>();
    Map<String, Route> table = now.state().table().routes();
    for (RouteConfig config : now.state().routes()) {
      Route route = table.get(config.name());
      if (route == null || config.source() instanceof Source.Fixed) {
        continue;
      }
      List<Backend> backends = sample(route, now.inputs().config().clusters());
      backends.forEach(backend -> tried.put(backend.address(), Optional.empty()));
      byRoute.put(route.name(), backends);
    }
    attempt(tried);
    int all = 0;
    for (var entry : byRoute.entrySet()) {
      Optional<CheckView> trouble = trouble(entry.getKey(), entry.getValue(), tried);
      trouble.ifPresent(checks::add);
      all += trouble.isEmpty() ? 1 : 0;
    }
    if (all > 0) {
      long accepted = tried.values().stream().filter(Optional::isPresent).count();
      checks.addFirst(
          CheckView.ok(
              "nodeports",
              "%d of %d routes: every node accepts (%d addresses tried)"
                  .formatted(all, byRoute.size(), accepted)));
    }
    checks.addAll(firewall(tried));
    return checks;
  }

  /** Nodes that were silent are asked at ports that every node has, whether they are there. */
  private static List<CheckView> firewall(Map<InetSocketAddress, Optional<Outcome>> tried)
      throws InterruptedException {
    Map<InetSocketAddress, Optional<Outcome>> signs = new LinkedHashMap<>();
    Firewall.signsOfLife(known(tried)).forEach(address -> signs.put(address, Optional.empty()));
    attempt(signs);
    return Firewall.of(known(tried), known(signs)).stream().toList();
  }

  private static Map<InetSocketAddress, Outcome> known(
      Map<InetSocketAddress, Optional<Outcome>> tried) {
    Map<InetSocketAddress, Outcome> known = new LinkedHashMap<>();
    tried.forEach((address, outcome) -> outcome.ifPresent(it -> known.put(address, it)));
    return known;
  }

  /** Those that should answer: without a ready endpoint a NodePort is silent by design. */
  private static List<Backend> sample(Route route, ClustersConfig clusters) {
    Map<String, Integer> taken = new HashMap<>();
    List<Backend> sample = new ArrayList<>();
    for (Backend backend : route.backends()) {
      if (shouldAnswer(backend, clusters)
          && taken.merge(backend.cluster(), 1, Integer::sum) <= MOST_OF_A_ROUTE) {
        sample.add(backend);
      }
    }
    return sample;
  }

  /** A cluster without weight is to be looked at before it is given some. */
  private static boolean shouldAnswer(Backend backend, ClustersConfig clusters) {
    boolean idle =
        backend.state() == BackendState.DRAIN && clusters.share(backend.cluster()).weight() == 0;
    return backend.state() != BackendState.MAINT
        && (backend.weight() > 0 || backend.works() || idle);
  }

  private static void attempt(Map<InetSocketAddress, Optional<Outcome>> tried)
      throws InterruptedException {
    Semaphore free = new Semaphore(AT_ONCE);
    Map<InetSocketAddress, Future<Outcome>> running = new LinkedHashMap<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      tried.keySet().stream()
          .limit(MOST_IN_ALL)
          .forEach(address -> running.put(address, each.submit(() -> attempt(address, free))));
      for (var entry : running.entrySet()) {
        tried.put(entry.getKey(), Optional.of(entry.getValue().get()));
      }
    } catch (ExecutionException bug) {
      throw new IllegalStateException(bug);
    }
  }

  private static Outcome attempt(InetSocketAddress address, Semaphore free)
      throws InterruptedException {
    free.acquire();
    try (Socket socket = new Socket()) {
      socket.connect(address, PATIENCE_MS);
      return Outcome.ACCEPTED;
    } catch (SocketTimeoutException _) {
      return Outcome.SILENT;
    } catch (ConnectException refused) {
      return ("" + refused.getMessage()).contains("refused") ? Outcome.REFUSED : Outcome.SILENT;
    } catch (IOException _) {
      return Outcome.UNREACHABLE;
    } finally {
      free.release();
    }
  }

  private static Optional<CheckView> trouble(
      String route, List<Backend> backends, Map<InetSocketAddress, Optional<Outcome>> tried) {
    Map<Outcome, List<String>> nodes = new TreeMap<>();
    for (Backend backend : backends) {
      tried
          .getOrDefault(backend.address(), Optional.empty())
          .ifPresent(outcome ->
              nodes.computeIfAbsent(outcome, _ -> new ArrayList<>()).add(backend.node()));
    }
    int accepted = nodes.getOrDefault(Outcome.ACCEPTED, List.of()).size();
    nodes.remove(Outcome.ACCEPTED);
    if (backends.isEmpty()) {
      return Optional.of(
          CheckView.warn(
              "nodeports",
              "route %s: there is no backend with a ready endpoint to try".formatted(route),
              "headgate explain " + route));
    }
    if (nodes.isEmpty()) {
      return Optional.empty();
    }
    String finding =
        "route %s, port %s: %d of %d nodes accept; %s"
            .formatted(
                route,
                backends.stream()
                    .map(backend -> "" + backend.address().getPort())
                    .distinct()
                    .collect(Collectors.joining(", ")),
                accepted,
                backends.size(),
                nodes.entrySet().stream()
                    .map(entry -> words(entry.getKey()) + ": " + FirstFew.of(entry.getValue()))
                    .collect(Collectors.joining("; ")));
    String advice =
        nodes.keySet().stream().map(NodePorts::advice).collect(Collectors.joining("; "));
    return Optional.of(
        accepted == 0
            ? CheckView.fail("nodeports", finding, advice)
            : CheckView.warn("nodeports", finding, advice));
  }

  private static String words(Outcome outcome) {
    return switch (outcome) {
      case ACCEPTED -> "accepted";
      case REFUSED -> "refused at once (the node answers, nothing listens)";
      case SILENT -> "no answer within 1 s (a firewall, or the node is off)";
      case UNREACHABLE -> "no route, or reset (the network says no)";
    };
  }

  private static String advice(Outcome outcome) {
    return switch (outcome) {
      case ACCEPTED -> "";
      case REFUSED ->
          "refused: does kube-proxy run on the node (kubectl -n kube-system get pods -o wide), and"
              + " does its --nodeport-addresses leave out the node's address";
      case SILENT ->
          "no answer: let this host through to TCP 30000-32767 of the nodes, in their firewall and"
              + " in the network's";
      case UNREACHABLE ->
          "no route: ip route get NODE; kubernetes.node-address may be the wrong one";
    };
  }
}
