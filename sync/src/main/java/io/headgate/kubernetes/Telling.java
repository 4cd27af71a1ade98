package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.headgate.kubernetes.ApiClient.Answer;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterService;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.Remark;
import io.headgate.model.ServiceRequest.Given;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which writes are due: what was told so far against what is to be told now. Opens no
 * socket and reads no clock; the same looks and answers give the same writes. Nothing is queued:
 * what could not be written is found due again at the next look.
 *
 * <p>Not thread-safe: the writer's thread owns it.
 */
final class Telling {
  private static final Logger LOG = LoggerFactory.getLogger(Telling.class);
  private static final String NO_IP_MODE =
      "the API server keeps no ipMode in the status (Kubernetes before 1.29, or 1.29 without its"
          + " feature gate): connections from inside the cluster to the address bypass the edge";

  private final WriterSettings settings;
  private final Supplier<String> eventNames;
  private final Obstacles obstacles;
  private final Map<ServiceKey, StatusWork> statuses = new HashMap<>();
  private final Map<ServiceKey, Map<String, EventWork>> events = new HashMap<>();
  private final Map<String, NodeWork> nodes = new HashMap<>();
  private TokenBucket statusTokens;
  private TokenBucket eventTokens;
  private Inscription.Dropped dropped = Inscription.Dropped.NOTHING;
  private Optional<ServiceKey> firstWithoutIpMode = Optional.empty();
  private long wakeNs;
  private long statusWrites;
  private long eventWrites;
  private long eventsDropped;
  private long conflicts;

  private record Due(long atNs, Deed deed) {}

  /**
   * @param eventNames endings of the names of Events, each once
   */
  Telling(WriterSettings settings, Supplier<String> eventNames, long nowNs) {
    this.settings = settings;
    this.eventNames = eventNames;
    obstacles = new Obstacles(settings);
    statusTokens =
        TokenBucket.full(settings.statusPerSecond(), 2.0 * settings.statusPerSecond(), nowNs);
    eventTokens = TokenBucket.full(settings.eventsPerSecond(), settings.eventBurst(), nowNs);
    wakeNs = nowNs;
  }

  /** What another edge has written meanwhile is not ours: begins anew, as after a start. */
  void forget() {
    statuses.clear();
    events.clear();
    nodes.clear();
  }

  /** All that is due now, that which is due for longest first. */
  List<Deed> look(ClusterReport report, long nowNs) {
    wakeNs = nowNs + settings.longestBackoff().toNanos();
    statuses.keySet().retainAll(report.cluster().services().keySet());
    events.keySet().retainAll(report.services().keySet());
    List<Due> due = new ArrayList<>();
    report
        .services()
        .forEach((key, told) -> {
          ClusterService service = report.cluster().services().get(key);
          if (service != null && service.uid().equals(told.uid())) {
            lookAtStatus(told, service, report.announcers(), nowNs, due);
            lookAtEvents(told, nowNs, due);
          }
        });
    report
        .cluster()
        .services()
        .forEach((key, service) -> {
          if (!report.services().containsKey(key)) {
            lookAtLeftOver(service, nowNs, due);
          }
        });
    nodes.keySet().retainAll(report.cluster().nodes().keySet());
    report.connections().ifPresent(known -> lookAtNodes(report, known, nowNs, due));
    due.sort(
        Comparator.comparing((Due one) -> isAside(one.deed()))
            .thenComparingLong(one -> one.atNs() - nowNs));
    return due.stream().map(Due::deed).toList();
  }

  /** Whether it can wait for all others: where addresses are waited for, conditions are not. */
  private static boolean isAside(Deed deed) {
    return deed instanceof Deed.SayStatus status && !status.ofAddresses();
  }

  /** When to look again, if nothing is new until then. */
  long wakeNs() {
    return wakeNs;
  }

