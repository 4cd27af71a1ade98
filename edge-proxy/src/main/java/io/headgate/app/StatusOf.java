package io.headgate.app;

import io.headgate.admin.StatusView;
import io.headgate.admin.StatusView.ClusterView;
import io.headgate.admin.StatusView.ListenerView;
import io.headgate.admin.StatusView.WatchView;
import io.headgate.admin.StatusView.WriterView;
import io.headgate.config.ClustersConfig;
import io.headgate.config.ClustersConfig.Further;
import io.headgate.config.ClustersConfig.Share;
import io.headgate.kubernetes.WatchStatus;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.Route;
import io.headgate.model.ServiceReport.Level;
import io.headgate.relay.ListenerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What {@code headgate status} and the readiness check say of a moment. Pure but for dates. */
final class StatusOf {
  private static final Duration API_SILENCE_WORTH_TELLING = Duration.ofSeconds(60);

  private StatusOf() {}

  static StatusView edge(Moment now, String relay, ConfigReload reload, long uptimeNs) {
    List<String> problems = problems(now, reload, Instant.now());
    var config = now.inputs().config();
    return new StatusView(
        config.name(),
        Version.TEXT,
        problems.isEmpty() ? "ok" : "degraded",
        problems,
        uptimeNs / 1_000_000_000,
        now.state().table().generation(),
        relay,
        config.workers() == 0 ? Runtime.getRuntime().availableProcessors() : config.workers(),
        now.counters().active(),
        now.counters().limit(),
        now.counters().routes().stream().mapToLong(route -> route.accepted()).sum(),
        reload.file(),
        reload.loadedAt().toString(),
        reload
            .lastReload()
            .map(outcome ->
                outcome.success()
                    ? "in force since " + outcome.at()
                    : outcome.problems() + " problems at " + outcome.at())
            .orElse("never"),
        clusters(now, Instant.now()),
        now.listeners().stream()
            .map(status ->
                new ListenerView(
                    status.listener().toString(), status.route(), status.problem().orElse("")))
            .toList());
  }

  /** Why the edge should not be sent clients now; empty where it should. */
  static Optional<String> notReady(Moment now) {
    if (now.stopping()) {
      return Optional.of("stopping");
    }
    if (now.listeners().isEmpty() && !now.inputs().config().routes().isEmpty()) {
      return Optional.of("no table published yet");
    }
    Optional<ListenerStatus> unbound = // of one of many Services it is that Service's trouble
        now.listeners().stream()
            .filter(status -> status.problem().isPresent() && now.isConfigured(status.route()))
            .findFirst();
    if (unbound.isPresent()) {
      return unbound.get().problem();
    }
    if (now.inputs().config().kubernetes().isPresent()
        && now.inputs().cluster().freshness() == Freshness.NONE) {
      return Optional.of(
          "the cluster is not known yet: no answer from its API and no snapshot on disk");
    }
    return Optional.empty();
  }

  private static List<String> problems(Moment now, ConfigReload reload, Instant at) {
    List<String> problems = new ArrayList<>();
    if (now.stopping()) {
      problems.add("stopping: no new connections");
    }
    now.listeners().forEach(status -> status.problem().ifPresent(problems::add));
    SourceFindings.missing(now.counters()).ifPresent(problems::add);
    for (Route route : now.state().table().routes().values()) {
      switch (route.mode()) {
        case NORMAL -> {}
        case DRAINING_ONLY ->
            problems.add("route " + route.name() + " has only draining backends left");
        case FAIL_OPEN ->
            problems.add(
                "route "
                    + route.name()
                    + ": every probe fails; connections are tried all the same");
        case EMPTY ->
            problems.add(
                "route "
                    + route.name()
                    + " has no usable backend: see headgate explain "
                    + route.name());
      }
    }
    problems.addAll(now.state().undecidedHeaders());
    now.cluster()
        .ifPresent(status -> problems.addAll(clusterProblems(now.inputs().cluster(), status, at)));
    now.further()
        .forEach((name, status) ->
            clusterProblems(now.inputs().further(name), status, at)
                .forEach(problem -> problems.add("cluster " + name + ": " + problem)));
    now.writer().ifPresent(writer -> problems.addAll(WriterOf.problems(writer)));
    now.state().notices().stream()
        .filter(notice -> notice.level() == Level.WARNING)
        .forEach(notice -> problems.add(notice.subject() + ": " + notice.text()));
    WriterOf.withoutAddress(now).ifPresent(problems::add);
    problems.addAll(TakeoverOf.problems(now.takeover(), now.peers()));
    reload
        .lastReload()
        .filter(outcome -> !outcome.success())
        .ifPresent(outcome ->
            problems.add(
                "the last reload was refused: "
                    + reload.file()
                    + " has "
                    + outcome.problems()
                    + (outcome.problems() == 1 ? " problem" : " problems")));
    return problems;
  }

  private static List<String> clusterProblems(ClusterState state, WatchStatus status, Instant at) {
    List<String> problems = new ArrayList<>();
    if (!status.warning().isEmpty()) {
      problems.add(status.warning());
    }
    switch (state.freshness()) {
      case NONE -> problems.add("the cluster is not known yet" + lastError(status));
      case STALE ->
          problems.add(
              "serving from the snapshot of "
                  + status.snapshotTakenAt().map(Instant::toString).orElse("an unknown time")
                  + lastError(status));
      case LIVE ->
          status
              .lastContact()
              .map(contact -> Duration.between(contact, at))
              .filter(silence -> silence.compareTo(API_SILENCE_WORTH_TELLING) > 0)
              .ifPresent(silence ->
                  problems.add(
                      "nothing heard from the API for "
                          + silence.toSeconds()
                          + " s"
                          + lastError(status)));
    }
    return problems;
  }

  private static String lastError(WatchStatus status) {
    return status.resources().stream()
        .filter(resource -> !resource.lastError().isEmpty())
        .findFirst()
        .map(resource -> ": " + resource.resource() + ": " + resource.lastError())
        .orElse("");
  }

  private static List<ClusterView> clusters(Moment now, Instant at) {
    ClustersConfig config = now.inputs().config().clusters();
    List<ClusterView> views = new ArrayList<>();
    now.cluster()
        .ifPresent(status ->
            views.add(
                cluster(
                    ClustersConfig.LEADING,
                    config.leading(),
                    now.inputs().cluster(),
                    status,
                    now.writer().map(WriterOf::view).stream().toList(),
                    at)));
    for (Further one : config.further()) {
      WatchStatus status = now.further().get(one.name());
      if (status != null) {
        ClusterState state = now.inputs().further(one.name());
        views.add(cluster(one.name(), one.share(), state, status, List.of(), at));
      }
    }
    return views;
  }

  private static ClusterView cluster(
      String name,
      Share share,
      ClusterState state,
      WatchStatus status,
      List<WriterView> writer,
      Instant at) {
    ClusterSnapshot snapshot = state.snapshot();
    return new ClusterView(
        name,
        share.weight(),
        share.priority(),
        status.server(),
        state.freshness().name().toLowerCase(Locale.ROOT),
        status
            .lastContact()
            .map(contact -> Duration.between(contact, at).toMillis() / 1000.0)
            .orElse(-1.0),
        snapshot.nodes().size(),
        snapshot.services().size(),
        snapshot.endpoints().values().stream().mapToInt(List::size).sum(),
        status.resources().stream()
            .map(resource ->
                new WatchView(
                    resource.resource(),
                    resource.listed(),
                    resource.watching(),
                    resource.events(),
                    resource.errors(),
                    resource.lastError()))
            .toList(),
        writer);
  }
}
