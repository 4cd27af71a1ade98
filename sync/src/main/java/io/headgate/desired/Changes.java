package io.headgate.desired;

import io.headgate.addressing.PoolCatalog.Notice;
import io.headgate.config.ClustersConfig;
import io.headgate.config.ClustersConfig.Share;
import io.headgate.desired.Crowd.Line;
import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.Explanation;
import io.headgate.model.Explanation.OfNode;
import io.headgate.model.Explanation.Verdict;
import io.headgate.model.Listener;
import io.headgate.model.Route;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.Remark;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is different from the state before, in words. Used for one decision, by one thread. */
final class Changes {
  private static final String SERVING = "serving ";

  private final DesiredState previous;
  private final Inputs inputs;
  private final ClusterView cluster;
  private final long nowNs;
  private final List<Change> changes = new ArrayList<>();

  private Changes(DesiredState previous, Inputs inputs, ClusterView cluster, long nowNs) {
    this.previous = previous;
    this.inputs = inputs;
    this.cluster = cluster;
    this.nowNs = nowNs;
  }

  /**
   * What is different.
   *
   * @param fresh the decisions that {@code previous} has not
   */
  static List<Change> between(
      DesiredState previous,
      Inputs inputs,
      ClusterView cluster,
      ServicePlan plan,
      Map<String, RouteDecision> decisions,
      List<RouteDecision> fresh,
      long nowNs) {
    var changes = new Changes(previous, inputs, cluster, nowNs);
    changes.cluster("cluster", previous.freshness(), cluster.freshness());
    changes.mistakes("cluster", previous.cluster().mistakes(), cluster.mistakes());
    changes.further();
    changes.pools(plan.memory().standing().notices());
    changes.removed(decisions);
    changes.services(plan);
    changes.routes(fresh);
    return changes.changes;
  }

  /** The route as it was served; empty where it was not. */
  private Optional<Route> before(String route) {
    return Optional.ofNullable(previous.decisions().get(route))
        .map(RouteDecision::route)
        .filter(old -> !old.listeners().isEmpty());
  }

  private void removed(Map<String, RouteDecision> decisions) {
    List<Line> gone =
        previous.decisions().keySet().stream()
            .filter(name -> !decisions.containsKey(name) && before(name).isPresent())
            .sorted()
            .map(name -> line(name, new Change(Change.Level.INFO, name, "route removed")))
            .toList();
    changes.addAll(Crowd.across("routes", gone));
  }

  /** What is new to say of Services themselves; what is said of their routes is said there. */
  private void services(ServicePlan plan) {
    Map<ServiceKey, Served> before = previous.plan().served();
    if (plan.served().equals(before)) {
      return;
    }
    List<Line> fresh = new ArrayList<>();
    plan.served()
        .forEach((service, served) -> {
          Served old = before.get(service);
          if (served.equals(old)) {
            return;
          }
          List<Remark> told = old == null ? List.of() : old.asked().remarks();
          String name = service.toString();
          for (Remark remark : served.asked().remarks()) {
            if (!told.contains(remark)) {
              var change = new Change(level(remark.level()), name, remark.message());
              fresh.add(new Line(change, name, "", remark.reason()));
            }
          }
        });
    changes.addAll(Crowd.across("Services", fresh));
  }

  private static Change.Level level(Level level) {
    return switch (level) {
      case NORMAL -> Change.Level.INFO;
      case WARNING -> Change.Level.WARNING;
    };
  }

  private void routes(List<RouteDecision> fresh) {
    List<Line> lines = new ArrayList<>();
    fresh.forEach(decision -> lines.addAll(ofRoute(decision)));
    changes.addAll(Crowd.across("routes", lines));
  }

  private List<Line> ofRoute(RouteDecision decision) {
    var ofRoute = new Changes(previous, inputs, cluster, nowNs);
    String name = decision.route().name();
    if (before(name).isEmpty() && decision.effective().byService()) {
      ofRoute.serving(decision);
      ofRoute.alarms(decision);
    } else {
      ofRoute.route(decision);
    }
    return ofRoute.changes.stream().map(change -> line(name, change)).toList();
  }