  /** Whether a deed may be done right now; takes its share of the rate if so. */
  boolean permits(Deed deed, long nowNs) {
    if (obstacles.block(deed, nowNs)) {
      return false;
    }
    switch (deed) {
      case Deed.SayStatus _, Deed.SayConnections _ -> {
        if (!statusTokens.has(nowNs)) {
          return false;
        }
        statusTokens = statusTokens.take(nowNs);
      }
      case Deed.PostEvent(var service, _, _, var remark, _) -> {
        if (!eventTokens.has(nowNs)) {
          dropUnlessWarning(service, remark);
          return false;
        }
        eventTokens = eventTokens.take(nowNs);
      }
      case Deed.CountEvent _ -> {
        if (!eventTokens.has(nowNs)) {
          return false;
        }
        eventTokens = eventTokens.take(nowNs);
      }
    }
    return true;
  }

  /** Whether to leave the server alone altogether. */
  boolean paused(long nowNs) {
    return obstacles.paused(nowNs);
  }

  /** What came of a deed. */
  void answered(Deed deed, Answer answer, long nowNs) {
    switch (answer) {
      case Answer.Done(var object) -> {
        obstacles.cleared(deed);
        switch (deed) {
          case Deed.SayStatus status ->
              said(
                  status,
                  object.path("status"),
                  object.path("metadata").path("resourceVersion").asText(""),
                  nowNs);
          case Deed.PostEvent(var service, _, var name, var remark, var count) -> {
            eventWrites++;
            event(
                service,
                remark.reason(),
                work -> work.written(new EventWork.Posted(name, remark.message(), count), nowNs));
          }
          case Deed.CountEvent(var service, var reason, var name, var count) -> {
            eventWrites++;
            event(
                service,
                reason,
                work -> work.written(new EventWork.Posted(name, message(work), count), nowNs));
          }
          case Deed.SayConnections(var node, _, var wanted, var there) ->
              nodes.computeIfPresent(node, (_, work) -> work.written(there, wanted, nowNs));
        }
      }
      case Answer.Failed(var failure) -> failed(deed, failure, nowNs);
    }
  }

  /** For {@code lease}, and {@code pending} deeds. */
  WriterStatus status(WriterStatus.Lease lease, int pending) {
    return new WriterStatus(
        lease,
        statusWrites,
        eventWrites,
        eventsDropped,
        conflicts,
        obstacles.failures(),
        pending,
        statuses.entrySet().stream()
            .filter(entry -> entry.getValue().contested())
            .map(Map.Entry::getKey)
            .sorted()
            .toList(),
        dropped.ipMode(),
        obstacles.missingRights(),
        obstacles.lastError());
  }

  private void lookAtStatus(
      ServiceReport told,
      ClusterService service,
      Announcers announcers,
      long nowNs,
      List<Due> due) {
    boolean balanced = service.type() == ClusterService.Type.LOAD_BALANCER;
    if (!told.ours()) {
      lookAtLeftOver(service, nowNs, due);
    } else if (!balanced || service.request().deleting()) {
      statuses.remove(told.service());
    } else {
      lookAtStatus(service, Inscription.wanted(told, service, announcers), nowNs, due);
    }
  }

  /** What we have written on a Service that is nobody's now is taken off it. */
  private void lookAtLeftOver(ClusterService service, long nowNs, List<Due> due) {
    if (Inscription.isLeftOver(service)) {
      lookAtStatus(service, Inscription.withoutOurs(service), nowNs, due);
    } else {
      statuses.remove(service.key());
    }
  }

  private void lookAtStatus(ClusterService service, Inscription wanted, long nowNs, List<Due> due) {
    ServiceKey key = service.key();
    Inscription there = Inscription.of(service);
    StatusWork before =
        Optional.ofNullable(statuses.get(key))
            .filter(work -> work.uid().equals(service.uid()))
            .orElseGet(() -> StatusWork.of(service.uid(), nowNs));
    int limit = settings.contestLimit(service);
    StatusWork work = before.seen(there, wanted, dropped, limit, nowNs, settings);
    if (work.contested() && !before.contested()) {
      conflicts++;
      LOG.warn("{}: {}", key, conflict());
    }
    statuses.put(key, work);
    if (work.due()) {
      add(
          due,
          work.dueNs(there, wanted, settings),
          nowNs,
          () -> new Deed.SayStatus(key, service.uid(), wanted, there));
    }
  }

