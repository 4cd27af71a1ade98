package io.headgate.desired;

import io.headgate.addressing.Assignment;
import io.headgate.addressing.Reasons;
import io.headgate.config.RouteConfig;
import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.EdgePort;
import io.headgate.model.Listener;
import io.headgate.model.PortReference;
import io.headgate.model.RoutePolicy;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.PortProblem;
import io.headgate.model.ServiceReport.Remark;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one Service asks of this edge, and what of it can be had. Used for one decision, by one
 * thread: first all {@link #askAssigned}, then all {@link #askExternal}, then {@link #served}.
 */
final class Serving {
  private final ServiceSettings settings;
  private final ClusterService service;
  private final Optional<Assignment> assignment;
  private final List<InetAddress> external;
  private final Map<String, EdgePort> ports = new LinkedHashMap<>();
  private final Map<String, List<Listener>> listeners = new TreeMap<>();
  private final List<PortProblem> problems = new ArrayList<>();
  private final List<Remark> remarks = new ArrayList<>();
  private boolean contested;

  /**
   * One Service's.
   *
   * @param assignment empty for a Service whose class is not ours
   * @param external those of its external IPs that it may have
   */
  Serving(ServiceSettings settings, Optional<Assignment> assignment, List<InetAddress> external) {
    this.settings = settings;
    this.service = settings.service();
    this.assignment = assignment;
    this.external = external;
    assignment.ifPresent(known -> {
      problems.addAll(known.portProblems());
      remarks.addAll(known.remarks());
    });
    settings.ports().forEach(this::look);
  }

  private void look(EdgePort wanted) {
    Port port = wanted.port();
    if (!port.protocol().equals("TCP")) {
      problems.add(new PortProblem(port.protocol(), port.port(), ServiceReport.UNSUPPORTED));
      warn(
          ServiceReport.UNSUPPORTED,
          "port %d/%s is not served: only TCP is".formatted(port.port(), port.protocol()));
    } else {
      ports.putIfAbsent(routeName(port), wanted);
    }
  }

  /** A configured route's name has neither slash nor colon, so the two never meet. */
  private String routeName(Port port) {
    return service.key() + ":" + PortReference.to(port);
  }

  /** Wants its ports on the addresses that it was given. */
  void askAssigned(Occupied occupied) {
    List<InetAddress> addresses = assignment.map(Assignment::addresses).orElse(List.of());
    ports.forEach((route, wanted) -> {
      Port port = wanted.port();
      if (!assignedElsewhere(port)) {
        ask(route, wanted, addresses, occupied);
        if (!addresses.isEmpty() && !listeners.containsKey(route)) {
          problems.add(new PortProblem("TCP", port.port(), Reasons.PORT_ERROR));
        }
      }
    });
  }

  /** Wants its ports on its external IPs, as kube-proxy would serve them. */
  void askExternal(Occupied occupied) {
    ports.forEach((route, wanted) -> ask(route, wanted, external, occupied));
  }

  private boolean assignedElsewhere(Port port) {
    return assignment.stream()
        .flatMap(known -> known.portProblems().stream())
        .anyMatch(problem -> problem.protocol().equals("TCP") && problem.port() == port.port());
  }

  private void ask(String route, EdgePort wanted, List<InetAddress> addresses, Occupied occupied) {
    for (InetAddress address : addresses) {
      if (address.isAnyLocalAddress()) {
        continue; // nobody's to give
      }
      var listener = new Listener(address, wanted.number());
      Optional<String> other = occupied.take(listener, route);
      if (other.isPresent()) {
        contested = true;
        warn(Reasons.PORT_IN_USE, "%s belongs to route %s".formatted(listener, other.get()));
      } else if (!listeners.getOrDefault(route, List.of()).contains(listener)) {
        listeners.computeIfAbsent(route, _ -> new ArrayList<>()).add(listener);
      }
    }
  }

  void warn(String reason, String message) {
    remarks.add(new Remark(Level.WARNING, reason, message));
  }

  /**
   * The answer.
   *
   * @param before what it was by the decision before; returned where it is the same
   */
  Served served(RoutePolicy defaults, Optional<Served> before) {
    var asked =
        new Served.Asked(
            settings,
            assignment,
            listeners,
            defaults,
            problems.stream().distinct().toList(),
            remarks());
    return before
        .filter(known -> known.asked().equals(asked))
        .orElseGet(() -> new Served(asked, routes(defaults), plain()));
  }

  private boolean plain() {
    return !contested && service.request().externalIps().isEmpty();
  }

  /** One route for each port that has somewhere to listen. */
  private List<EffectiveRoute> routes(RoutePolicy defaults) {
    List<EffectiveRoute> routes = new ArrayList<>();
    listeners.forEach((name, listening) -> {
      EdgePort wanted = ports.get(name);
      if (wanted != null) {
        Port port = wanted.port();
        var source = new Source.Service(service.key(), PortReference.to(port));
        var config = new RouteConfig(name, listening, source, settings.policy(defaults, port));
        routes.add(new EffectiveRoute(config, Optional.of(settings), true));
      }
    });
    return routes;
  }

  ServiceKey service() {
    return service.key();
  }

  /** Of the Service itself, not of its routes. */
  private List<Remark> remarks() {
    List<Remark> all = new ArrayList<>(remarks);
    all.addAll(settings.remarks());
    return all;
  }
}
