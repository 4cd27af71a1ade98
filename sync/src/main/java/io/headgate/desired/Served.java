package io.headgate.desired;

import io.headgate.addressing.Assignment;
import io.headgate.model.Listener;
import io.headgate.model.RoutePolicy;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport.PortProblem;
import io.headgate.model.ServiceReport.Remark;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a Service has got of this edge.
 *
 * @param routes one for each port that has somewhere to listen
 * @param plain it asks for nothing but what it was assigned, and nobody else wants that
 */
record Served(Asked asked, List<EffectiveRoute> routes, boolean plain) {
  Served {
    routes = List.copyOf(routes);
  }

  /**
   * All that decides it.
   *
   * @param assignment empty for a Service whose class is not ours
   * @param listeners by the name of the route
   * @param remarks of the Service itself, not of its routes
   */
  record Asked(
      ServiceSettings settings,
      Optional<Assignment> assignment,
      Map<String, List<Listener>> listeners,
      RoutePolicy defaults,
      List<PortProblem> problems,
      List<Remark> remarks) {}

  /**
   * Whether it is as it was, without asking all over again. Takes what it listens on.
   *
   * @param assignmentNow of a Service whose settings are {@code settingsNow}
   */
  boolean stands(
      ServiceSettings settingsNow,
      Optional<Assignment> assignmentNow,
      RoutePolicy defaultsNow,
      Occupied occupied) {
    if (!plain
        || !asked.settings.equals(settingsNow)
        || !asked.assignment.equals(assignmentNow)
        || !asked.defaults.equals(defaultsNow)) {
      return false;
    }
    boolean free = true;
    for (Map.Entry<String, List<Listener>> route : asked.listeners.entrySet()) {
      for (Listener listener : route.getValue()) {
        free &= occupied.take(listener, route.getKey()).isEmpty();
      }
    }
    return free;
  }

  ServiceSettings settings() {
    return asked.settings();
  }

  ServiceKey key() {
    return asked.settings().service().key();
  }
}
