package io.headgate.desired;

import io.headgate.config.ClustersConfig;
import io.headgate.config.ClustersConfig.Share;
import io.headgate.config.RouteConfig;
import io.headgate.desired.JoinedSelection.Cluster;
import io.headgate.desired.JoinedSelection.Placed;
import io.headgate.desired.ProxyChoice.Chosen;
import io.headgate.desired.ProxyChoice.Heard;
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
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProxyProtocol;
import io.headgate.model.Route;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

/** Decides about one route, or explains what was decided. Used once, by one thread. */
final class RouteJudge {
  /** More than one wants to read one by one. */
  private static final int MOST_REFUSED = 100;

  private final RouteConfig config;
  private final EffectiveRoute route;
  private final JoinedSelection selection;
  private final Inputs inputs;
  private final long nowNs;
  private final boolean explaining;
  private final String zone;

  /** What one backend would be by itself, whatever becomes of its cluster. */
  private record Settled(Draft draft, String reason, Optional<Verdict> header) {}

  private final List<Backend> backends = new ArrayList<>();
  private final List<Settled> settled = new ArrayList<>();
  private final List<OfNode> nodes = new ArrayList<>();
  private final Set<ProbeTarget> probes = new HashSet<>();
  private final Map<InetSocketAddress, BackendHistory> histories = new HashMap<>();
  private OptionalLong wakeAtNs = OptionalLong.empty();
  private ZonePreferences preferences = ZonePreferences.NONE;

  private RouteJudge(
      EffectiveRoute route,
      Ground ground,
      ClusterView cluster,
      Inputs inputs,
      long nowNs,
      boolean explaining) {
    this.route = route;
    this.config = route.config();
    this.zone = cluster.zone();
    this.selection = JoinedSelection.of(route, cluster, ground, inputs.health());
    this.inputs = inputs;
    this.nowNs = nowNs;
    this.explaining = explaining;
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

  private Route judge(Map<InetSocketAddress, BackendHistory> past) {
    List<Draft> drafts = drafts(past);
    Set<Candidate> spared = Ejections.spared(serving(drafts), nowNs);
    List<Heard> heard = new ArrayList<>();
    for (int i = 0; i < drafts.size(); i++) {
      Draft draft = drafts.get(i);
      Finding alone = alone(draft, spared.contains(draft.candidate()));
      heard.add(cluster(i).choice().hear(draft, alone));
    }
    for (int i = 0; i < drafts.size(); i++) {
      settle(drafts.get(i), cluster(i).choice().choose(heard.get(i)), cluster(i));
    }
    for (Cluster cluster : new LinkedHashSet<>(clusters())) {
      probes.addAll(cluster.comparison().wanted());
      probes.addAll(cluster.choice().wanted());
    }
    preferences = ZonePreferences.of(zone, drafts, backends, clusters());
    Route ofItsOwn =
        withLastDrained(route(preferences.applied(drafts, backends, clusters())), drafts);
    Route judged = route(ClusterShares.of(ofItsOwn, clusters()));
    if (explaining) {
      for (int i = 0; i < drafts.size(); i++) {
        nodes.add(explained(i, judged.backends().get(i)));
      }
    }
    return judged;
  }

  /**
   * Those that may get connections: a cluster without weight makes up for none that is left out.
   */
  private List<Draft> serving(List<Draft> drafts) {
    return IntStream.range(0, drafts.size())
        .filter(i -> cluster(i).share().weight() > 0)
        .mapToObj(drafts::get)
        .toList();
  }

  private Cluster cluster(int backend) {
    return selection.placed().get(backend).cluster();
  }

  private List<Cluster> clusters() {
    return selection.placed().stream().map(Placed::cluster).toList();
  }

  private List<Note> notes(Route judged) {
    List<Note> notes = new ArrayList<>(selection.notes());
    standingIn(judged).ifPresent(notes::add);
    for (Cluster cluster : new LinkedHashSet<>(clusters())) {
      cluster.comparison().notes().forEach(note -> notes.add(cluster.told(note)));
      cluster.choice().notes().forEach(note -> notes.add(cluster.told(note)));
    }
    notes.addAll(preferences.notes(judged));
    notes.addAll(RouteMode.notes(judged));
    lastingFailure(judged).ifPresent(notes::add);
    notes.addAll(route.notes());
    return notes;
  }

  private Optional<Note> lastingFailure(Route judged) {
    OptionalLong toldAtNs = LastingFailure.toldAtNs(judged, histories);
    if (toldAtNs.isPresent() && toldAtNs.getAsLong() - nowNs > 0) {
      wakeAt(toldAtNs);
      return Optional.empty();
    }
    return toldAtNs.isPresent() ? Optional.of(LastingFailure.note(judged)) : Optional.empty();
  }

  /** Where those clusters that should serve have nothing in use. */
  private Optional<Note> standingIn(Route judged) {
    OptionalInt used = ClusterShares.priority(judged, clusters());
    OptionalInt best =
        selection.shares().stream()
            .filter(share -> share.weight() > 0)
            .mapToInt(Share::priority)
            .min();
    return used.isPresent() && best.isPresent() && used.getAsInt() > best.getAsInt()
        ? Optional.of(
            Note.alarm(
                "clusters of priority %d serve: none of a better priority has a backend in use"
                    .formatted(used.getAsInt())))
        : Optional.empty();
  }

  private Explanation explanation(RouteDecision decision) {
    List<String> notes = new ArrayList<>(route.way().stream().toList());
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
        selection.placed().stream()
            .noneMatch(placed -> past.containsKey(placed.candidate().address()));
    return selection.placed().stream()
        .map(placed -> {
          BackendHistory known = past.get(placed.candidate().address());
          return draft(placed, new Past(Optional.ofNullable(known), first));
        })
        .toList();
  }

  private Draft draft(Placed placed, Past past) {
    Candidate candidate = placed.candidate();
    HealthReport health = inputs.health();
    Optional<Order> order = order(candidate);
    boolean untouched = order.equals(Optional.of(Order.MAINT)) || isOff(candidate.clusterNode());
    ProbePlan plan =
        untouched
            ? new ProbePlan.Silent()
            : placed.cluster().probing().plan(candidate, header(past));
    ProbeStanding standing = plan.standing(past.standing(), health, policy());
    PassiveStatus passive = health.passive(candidate.address());
    var signals =
        new Signals(candidate, order, plan, standing, plan.status(health), passive, explaining);
    return new Draft(candidate, past, plan, standing, passive, signals, signals.obstacle());
  }

  /** What a backend comes to by itself, but for the PROXY header that it may have to be sent. */
  private Finding alone(Draft draft, boolean spared) {
    return draft.obstacle().orElseGet(() -> draft.signals().use(draft.ejected(nowNs), spared));
  }

  /** What a probe of the backend itself begins with. */
  private ProxyProtocol header(Past past) {
    return config
        .policy()
        .proxyProtocol()
        .fixed()
        .or(() -> past.spoken().map(Spoken::header))
        .orElse(ProxyProtocol.OFF);
  }

  private void settle(Draft draft, Chosen chosen, Cluster cluster) {
    boolean none = cluster.share().weight() == 0;
    Finding alone = chosen.finding();
    Finding finding =
        none && alone.inUse() ? Finding.of(BackendState.DRAIN, "cluster weight 0") : alone;
    BackendHistory history =
        draft
            .past()
            .then(
                finding.state(),
                draft.standing(),
                chosen.spoken(),
                draft.candidate().supply() instanceof Supply.Nowhere,
                config.policy().slowStart(),
                nowNs);
    if (draft.ejected(nowNs)) {
      wakeAt(OptionalLong.of(draft.passive().ejectedUntilNs()));
    }
    Backend backend =
        new Backend(
            draft.candidate().node(),
            draft.candidate().address(),
            finding.state(),
            none ? 0 : weight(draft, finding, history),
            finding.lastResort() && !none,
            finding.reset(),
            finding.reason(),
            cluster.name().equals(ClustersConfig.LEADING) ? "" : cluster.name(),
            chosen.header());
    backends.add(backend);
    histories.put(backend.address(), history);
    probes.addAll(draft.plan().wanted());
    Optional<Verdict> header =
        chosen
            .verdict()
            .or(() ->
                cluster.comparison().look(draft.candidate(), alone).map(ProxyComparison::verdict));
    settled.add(new Settled(draft, alone.reason(), header));
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
      if (backend.state() == BackendState.DRAIN && cluster(i).share().weight() > 0) {
        weighted.set(i, backend.withWeight(drafts.get(i).candidate().weightAtWorst()));
      }
    }
    return route(weighted);
  }