  private void lookAtNodes(
      ClusterReport report, Map<String, Integer> known, long nowNs, List<Due> due) {
    for (ClusterNode node : report.cluster().nodes().values()) {
      String there = node.annotations().getOrDefault(ClusterNode.CONNECTIONS, "");
      Integer connections = known.get(node.name());
      String wanted = connections == null ? "" : connections.toString();
      if (!there.equals(wanted)) {
        NodeWork work =
            Optional.ofNullable(nodes.get(node.name()))
                .filter(before -> before.uid().equals(node.uid()))
                .orElseGet(() -> NodeWork.of(node.uid(), nowNs));
        nodes.put(node.name(), work);
        add(
            due,
            work.dueNs(there, wanted, settings),
            nowNs,
            () -> new Deed.SayConnections(node.name(), node.uid(), wanted, there));
      }
    }
  }

  private void lookAtEvents(ServiceReport told, long nowNs, List<Due> due) {
    Map<String, Remark> remarks = remarks(told);
    if (remarks.isEmpty() && !events.containsKey(told.service())) {
      return;
    }
    Map<String, EventWork> works =
        events.computeIfAbsent(told.service(), _ -> new LinkedHashMap<>());
    works.replaceAll(
        (reason, work) -> remarks.containsKey(reason) ? work : work.gone(nowNs, settings));
    remarks.forEach((reason, remark) -> {
      EventWork before = works.getOrDefault(reason, EventWork.of(nowNs));
      works.put(reason, before.seen(remark, nowNs, settings));
    });
    works.computeIfPresent(ServiceReport.SERVED, (_, work) -> afterTrouble(work, works, nowNs));
    works.forEach((reason, work) -> {
      if (work.due()) {
        long atNs = work.dueNs(quiet(work, works));
        add(due, atNs, nowNs, () -> deed(told, work.remark(reason), work));
      }
    });
  }

  /**
   * The Events of an object are read as a story: after a Warning that was told and is over it is
   * told that the Service is served, although that has been told before.
   */
  private static EventWork afterTrouble(
      EventWork served, Map<String, EventWork> works, long nowNs) {
    return served.standing() && isAnswer(served, works) ? served.again(nowNs) : served;
  }

  private static boolean isAnswer(EventWork served, Map<String, EventWork> works) {
    return works.values().stream().anyMatch(work -> work.isOverAndToldAfter(served));
  }

  /**
   * How long it must have been silent before it is told again. That all is well is told at once
   * after trouble that was told, so never more often than trouble; and trouble after that sooner
   * than trouble of which the last word is said already.
   */
  private Duration quiet(EventWork work, Map<String, EventWork> works) {
    EventWork served = works.get(ServiceReport.SERVED);
    if (served == null) {
      return settings.eventQuiet();
    }
    if (work.equals(served)) {
      return isAnswer(served, works) ? Duration.ZERO : settings.eventQuiet();
    }
    return work.level() == Level.WARNING && served.toldAfter(work)
        ? settings.turnQuiet()
        : settings.eventQuiet();
  }

  private Deed deed(ServiceReport told, Remark remark, EventWork work) {
    return work.same()
        .<Deed>map(event ->
            new Deed.CountEvent(
                told.service(), remark.reason(), event.name(), event.count() + work.untold()))
        .orElseGet(() ->
            new Deed.PostEvent(
                told.service(),
                told.uid(),
                told.service().name() + "." + eventNames.get(),
                remark,
                work.untold()));
  }

  private void add(List<Due> due, long atNs, long nowNs, Supplier<Deed> deed) {
    if (atNs - nowNs <= 0) {
      due.add(new Due(atNs, deed.get()));
    } else if (atNs - wakeNs < 0) {
      wakeNs = atNs;
    }
  }