  /** The same words, but for the names of the route and its Service, are of the same kind. */
  private static Line line(String route, Change change) {
    String part =
        change.subject().startsWith(route + "/")
            ? change.subject().substring(route.length() + 1)
            : "";
    String kind = change.message();
    if (kind.startsWith(SERVING)) {
      kind = SERVING;
    }
    int slash = route.indexOf('/');
    if (slash >= 0) {
      String service = route.substring(0, route.indexOf(':', slash));
      kind = kind.replace(route, "").replace(service, "");
    }
    return new Line(change, route, part, kind);
  }

  private void serving(RouteDecision decision) {
    Route route = decision.route();
    String name = route.name();
    add(
        Change.Level.INFO,
        name,
        "%s%s on %s: %d backend(s)"
            .formatted(
                SERVING,
                name.substring(0, name.lastIndexOf(':')),
                Listener.text(route.listeners()),
                route.backends().size()));
  }

  private void cluster(String name, Freshness before, Freshness now) {
    if (now != before) {
      switch (now) {
        case NONE -> add(Change.Level.WARNING, name, "not known any more");
        case STALE -> add(Change.Level.WARNING, name, "read from disk, the API is not there yet");
        case LIVE -> add(Change.Level.INFO, name, "read from the API");
      }
    }
  }

  private void mistakes(String cluster, Map<String, String> before, Map<String, String> now) {
    List<Change> fresh = new ArrayList<>();
    now.forEach((node, mistake) -> {
      if (!mistake.equals(before.get(node))) {
        fresh.add(new Change(Change.Level.WARNING, node, mistake));
      }
    });
    changes.addAll(Crowd.condensed(cluster, "nodes:", fresh));
  }

  /** What is different about the clusters beside the leading one, and about their shares. */
  private void further() {
    if (previous.cluster().config().isPresent()) {
      share("cluster", previous.cluster().share(), cluster.share());
    }
    for (ClusterView now : cluster.further()) {
      String name = "cluster " + now.name();
      ClusterView before = previous.cluster().further(now.name()).orElse(ClusterView.NONE);
      if (before.name().equals(now.name())) {
        share(name, before.share(), now.share());
      } else {
        add(Change.Level.INFO, name, "followed with " + words(now.share()));
      }
      cluster(name, before.freshness(), now.freshness());
      mistakes(name, before.mistakes(), now.mistakes());
    }
    previous.cluster().further().stream()
        .map(ClusterView::name)
        .filter(name -> cluster.further(name).isEmpty())
        .forEach(name -> add(Change.Level.INFO, "cluster " + name, "no longer followed"));
  }

  private void share(String name, Share before, Share now) {
    if (!now.equals(before)) {
      add(Change.Level.INFO, name, "now has " + words(now) + ", had " + words(before));
    }
  }

  private static String words(Share share) {
    return "weight %d, priority %d".formatted(share.weight(), share.priority());
  }

  private void pools(List<Notice> now) {
    List<Notice> told = previous.notices();
    List<Change> fresh =
        now.stream()
            .filter(notice -> !told.contains(notice))
            .map(notice -> new Change(level(notice.level()), notice.subject(), notice.text()))
            .toList();
    changes.addAll(Crowd.condensed("pools", "pools:", fresh));
  }

  private void route(RouteDecision decision) {
    Route route = decision.route();
    Optional<Route> known = before(route.name());
    if (known.isEmpty()) {
      added(decision);
    } else {
      Route old = known.get();
      forwards(decision);
      listeners(old, route);
      PolicyDifference.between(old.policy(), route.policy())
          .ifPresent(text -> add(Change.Level.INFO, route.name(), text));
      changes.addAll(Crowd.condensed(route.name(), "backends", backends(old, decision)));
      if (old.mode() != route.mode()) {
        changes.add(RouteMode.change(route.name(), old.mode(), route.mode()));
      }
    }
    alarms(decision);
  }

  private void added(RouteDecision decision) {
    Route route = decision.route();
    add(
        Change.Level.INFO,
        route.name(),
        "route added: %s to %s, %d backend(s)"
            .formatted(
                Listener.text(route.listeners()), decision.source(), route.backends().size()));
  }

