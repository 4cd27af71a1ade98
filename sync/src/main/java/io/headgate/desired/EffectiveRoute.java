package io.headgate.desired;

import io.headgate.config.RouteConfig;
import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.Listener;
import io.headgate.model.ServiceReport.Remark;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A route with all that is said of it, in the file and on its Service.
 *
 * @param config with the policy that holds
 * @param settings of its Service, where there is one
 * @param byService it is there because a Service asks for it, not because the file names it
 */
record EffectiveRoute(RouteConfig config, Optional<ServiceSettings> settings, boolean byService) {

  /** One of the file, as it is in force with what its Service says. */
  static EffectiveRoute of(RouteConfig config, Optional<ServiceSettings> settings) {
    var alone = new EffectiveRoute(config, settings, false);
    return alone
        .port()
        .map(port -> withPolicyOf(config, settings.orElseThrow(), port))
        .map(known -> new EffectiveRoute(known, settings, false))
        .orElse(alone);
  }

  /** The port of its Service, where there is one. */
  Optional<Port> port() {
    return config.source() instanceof Source.Service(_, var reference)
        ? settings.flatMap(known -> known.service().port(reference))
        : Optional.empty();
  }

  /** Where clients of a Service that asks come in and go on to; the file says it of its routes. */
  Optional<String> way() {
    return port()
        .filter(_ -> byService)
        .map(port ->
            "%s -> port %s -> %s"
                .formatted(
                    Listener.text(config.listeners()),
                    port.name().isEmpty()
                        ? Integer.toString(port.port())
                        : "%s (%d)".formatted(port.name(), port.port()),
                    port.nodePort() > 0 ? "NodePort " + port.nodePort() : "no NodePort"));
  }

  /** What its Service's annotations do to it. Where a Service asks for it, it is told itself. */
  List<Note> notes() {
    List<Note> notes = new ArrayList<>();
    settings.ifPresent(known -> {
      known.remarks().stream()
          .map(Remark::message)
          .map(text -> byService ? Note.remark(text) : Note.alarm(text))
          .forEach(notes::add);
      known.origins().stream().map(Note::remark).forEach(notes::add);
    });
    return notes;
  }

  private static RouteConfig withPolicyOf(RouteConfig config, ServiceSettings settings, Port port) {
    return new RouteConfig(
        config.name(), config.listeners(), config.source(), settings.policy(config.policy(), port));
  }
}
