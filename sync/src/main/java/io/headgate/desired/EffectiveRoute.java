package io.headgate.desired;

import io.headgate.config.RouteConfig;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
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
    if (!(config.source() instanceof RouteConfig.Source.Service source) || settings.isEmpty()) {
      return new EffectiveRoute(config, settings, false);
    }
    ClusterService service = settings.get().service();
    Optional<Port> port = service.port(source.port());
    return new EffectiveRoute(
        port.map(known -> withPolicyOf(config, settings.get(), known)).orElse(config),
        settings,
        false);
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