  /** By reason: what is said for the same reason is one remark, and our own are among them. */
  private Map<String, Remark> remarks(ServiceReport told) {
    List<Remark> all = new ArrayList<>(told.remarks());
    StatusWork work = statuses.get(told.service());
    if (work != null && work.contested()) {
      all.add(new Remark(Level.WARNING, "StatusConflict", conflict()));
    }
    if (firstWithoutIpMode.filter(told.service()::equals).isPresent()) {
      all.add(new Remark(Level.WARNING, "IPModeNotSupported", NO_IP_MODE));
    }
    Map<String, Remark> byReason = new LinkedHashMap<>();
    all.forEach(remark -> byReason.merge(remark.reason(), remark, Telling::joined));
    return byReason;
  }

  private static Remark joined(Remark first, Remark second) {
    Level level = first.level() == Level.WARNING ? Level.WARNING : second.level();
    return new Remark(level, first.reason(), first.message() + "; " + second.message());
  }

  private void said(Deed.SayStatus deed, JsonNode answered, String version, long nowNs) {
    statusWrites++;
    status(deed, work -> work.written(deed.there(), deed.wanted(), version, nowNs, settings));
    List<Given> wanted = deed.wanted().ingress();
    boolean ipMode = dropped.ipMode();
    if (deed.ofAddresses() && !wanted.isEmpty()) {
      ipMode = Ingress.ipModeDropped(ServiceReading.given(answered), wanted);
      if (!ipMode) {
        firstWithoutIpMode = Optional.empty();
      } else if (!dropped.ipMode()) {
        firstWithoutIpMode = Optional.of(deed.service());
        LOG.warn("{}", NO_IP_MODE);
      }
    }
    boolean conditions =
        deed.wanted().conditions().isEmpty()
            ? dropped.conditions()
            : ServiceReading.conditions(answered).isEmpty();
    if (conditions && !dropped.conditions()) {
      LOG.info("the API server keeps no conditions of Services (Kubernetes before 1.20)");
    }
    dropped = new Inscription.Dropped(ipMode, conditions);
  }

  private void failed(Deed deed, Failure failure, long nowNs) {
    obstacles.met(deed, failure, nowNs);
    switch (deed) {
      case Deed.SayStatus status -> status(status, work -> work.failed(failure, nowNs, settings));
      case Deed.PostEvent(var service, _, _, var remark, _) ->
          event(service, remark.reason(), work -> work.failed(failure, nowNs, settings));
      case Deed.CountEvent(var service, var reason, _, _) ->
          event(
              service,
              reason,
              work ->
                  failure.code() == 404 ? work.expired() : work.failed(failure, nowNs, settings));
      case Deed.SayConnections(var node, _, _, _) ->
          nodes.computeIfPresent(node, (_, work) -> work.failed(failure, nowNs, settings));
    }
  }

  private void dropUnlessWarning(ServiceKey service, Remark remark) {
    if (remark.level() == Level.NORMAL) {
      eventsDropped++;
      event(service, remark.reason(), EventWork::dropped);
    }
  }

  private String conflict() {
    return ("the status is rewritten by others again and again; it is let alone for %d minutes. Two"
            + " controllers must not serve the same Service: see spec.loadBalancerClass")
        .formatted(settings.contestPause().toMinutes());
  }

  private static String message(EventWork work) {
    return work.posted().map(EventWork.Posted::message).orElse(work.message());
  }

  private void status(Deed.SayStatus deed, UnaryOperator<StatusWork> change) {
    statuses.computeIfPresent(deed.service(), (_, work) -> change.apply(work));
  }

  private void event(ServiceKey service, String reason, UnaryOperator<EventWork> change) {
    Map<String, EventWork> works = events.get(service);
    if (works != null) {
      works.computeIfPresent(reason, (_, work) -> change.apply(work));
    }
  }
}
