package io.headgate.desired;

import io.headgate.addressing.Assignment;
import io.headgate.model.Listener;
import io.headgate.model.RoutePolicy;
import io.headgate.model.ServiceReport.PortProblem;
import io.headgate.model.ServiceReport.Remark;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a Service has got of this edge.
 *
 * @param routes one for each port that has somewhere to listen
 */
record Served(Asked asked, List<EffectiveRoute> routes) {
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

  ServiceSettings settings() {
    return asked.settings();
  }
}
