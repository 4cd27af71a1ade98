package io.headgate.app;

import io.headgate.admin.CheckView;
import io.headgate.config.ClustersConfig.Further;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.TakeoverConfig;
import io.headgate.kubernetes.ClusterCheck;
import io.headgate.kubernetes.PoolSources;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** {@code headgate doctor}: looks, asks and tries, and returns within ten seconds. Any thread. */
final class Doctor {
  private static final long LONGEST_MS = 9_500;

  private Doctor() {}

  /** A part of the work, which may wait for the network. */
  private record Part(String check, Callable<List<CheckView>> work) {}

  static List<CheckView> examine(Moment now) throws InterruptedException {
    List<CheckView> checks = new ArrayList<>();
    Host host = Host.here();
    checks.addAll(HostFindings.of(now, host));
    checks.addAll(SourceFindings.of(now.counters(), host));
    TakeoverConfig takeover = now.inputs().config().takeover();
    checks.addAll(TakeoverFindings.of(now, host, TakeoverGround.here(takeover)));
    checks.addAll(ClusterFindings.of(now));
    List<Part> parts = new ArrayList<>();
    parts.add(new Part("rights", () -> rights(now)));
    for (Further one : now.inputs().config().clusters().further()) {
      parts.add(new Part("rights", () -> rights(one)));
    }
    parts.add(new Part("nodeports", () -> NodePorts.of(now)));
    ExecutorService each = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Callable<List<CheckView>>> work = parts.stream().map(Part::work).toList();
      List<Future<List<CheckView>>> done = each.invokeAll(work, LONGEST_MS, TimeUnit.MILLISECONDS);
      for (int i = 0; i < parts.size(); i++) {
        checks.addAll(result(parts.get(i), done.get(i)));
      }
    } finally {
      each.shutdownNow();
    }
    return checks;
  }

  private static List<CheckView> result(Part part, Future<List<CheckView>> done)
      throws InterruptedException {
    if (done.isCancelled()) {
      return List.of(
          CheckView.warn(
              part.check(),
              "not found out within %d s".formatted(LONGEST_MS / 1000),
              "try again; a network that loses packets is slow to answer"));
    }
    try {
      return done.get();
    } catch (ExecutionException bug) {
      throw new IllegalStateException(bug);
    }
  }

  /** To a cluster beside the leading one nothing is ever written. */
  private static List<CheckView> rights(Further one) throws InterruptedException {
    ClusterCheck.Result asked = ClusterCheck.of(one.cluster(), PoolSources.NONE, false);
    return ApiFindings.of(one.cluster(), false, asked).stream()
        .map(check -> ClusterFindings.of(one.name(), check))
        .toList();
  }

  private static List<CheckView> rights(Moment now) throws InterruptedException {
    HeadgateConfig config = now.inputs().config();
    if (config.kubernetes().isEmpty()) {
      return List.of();
    }
    KubernetesConfig cluster = config.kubernetes().get();
    boolean writes = config.loadBalancer().servesServices();
    return ApiFindings.of(
        cluster,
        writes && !config.loadBalancer().defaultClass(),
        ClusterCheck.of(cluster, PoolSources.of(config.loadBalancer()), writes));
  }
}
