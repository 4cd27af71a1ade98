package io.headgate.desired;

import io.headgate.config.RouteConfig;
import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.ClusterNode;
import io.headgate.model.Explanation;
import io.headgate.model.Explanation.OfNode;
import io.headgate.model.HealthPolicy;
import io.headgate.model.HealthReport;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.PassiveStatus;
import io.headgate.model.ProbeTarget;
import io.headgate.model.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Decides about one route. Used for one decision, by one thread. */
final class RouteJudge {
  private final RouteConfig config;
  private final EffectiveRoute route;
  private final Selection selection;
  private final Inputs inputs;
  private final long nowNs;
  private final Probing probing;

  private final List<Backend> backends = new ArrayList<>();
  private final List<OfNode> nodes = new ArrayList<>();
  private final Set<ProbeTarget> probes = new HashSet<>();
  private final Map<BackendKey, BackendHistory> histories = new HashMap<>();
  private OptionalLong wakeAtNs = OptionalLong.empty();

  RouteJudge(EffectiveRoute route, Selection selection, Inputs inputs, long nowNs) {
    this.route = route;
    this.config = route.config();
    this.selection = selection;
    this.inputs = inputs;
    this.nowNs = nowNs;
    this.probing = new Probing(route.config().policy(), selection, inputs.health());
  }

  RouteDecision decide(Map<BackendKey, BackendHistory> past) {
    List<Draft> drafts = drafts(past);
    Set<Candidate> spared = Ejections.spared(drafts, nowNs);
    for (Draft draft : drafts) {
      settle(draft, spared.contains(draft.candidate()));
    }
    Route judged = withLastDrained(route(backends), drafts);
    nodes.addAll(selection.refused());
    nodes.sort(Comparator.comparing(OfNode::node));
    List<Note> notes = new ArrayList<>(selection.notes());
    notes.addAll(RouteMode.notes(judged));
    notes.addAll(route.notes());
    return new RouteDecision(
        judged,
        new Explanation(
            config.name(),
            config.source().toString(),
            notes.stream().map(Note::text).toList(),
            nodes),
        notes,
        probes,
        histories,
        wakeAtNs);
  }

  private List<Draft> drafts(Map<BackendKey, BackendHistory> past) {
    boolean first =
        selection.candidates().stream().noneMatch(candidate -> past.containsKey(key(candidate)));
    return selection.candidates().stream()
        .map(candidate ->
            draft(candidate, new Past(Optional.ofNullable(past.get(key(candidate))), first)))
        .toList();
  }

  private Draft draft(Candidate candidate, Past past) {
    HealthReport health = inputs.health();
    Optional<Order> order = order(candidate);
    boolean untouched = order.equals(Optional.of(Order.MAINT)) || isOff(candidate.clusterNode());
    ProbePlan plan = untouched ? new ProbePlan.Silent() : probing.plan(candidate);
    ProbeStanding standing = plan.standing(past.standing(), health, policy());
    PassiveStatus passive = health.passive(candidate.address());
    var signals = new Signals(candidate, order, plan, standing, plan.status(health), passive);
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
    histories.put(key(draft.candidate()), history);
    probes.addAll(draft.plan().wanted());
    nodes.add(explained(backend, draft.signals()));
  }

  /** A share of new connections; none for a backend that is not to have any. */
  private int weight(Draft draft, Finding finding, BackendHistory history) {
    int full = draft.candidate().supply().weight();
    return switch (finding.state()) {
      case UP -> warming(full, history);
      case SUSPECT -> Math.max(1, warming(full, history) / 4);
      case DRAIN -> draft.standing() == ProbeStanding.FAILED ? 0 : full;
      case DOWN -> finding.lastResort() ? full : 0;
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
        weighted.set(i, withWeight(backend, drafts.get(i).candidate().supply().weight()));
      }
    }
    return route(weighted);
  }

  private static Backend withWeight(Backend backend, int weight) {
    return new Backend(
        backend.node(),
        backend.address(),
        backend.state(),
        weight,
        backend.lastResort(),
        backend.reset(),
        backend.reason());
  }

  private Route route(List<Backend> backends) {
    return new Route(config.name(), config.listeners(), config.policy(), backends);
  }

  private static OfNode explained(Backend backend, Signals signals) {
    return new OfNode(
        backend.node(),
        Addresses.text(backend.address()),
        Optional.of(backend.state()),
        signals.verdicts());
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

  private BackendKey key(Candidate candidate) {
    return new BackendKey(config.name(), candidate.address());
  }

  private void wakeAt(OptionalLong atNs) {
    wakeAtNs = Wake.earlier(wakeAtNs, atNs);
  }
}
