package io.headgate.desired;

import io.headgate.desired.ServiceAnnotations.BackendMode;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.EdgePort;
import io.headgate.model.LabelSelector;
import io.headgate.model.Printable;
import io.headgate.model.RoutePolicy;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.Remark;
import io.headgate.model.ServiceReport.StatusAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the user of a Service has set for its routes. A value that means nothing changes nothing:
 * what was in force before it stays so, as long as the Service is the same and we remember.
 *
 * @param ours the Service's class is ours
 * @param inForce texts of the annotations that count, by their names without prefix
 * @param ports that it wants of each of its addresses
 * @param remarks what is wrong with the others
 */
record ServiceSettings(
    ClusterService service,
    boolean ours,
    Map<String, String> inForce,
    List<EdgePort> ports,
    SourceRanges sources,
    List<Remark> remarks) {
  ServiceSettings {
    inForce = Collections.unmodifiableMap(new TreeMap<>(inForce));
    ports = List.copyOf(ports);
    remarks = List.copyOf(remarks);
  }

  /** The settings after {@code previous}, which may be of another Service by the same name. */
  static ServiceSettings of(
      ClusterService service, boolean ours, Optional<ServiceSettings> previous) {
    Optional<ServiceSettings> before =
        previous.filter(known -> known.service.uid().equals(service.uid()));
    if (before.isPresent() && before.get().service.equals(service) && before.get().ours == ours) {
      return before.get();
    }
    var reading = new Reading(service, ours, before);
    service.request().annotations().entrySet().stream()
        .filter(annotation -> annotation.getKey().startsWith(ServiceAnnotations.PREFIX))
        .sorted(Map.Entry.comparingByKey())
        .forEach(annotation ->
            reading.look(
                annotation.getKey().substring(ServiceAnnotations.PREFIX.length()),
                annotation.getValue()));
    return reading.settings();
  }

  boolean ignored() {
    return text(ServiceAnnotations.IGNORE).flatMap(ServiceAnnotations::flag).orElse(false);
  }

  BackendMode backend() {
    return text(ServiceAnnotations.BACKEND).flatMap(BackendMode::parse).orElse(BackendMode.AUTO);
  }

  Optional<LabelSelector> nodes() {
    return text(ServiceAnnotations.NODE_SELECTOR).flatMap(LabelSelector::parse);
  }

  StatusAddress statusAddress() {
    return text(ServiceAnnotations.STATUS_ADDRESS)
        .flatMap(ServiceAnnotations::statusAddress)
        .orElseGet(StatusAddress.Ip::new);
  }

  /** What holds for connections to {@code port}, where {@code base} is what holds without us. */
  RoutePolicy policy(RoutePolicy base, Port port) {
    RoutePolicy policy = base;
    for (Map.Entry<String, String> annotation : inForce.entrySet()) {
      if (ServiceAnnotations.isPolicy(annotation.getKey())) {
        policy = ServiceAnnotations.apply(policy, annotation.getKey(), annotation.getValue(), port);
      }
    }
    return policy.withAffinityOf(service).allowing(sources.within(policy.allow()));
  }

  /** What {@code headgate explain} says of them: every value with its origin. */
  List<String> origins() {
    List<String> origins = new ArrayList<>();
    inForce.forEach((name, text) ->
        origins.add("%s = %s, by annotation of the Service".formatted(name, Printable.text(text))));
    sources
        .clients()
        .ifPresent(clients ->
            origins.add("only clients of " + clients + ", by the Service's source ranges"));
    Duration affinity = service.request().clientAffinity();
    if (!affinity.isZero()) {
      origins.add(
          "client-affinity = %ds, by the Service's sessionAffinity"
              .formatted(affinity.toSeconds()));
    }
    return origins;
  }

  private Optional<String> text(String name) {
    return Optional.ofNullable(inForce.get(name));
  }

  /** One way through the annotations. Used once, by one thread. */
  private static final class Reading {
    private final ClusterService service;
    private final boolean ours;
    private final Optional<ServiceSettings> before;
    private final Map<String, String> inForce = new TreeMap<>();
    private final List<Remark> remarks = new ArrayList<>();

    Reading(ClusterService service, boolean ours, Optional<ServiceSettings> before) {
      this.service = service;
      this.ours = ours;
      this.before = before;
    }

    void look(String name, String text) {
      if (!ServiceAnnotations.known(name)) {
        String meant =
            ServiceAnnotations.similar(name)
                .map(known -> " (did you mean " + ServiceAnnotations.PREFIX + known + "?)")
                .orElse("");
        warn("UnknownAnnotation", name, " is unknown" + meant);
        return;
      }
      if (ServiceAnnotations.isForOthers(name)) {
        return;
      }
      Optional<String> problem = ServiceAnnotations.problem(name, text, ours);
      if (problem.isEmpty()) {
        inForce.put(name, text);
        ServiceAnnotations.strangePorts(name, text, service)
            .ifPresent(strange -> warn("InvalidAnnotation", name, " names " + strange));
        return;
      }
      Optional<String> kept = before.flatMap(known -> known.text(name));
      kept.ifPresent(known -> inForce.put(name, known));
      String instead =
          kept.map(known -> "'" + Printable.text(known) + "' stays in force")
              .orElse("it has no effect");
      warn("InvalidAnnotation", name, ": " + problem.get() + "; " + instead);
    }

    ServiceSettings settings() {
      SourceRanges sources = SourceRanges.of(service, before.map(ServiceSettings::sources));
      sources
          .problem()
          .ifPresent(problem ->
              remarks.addFirst(new Remark(Level.WARNING, "InvalidSourceRanges", problem)));
      List<EdgePort> ports =
          Optional.ofNullable(inForce.get(ServiceAnnotations.PORTS))
              .map(text -> PortMapping.of(text, service))
              .orElseGet(() -> service.ports().stream().map(EdgePort::same).toList());
      return new ServiceSettings(service, ours, inForce, ports, sources, remarks);
    }

    private void warn(String reason, String name, String what) {
      String message = "annotation " + ServiceAnnotations.PREFIX + Printable.text(name) + what;
      remarks.add(new Remark(Level.WARNING, reason, message));
    }
  }
}