  private void forwards(RouteDecision decision) {
    RouteDecision old = previous.decisions().get(decision.route().name());
    String source = decision.source();
    if (old != null && !old.source().equals(source)) {
      String message = "forwards to " + source + " and no longer to " + old.source();
      add(Change.Level.INFO, decision.route().name(), message);
    }
  }

  private void listeners(Route old, Route now) {
    now.listeners().stream()
        .filter(listener -> !old.listeners().contains(listener))
        .forEach(listener -> add(Change.Level.INFO, now.name(), "listens on " + listener));
    old.listeners().stream()
        .filter(listener -> !now.listeners().contains(listener))
        .forEach(
            listener -> add(Change.Level.INFO, now.name(), "no longer listens on " + listener));
  }

  private List<Change> backends(Route old, RouteDecision decision) {
    String route = decision.route().name();
    Map<InetSocketAddress, Backend> gone = new LinkedHashMap<>();
    old.backends().forEach(backend -> gone.put(backend.address(), backend));
    List<Change> found = new ArrayList<>();
    boolean chosen = old.policy().equals(decision.route().policy()); // else the policy says it
    for (Backend backend : decision.route().backends()) {
      Backend was = gone.remove(backend.address());
      if (was == null) {
        found.add(backend(route, backend, "added " + backend.state()));
      } else if (was.state() != backend.state()) {
        found.add(backend(route, backend, was.state() + " -> " + backend.state()));
      }
      if (was != null && chosen && was.header() != backend.header()) {
        found.add(
            new Change(
                Change.Level.INFO,
                route + "/" + backend.node(),
                "is sent %s, no longer %s"
                    .formatted(
                        ProxyChoice.inWords(backend.header()), ProxyChoice.inWords(was.header()))));
      }
    }
    if (!gone.isEmpty()) {
      Explanation now = RouteJudge.explain(decision, cluster, inputs, nowNs);
      gone.values().forEach(backend -> found.add(removed(decision, backend, now)));
    }
    return found;
  }

  private static Change backend(String route, Backend backend, String what) {
    boolean bad = backend.state() == BackendState.DOWN && (backend.lastResort() || backend.reset());
    return new Change(
        bad ? Change.Level.WARNING : Change.Level.INFO,
        route + "/" + backend.node(),
        what + ": " + backend.reason());
  }

  private Change removed(RouteDecision decision, Backend backend, Explanation now) {
    String why =
        now.nodes().stream()
            .filter(node -> node.node().equals(backend.node()))
            .findFirst()
            .map(node -> why(node, backend))
            .orElse(
                leftTheService(decision, backend)
                    ? "no longer among the Service's nodes"
                    : "no longer there");
    String subject = decision.route().name() + "/" + backend.node();
    return new Change(Change.Level.INFO, subject, "removed: " + why);
  }

  /** Its Node is still there. */
  private boolean leftTheService(RouteDecision decision, Backend backend) {
    boolean leading = backend.cluster().isEmpty();
    String name = leading ? ClustersConfig.LEADING : backend.cluster();
    String node = leading ? backend.node() : backend.node().substring(name.length() + 1);
    return decision.ground().in(name) instanceof Ground.NodePorts
        && (leading ? Optional.of(cluster) : cluster.further(name))
            .filter(view -> view.snapshot().nodes().containsKey(node))
            .isPresent();
  }

  private static String why(OfNode node, Backend backend) {
    return node.state().isPresent()
        ? "no longer at " + Addresses.text(backend.address())
        : node.verdicts().stream()
            .filter(Verdict::decides)
            .map(verdict -> verdict.question() + " " + verdict.answer())
            .findFirst()
            .orElse("not selected");
  }

  private void alarms(RouteDecision decision) {
    RouteDecision old = previous.decisions().get(decision.route().name());
    Set<String> told = new HashSet<>();
    if (old != null) {
      old.notes().forEach(note -> told.add(note.text()));
    }
    decision.notes().stream()
        .filter(note -> note.alarming() && !told.contains(note.text()))
        .forEach(note -> add(Change.Level.WARNING, decision.route().name(), note.text()));
  }

  private void add(Change.Level level, String subject, String message) {
    changes.add(new Change(level, subject, message));
  }
}
