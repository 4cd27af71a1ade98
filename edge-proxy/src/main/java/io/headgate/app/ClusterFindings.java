package io.headgate.app;

import io.headgate.addressing.PoolCatalog.Notice;
import io.headgate.admin.AddressesView.WaitingView;
import io.headgate.admin.CheckView;
import io.headgate.config.ClustersConfig.Further;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.kubernetes.WriterStatus;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterState;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeTarget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is wrong with the cluster as the edge knows it already: nothing is asked. Pure. */
final class ClusterFindings {
  private static final String EXCLUSION = "node.kubernetes.io/exclude-from-external-load-balancers";

  private ClusterFindings() {}

  static List<CheckView> of(Moment now) {
    List<CheckView> checks = new ArrayList<>();
    if (now.inputs().config().kubernetes().isEmpty()) {
      checks.add(CheckView.ok("cluster", "none is followed: there is no block kubernetes"));
      return checks;
    }
    KubernetesConfig leading = now.inputs().config().kubernetes().get();
    nodes(now.inputs().cluster(), leading.nodeExclusion(), checks);
    for (Further one : now.inputs().config().clusters().further()) {
      List<CheckView> ofOne = new ArrayList<>();
      nodes(now.inputs().further(one.name()), one.cluster().nodeExclusion(), ofOne);
      ofOne.forEach(check -> checks.add(of(one.name(), check)));
    }
    healthPorts(now, checks);
    pools(now, checks);
    services(now, checks);
    now.writer().ifPresent(writer -> writing(writer, checks));
    return checks;
  }

  /** What was found in a cluster beside the leading one. */
  static CheckView of(String cluster, CheckView check) {
    String finding = "cluster " + cluster + ": " + check.finding();
    return new CheckView(check.check(), check.result(), finding, check.advice());
  }

  /** kubeadm puts the label on control planes: a cluster of nothing else has it on every node. */
  private static void nodes(ClusterState cluster, NodeExclusion exclusion, List<CheckView> checks) {
    Collection<ClusterNode> nodes = cluster.snapshot().nodes().values();
    boolean all =
        !nodes.isEmpty() && nodes.stream().allMatch(node -> node.labels().containsKey(EXCLUSION));
    if (nodes.isEmpty()) {
      checks.add(
          CheckView.fail("nodes", "no node is known", "headgate status names the watch's error"));
    } else if (all && exclusion == NodeExclusion.HONOR) {
      checks.add(
          CheckView.fail(
              "nodes",
              "every node has the label " + EXCLUSION + ", so none is used",
              "take it off: kubectl label nodes --all " + EXCLUSION + "-"));
    } else if (all && exclusion == NodeExclusion.AUTO) {
      checks.add(
          CheckView.warn(
              "nodes",
              "AllNodesExcluded: every node has the label "
                  + EXCLUSION
                  + ", so it is ignored; the"
                  + " first node without it would take all traffic",
              "take it off (kubectl label nodes --all "
                  + EXCLUSION
                  + "-), or set kubernetes.node-exclusion = ignore"));
    } else {
      checks.add(CheckView.ok("nodes", "%d are known".formatted(nodes.size())));
    }
  }

  private static void healthPorts(Moment now, List<CheckView> checks) {
    Map<String, List<ProbeTarget>> byQuestion =
        now.state().probes().stream()
            .filter(target -> target.kind() == ProbeTarget.Kind.HTTP)
            .collect(
                Collectors.groupingBy(
                    target -> ":" + target.address().getPort() + target.path(),
                    TreeMap::new,
                    Collectors.toList()));
    byQuestion.forEach((question, targets) -> {
      List<String> silent =
          targets.stream()
              .filter(target -> isSilent(now.health().probe(target)))
              .map(target ->
                  Addresses.text(target.address().getAddress())
                      + " "
                      + now.health().probe(target).detail())
              .sorted()
              .toList();
      if (silent.isEmpty()) {
        checks.add(
            CheckView.ok(
                "health",
                "%s: %d nodes asked, none is silent".formatted(question, targets.size())));
      } else {
        checks.add(
            CheckView.warn(
                "health",
                "%s: %d of %d nodes do not answer: %s"
                    .formatted(
                        question,
                        silent.size(),
                        targets.size(),
                        silent.stream().limit(3).collect(Collectors.joining(", "))),
                "let this host through to it; kube-proxy must listen there on the node's address"
                    + " (--healthz-bind-address=0.0.0.0:10256; Cilium: kubeProxyReplacementHealthzBindAddr)"));
      }
    });
  }

  private static boolean isSilent(ProbeStatus status) {
    return switch (status.last()) {
      case REFUSED, TIMED_OUT, UNREACHABLE -> true;
      case NONE, GOOD, UNAVAILABLE, BAD, UNDECIDED -> false;
    };
  }

  private static void services(Moment now, List<CheckView> checks) {
    List<WaitingView> waiting = AddressesOf.waiting(now);
    for (WaitingView one : waiting) {
      checks.add(
          CheckView.warn(
              "addresses",
              "Service %s has no address: %s".formatted(one.service(), one.why()),
              "headgate addresses shows what is free; headgate explain " + one.service()));
    }
    if (waiting.isEmpty() && now.inputs().config().loadBalancer().servesServices()) {
      checks.add(
          CheckView.ok(
              "addresses",
              "each of the %d Services of our class has one"
                  .formatted(now.state().assignments().size())));
    }
  }

  private static void pools(Moment now, List<CheckView> checks) {
    for (Notice notice : now.state().notices()) {
      switch (notice.level()) {
        case WARNING ->
            checks.add(
                CheckView.warn(
                    "pools",
                    notice.subject() + ": " + notice.text(),
                    "headgate addresses shows every pool and where it comes from"));
        case NORMAL -> checks.add(CheckView.ok("pools", notice.subject() + ": " + notice.text()));
      }
    }
  }

  private static void writing(WriterStatus writer, List<CheckView> checks) {
    int before = checks.size();
    WriterOf.problems(writer)
        .forEach(problem ->
            checks.add(
                CheckView.fail(
                    "writing", problem, "the checks of rights below; headgate events -f")));
    if (writer.ipModeDropped()) {
      checks.add(
          CheckView.warn(
              "ipmode",
              "the API server keeps no ipMode (older than 1.29, or switched off): connections from"
                  + " inside the cluster to a Service's address bypass the edge, without PROXY"
                  + " header and client filter",
              "upgrade the cluster, or annotate the Service with headgate.io/status-address ="
                  + " hostname:NAME"));
    }
    if (checks.size() == before) {
      checks.add(CheckView.ok("writing", WriterOf.view(writer).writes()));
    }
  }
}
