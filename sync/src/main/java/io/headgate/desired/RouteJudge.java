package io.headgate.desired;

import io.headgate.config.RouteConfig;
import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.ClusterNode;
import io.headgate.model.Explanation;
import io.headgate.model.Explanation.OfNode;
import io.headgate.model.Explanation.Verdict;
import io.headgate.model.HealthPolicy;
import io.headgate.model.HealthReport;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.PassiveStatus;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeTarget;
import io.headgate.model.Route;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Decides about one route, or explains what was decided. Used once, by one thread. */
final class RouteJudge {
  /** More than one wants to read one by one. */
  private static final int MOST_REFUSED = 100;

  private final RouteConfig config;
  private final EffectiveRoute route;
  private final Selection selection;
  private final Inputs inputs;
  private final long nowNs;
  private final boolean explaining;
  private final Probing probing;
  private final ProxyComparison comparison;
  private final String zone;

  private final List<Backend> backends = new ArrayList<>();
  private final List<Optional<ProbeStatus>> compared = new ArrayList<>();
  private final List<OfNode> nodes = new ArrayList<>();
  private final Set<ProbeTarget> probes = new HashSet<>();
  private final Map<InetSocketAddress, BackendHistory> histories = new HashMap<>();
  private OptionalLong wakeAtNs = OptionalLong.empty();
  private ZonePreference preference;

  private RouteJudge(
      EffectiveRoute route,
      Ground ground,
      ClusterView cluster,
      Inputs inputs,
      long nowNs,
      boolean explaining) {
    this.route = route;
    this.config = route.config();
    this.selection = Selection.of(route, cluster);
    this.zone = cluster.zone();
    this.preference = ZonePreference.of(zone, List.of(), List.of());
    this.inputs = inputs;
    this.nowNs = nowNs;
    this.explaining = explaining;
    this.probing =
        new Probing(route.config().policy(), selection, inputs.health(), sharedNodePort(ground));
    this.comparison = new ProxyComparison(route, inputs.health());
  }

  /**
   * The decision.
   *
   * @param ground that it is taken on
   * @param past what is remembered of the route's backends, by address
   */
  static RouteDecision decide(
      EffectiveRoute route,
      Ground ground,
      ClusterView cluster,
      Inputs inputs,
      Map<InetSocketAddress, BackendHistory> past,
      long nowNs) {
    var judge = new RouteJudge(route, ground, cluster, inputs, nowNs, false);
    Route judged = judge.judge(past);
    return new RouteDecision(
        route, ground, judged, judge.notes(judged), judge.probes, judge.histories, judge.wakeAtNs);
  }

  /** Why it was decided so: the same once more, on what was known then, with every answer kept. */
  static Explanation explain(
      RouteDecision decision, ClusterView cluster, Inputs inputs, long decidedAtNs) {
    var judge =
        new RouteJudge(decision.effective(), decision.ground(), cluster, inputs, decidedAtNs, true);
    judge.judge(decision.histories());
    return judge.explanation(decision);
  }

  private static int sharedNodePort(Ground ground) {
    return ground instanceof Ground.NodePorts nodePorts ? nodePorts.sharedNodePort() : 0;
  }

  private Route judge(Map<InetSocketAddress, BackendHistory> past) {
    List<Draft> drafts = drafts(past);
    Set<Candidate> spared = Ejections.spared(drafts, nowNs);
    for (Draft draft : drafts) {
      settle(draft, spared.contains(draft.candidate()));
    }
    probes.addAll(comparison.wanted());
    preference = ZonePreference.of(zone, drafts, backends);
    List<Backend> weighted = preference.applied(drafts, backends);
    if (explaining) {
      for (int i = 0; i < drafts.size(); i++) {
        nodes.add(explained(weighted.get(i), drafts.get(i), compared.get(i)));
      }
    }
    return withLastDrained(route(weighted), drafts);
  }

  private List<Note> notes(Route judged) {
    List<Note> notes = new ArrayList<>(selection.notes());
    notes.addAll(SourceNotes.of(selection, config.policy().sourceAddresses()));
    notes.addAll(comparison.notes());
    preference.note(judged).ifPresent(notes::add);
    notes.addAll(RouteMode.notes(judged));
    notes.addAll(route.notes());
    return notes;
  }

  private Explanation explanation(RouteDecision decision) {
    List<String> notes = new ArrayList<>();
    decision.notes().forEach(note -> notes.add(note.text()));
    List<OfNode> refused = selection.refused();
    if (refused.size() > MOST_REFUSED) {
      notes.add(
          "%d nodes are not used, the first %d are listed".formatted(refused.size(), MOST_REFUSED));
      refused = refused.subList(0, MOST_REFUSED);
    }
    nodes.addAll(refused);
    nodes.sort(Comparator.comparing(OfNode::node));
    return new Explanation(config.name(), config.source().toString(), notes, nodes);
  }

  private List<Draft> drafts(Map<InetSocketAddress, BackendHistory> past) {
    boolean first =
        selection.candidates().stream()
            .noneMatch(candidate -> past.containsKey(candidate.address()));
    return selection.candidates().stream()
        .map(candidate ->
            draft(candidate, new Past(Optional.ofNullable(past.get(candidate.address())), first)))
        .toList();
  }