  private Route route(List<Backend> backends) {
    return new Route(config.name(), config.listeners(), config.policy(), backends);
  }

  /**
   * What is known of its PROXY header stands behind all other questions, before the answer that
   * nothing speaks against the backend; then a word on the cluster where that decides.
   */
  private OfNode explained(int index, Backend backend) {
    Settled settled = this.settled.get(index);
    Candidate candidate = settled.draft.candidate();
    int selected = candidate.verdicts().size();
    List<Verdict> verdicts = new ArrayList<>(settled.draft.signals().verdicts());
    settled
        .header
        .filter(verdict -> !verdict.decides())
        .ifPresent(verdict -> verdicts.add(verdicts.size() - 1, verdict));
    settled.header.filter(Verdict::decides).ifPresent(verdict -> overrule(verdicts, verdict));
    preferences
        .verdict(candidate, cluster(index))
        .ifPresent(verdict -> verdicts.add(selected, verdict));
    weightOfNode(candidate).ifPresent(verdict -> verdicts.add(selected, verdict));
    if (!backend.reason().equals(settled.reason)) {
      overrule(
          verdicts, new Verdict("cluster", backend.reason().replaceFirst("^cluster ", ""), true));
    }
    return new OfNode(
        backend.node(), Addresses.text(backend.address()), Optional.of(backend.state()), verdicts);
  }

  /** Whatever has decided before, this does now. */
  private static void overrule(List<Verdict> verdicts, Verdict by) {
    verdicts.replaceAll(verdict -> new Verdict(verdict.question(), verdict.answer(), false));
    verdicts.add(by);
  }

  private static Optional<Verdict> weightOfNode(Candidate candidate) {
    return candidate
        .clusterNode()
        .map(NodeWeight::percent)
        .filter(percent -> percent != NodeWeight.ORDINARY)
        .map(percent ->
            new Verdict(
                "weight",
                "%d %% by annotation %s".formatted(percent, NodeWeight.ANNOTATION),
                false));
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
