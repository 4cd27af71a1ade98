package io.headgate.desired;

import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.ClusterNode;
import io.headgate.model.Explanation.Verdict;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.PassiveStatus;
import io.headgate.model.ProbeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * All that speaks for and against one backend, asked in order of weight: the operator, the node's
 * own end, endpoints, probes, connections, readiness. Where it is to be explained every question
 * leaves a verdict. Used for one decision, by one thread: first {@link #obstacle}, then, where
 * there is none, {@link #use}.
 */
final class Signals {
  private final Candidate candidate;
  private final Optional<Order> order;
  private final ProbePlan plan;
  private final ProbeStanding standing;
  private final ProbeStatus probe;
  private final PassiveStatus passive;
  private final boolean explaining;
  private final List<Verdict> verdicts = new ArrayList<>(0);

  Signals(
      Candidate candidate,
      Optional<Order> order,
      ProbePlan plan,
      ProbeStanding standing,
      ProbeStatus probe,
      PassiveStatus passive,
      boolean explaining) {
    this.candidate = candidate;
    this.order = order;
    this.plan = plan;
    this.standing = standing;
    this.probe = probe;
    this.passive = passive;
    this.explaining = explaining;
    if (explaining) {
      verdicts.addAll(candidate.verdicts());
    }
  }

  /** In the order of asking, up to the one that decides; none where nothing is to be explained. */
  List<Verdict> verdicts() {
    return verdicts;
  }

  /** The first thing that keeps the backend out of ordinary use. */
  Optional<Finding> obstacle() {
    return operator().or(this::switchedOff).or(this::leaving).or(this::supply).or(this::probes);
  }

  /**
   * How a backend without an obstacle is used.
   *
   * @param ejected its connections fail so often that it is to be left out for a while
   * @param spared ejected, but too many others are already
   */
  Finding use(boolean ejected, boolean spared) {
    Optional<Finding> suspicion =
        connections(ejected, spared).or(this::wavering).or(this::readiness);
    return suspicion.orElseGet(this::up);
  }

  private Optional<Finding> operator() {
    if (order.isEmpty()) {
      return undecided("operator", "no order");
    }
    return switch (order.get()) {
      case MAINT ->
          decided("operator", "maint", Finding.of(BackendState.MAINT, "maint by the operator"));
      case DRAIN ->
          decided("operator", "drain", Finding.of(BackendState.DRAIN, "drain by the operator"));
      case READY -> undecided("operator", "ready");
    };
  }

  private Optional<Finding> switchedOff() {
    Optional<String> why = candidate.clusterNode().flatMap(NodeDeparture::off);
    return why.isPresent()
        ? decided("taint", why.get(), Finding.switchedOff(why.get()))
        : Optional.empty();
  }

  private Optional<Finding> leaving() {
    if (candidate.clusterNode().isEmpty()) {
      return Optional.empty();
    }
    ClusterNode node = candidate.clusterNode().get();
    Optional<String> why = NodeDeparture.leaving(node);
    if (why.isPresent()) {
      return decided("node", why.get(), Finding.of(BackendState.DRAIN, why.get()));
    }
    return undecided("node", () -> stays(node));
  }

  private static String stays(ClusterNode node) {
    return NodeDeparture.mistake(node)
        .or(() -> node.unschedulable() ? Optional.of("cordon has no effect") : Optional.empty())
        .map("stays (%s)"::formatted)
        .orElse("stays");
  }

  private Optional<Finding> supply() {
    return switch (candidate.supply()) {
      case Supply.Unknown _ -> Optional.empty();
      case Supply.Anywhere(var onlyTerminating) ->
          undecided(
              "endpoints",
              onlyTerminating ? "only terminating ones in the cluster" : "ready in the cluster");
      case Supply.Hinted(var reach, var weight) ->
          undecided("endpoints", () -> hinted(reach, weight));
      case Supply.Local(var ready, var terminating) -> local(ready, terminating);
      case Supply.Endpoint(var condition) -> endpoint(condition);
      case Supply.Nowhere _ ->
          decided(
              "endpoints",
              "the Service has none",
              Finding.of(BackendState.DOWN, "Service has no endpoints"));
    };
  }

  private static String hinted(Supply.Reach reach, int weight) {
    return weight == 0
        ? "reaches " + reach.words() + ", which other nodes reach, too: in reserve"
        : "reaches %s: weight %.2f by topology hints"
            .formatted(reach.words(), (double) weight / Backend.FULL_WEIGHT);
  }

  private Optional<Finding> local(int ready, int terminating) {
    if (ready > 0) {
      return undecided("endpoints", () -> ready + " ready on this node");
    }
    return terminating > 0
        ? decided(
            "endpoints",
            () -> "only terminating ones on this node: " + terminating,
            Finding.of(BackendState.DRAIN, "only terminating local endpoints"))
        : decided(
            "endpoints",
            "none on this node",
            Finding.of(BackendState.DOWN, "no ready local endpoint"));
  }

  private Optional<Finding> endpoint(Supply.Condition condition) {
    return switch (condition) {
      case READY -> undecided("endpoint", "ready");
      case TERMINATING ->
          decided(
              "endpoint",
              "terminates, and serves until then",
              Finding.of(BackendState.DRAIN, "endpoint terminates"));
      case NOT_READY ->
          decided("endpoint", "not ready", Finding.of(BackendState.DOWN, "endpoint is not ready"));
    };
  }

  private Optional<Finding> probes() {
    return switch (standing) {
      case UNPROVEN ->
          decided(
              "probe", this::probeInWords, Finding.of(BackendState.PENDING, "no good probe yet"));
      case GOOD -> undecided("probe", this::probeInWords);
      case LEAVING ->
          decided(
              "probe",
              this::probeInWords,
              Finding.of(BackendState.DRAIN, "kube-proxy says 503: nothing new"));
      case FAILED ->
          decided(
              "probe",
              this::probeInWords,
              Finding.doubtfullyDown("probe: " + ProbeStanding.failure(probe.last())));
    };
  }

  private String probeInWords() {
    return switch (plan) {
      case ProbePlan.Off _ -> "off";
      case ProbePlan.Silent _ -> "not probed";
      case ProbePlan.Paused _ -> "says nothing without endpoints";
      case ProbePlan.Ask ask -> ask.deciding().describe() + ": " + probe.detail();
    };
  }

  private Optional<Finding> connections(boolean ejected, boolean spared) {
    if (ejected && !spared) {
      return decided(
          "connections",
          () -> "%d in a row failed: left out for a while".formatted(passive.connectFailures()),
          Finding.doubtfullyDown("connections fail"));
    }
    if (ejected) {
      return decided(
          "connections",
          () ->
              "%d in a row failed, but half of the route's backends are out for it already"
                  .formatted(passive.connectFailures()),
          Finding.of(BackendState.SUSPECT, "connections fail, as to too many others"));
    }
    return passive.connectFailures() > 0
        ? decided(
            "connections",
            () -> passive.connectFailures() + " in a row failed",
            Finding.of(BackendState.SUSPECT, "connection failed"))
        : undecided("connections", "no failure");
  }

  /** Too few failures to take it out. The probe's own verdict stands already. */
  private Optional<Finding> wavering() {
    return probe.failures() > 0
        ? decided(
            "probe",
            () -> probe.failures() + " in a row failed",
            Finding.of(
                BackendState.SUSPECT, "probe: " + ProbeStanding.failure(probe.last()) + " once"))
        : Optional.empty();
  }

  private Optional<Finding> readiness() {
    if (candidate.clusterNode().isEmpty()) {
      return Optional.empty();
    }
    return switch (candidate.clusterNode().get().readiness()) {
      case UNKNOWN ->
          decided("ready", "Unknown", Finding.of(BackendState.SUSPECT, "node's Ready is Unknown"));
      case READY -> undecided("ready", "True");
      case NOT_READY -> undecided("ready", "False (the probe decides)");
    };
  }

  private Finding up() {
    String reason =
        switch (plan) {
          case ProbePlan.Off _ -> "health checks are off";
          case ProbePlan.Silent _, ProbePlan.Paused _, ProbePlan.Ask _ -> "probe is good";
        };
    tell("result", () -> reason + ", nothing against it", true);
    return Finding.of(BackendState.UP, reason);
  }

  private Optional<Finding> decided(String question, String answer, Finding finding) {
    return decided(question, () -> answer, finding);
  }

  private Optional<Finding> decided(String question, Supplier<String> answer, Finding finding) {
    tell(question, answer, true);
    return Optional.of(finding);
  }

  private Optional<Finding> undecided(String question, String answer) {
    return undecided(question, () -> answer);
  }

  private Optional<Finding> undecided(String question, Supplier<String> answer) {
    tell(question, answer, false);
    return Optional.empty();
  }

  private void tell(String question, Supplier<String> answer, boolean decides) {
    if (explaining) {
      verdicts.add(new Verdict(question, answer.get(), decides));
    }
  }
}