  private Draft draft(Candidate candidate, Past past) {
    HealthReport health = inputs.health();
    Optional<Order> order = order(candidate);
    boolean untouched = order.equals(Optional.of(Order.MAINT)) || isOff(candidate.clusterNode());
    ProbePlan plan = untouched ? new ProbePlan.Silent() : probing.plan(candidate);
    ProbeStanding standing = plan.standing(past.standing(), health, policy());
    PassiveStatus passive = health.passive(candidate.address());
    var signals =
        new Signals(candidate, order, plan, standing, plan.status(health), passive, explaining);
    return new Draft(candidate, past, plan, standing, passive, signals, signals.obstacle());
  }

  private void settle(Draft draft, boolean spared) {
    boolean ejected = draft.ejected(nowNs);
    Finding finding = draft.obstacle().orElseGet(() -> draft.signals().use(ejected, spared));
    BackendHistory history =
        draft
            .past()
            .then(
                finding.state(),
                draft.standing(),
                draft.candidate().supply() instanceof Supply.Nowhere,
                config.policy().slowStart(),
                nowNs);
    if (ejected) {
      wakeAt(OptionalLong.of(draft.passive().ejectedUntilNs()));
    }
    Backend backend =
        new Backend(
            draft.candidate().node(),
            draft.candidate().address(),
            finding.state(),
            weight(draft, finding, history),
            finding.lastResort(),
            finding.reset(),
            finding.reason());
    backends.add(backend);
    histories.put(backend.address(), history);
    probes.addAll(draft.plan().wanted());
    compared.add(comparison.look(draft.candidate(), finding));
  }

  /** A share of new connections; none for a backend that is not to have any. */
  private int weight(Draft draft, Finding finding, BackendHistory history) {
    int full = draft.candidate().weight();
    return switch (finding.state()) {
      case UP -> full == 0 ? 0 : warming(full, history);
      case SUSPECT -> full == 0 ? 0 : Math.max(1, warming(full, history) / 4);
      case DRAIN ->
          draft.standing() == ProbeStanding.FAILED ? 0 : draft.candidate().weightAtWorst();
      case DOWN -> finding.lastResort() ? draft.candidate().weightAtWorst() : 0;
      case PENDING, MAINT -> 0;
    };
  }

  private int warming(int full, BackendHistory history) {
    if (history.warmingSinceNs().isEmpty()) {
      return full;
    }
    var slowStart =
        new SlowStart(history.warmingSinceNs().getAsLong(), config.policy().slowStart());
    wakeAt(slowStart.nextStepNs(nowNs));
    return Math.max(1, full * slowStart.percent(nowNs) / 100);
  }

  /**
   * A draining backend whose probes fail takes no connection, unless the route would have no
   * backend at all without it: the probes may be wrong.
   */
  private Route withLastDrained(Route route, List<Draft> drafts) {
    if (route.mode() != Route.Mode.EMPTY) {
      return route;
    }
    List<Backend> weighted = new ArrayList<>(route.backends());
    for (int i = 0; i < weighted.size(); i++) {
      Backend backend = weighted.get(i);
      if (backend.state() == BackendState.DRAIN) {
        weighted.set(i, backend.withWeight(drafts.get(i).candidate().weightAtWorst()));
      }
    }
    return route(weighted);
  }

  private Route route(List<Backend> backends) {
    return new Route(config.name(), config.listeners(), config.policy(), backends);
  }

  /** Behind all other questions, before the answer that nothing speaks against the backend. */
  private OfNode explained(Backend backend, Draft draft, Optional<ProbeStatus> proxyProtocol) {
    List<Verdict> verdicts = new ArrayList<>(draft.signals().verdicts());
    proxyProtocol
        .map(ProxyComparison::verdict)
        .ifPresent(verdict -> verdicts.add(verdicts.size() - 1, verdict));
    preference
        .verdict(draft.candidate())
        .ifPresent(verdict -> verdicts.add(draft.candidate().verdicts().size(), verdict));
    draft
        .candidate()
        .clusterNode()
        .map(NodeWeight::percent)
        .filter(percent -> percent != NodeWeight.ORDINARY)
        .map(percent ->
            new Verdict(
                "weight",
                "%d %% by annotation %s".formatted(percent, NodeWeight.ANNOTATION),
                false))
        .ifPresent(verdict -> verdicts.add(draft.candidate().verdicts().size(), verdict));
    return new OfNode(
        backend.node(), Addresses.text(backend.address()), Optional.of(backend.state()), verdicts);
  }

  /** A fixed backend also heeds what is said of its host, {@code 10.1.0.11}, without a port. */
  private Optional<Order> order(Candidate candidate) {
    Optional<Order> order = inputs.orders().order(config.name(), candidate.node());
    return order.isPresent() || candidate.clusterNode().isPresent()
        ? order
        : inputs.orders().order(config.name(), Addresses.text(candidate.address().getAddress()));
  }

  private static boolean isOff(Optional<ClusterNode> node) {
    return node.flatMap(NodeDeparture::off).isPresent();
  }

  private HealthPolicy policy() {
    return config.policy().health();
  }

  private void wakeAt(OptionalLong atNs) {
    wakeAtNs = Wake.earlier(wakeAtNs, atNs);
  }
}
