package io.headgate.cli;

import io.headgate.admin.AdminClient;
import io.headgate.admin.AdminClient.Reply;
import io.headgate.admin.AdminUnavailableException;
import io.headgate.admin.BackendView;
import io.headgate.admin.Figures;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code headgate backends [ROUTE]}. */
@Command(
    name = "backends",
    description = "List the backends of one route, or of all, with state, traffic and reason.",
    footer = {"", "Example: headgate backends https"})
final class BackendsCommand implements Callable<Integer> {
  @Mixin private final Asking asking;

  @Parameters(arity = "0..1", paramLabel = "ROUTE", description = "only this route's")
  private Optional<String> route = Optional.empty();

  BackendsCommand(Ink ink) {
    asking = new Asking(ink);
  }

  @Override
  public Integer call() throws AdminUnavailableException, RefusedException {
    String query = route.map(name -> "?route=" + AdminClient.encoded(name)).orElse("");
    Reply reply = asking.view("/api/v1/backends" + query);
    if (asking.json()) {
      asking.print(reply);
      return ExitCode.FINE;
    }
    Table table =
        new Table(
            "ROUTE",
            "NODE",
            "ADDRESS",
            "STATE",
            "#SINCE",
            "#WEIGHT",
            "#ACTIVE",
            "#TOTAL",
            "#FAILURES",
            "#IN",
            "#OUT",
            "WHY");
    for (BackendView backend : reply.asList(BackendView.class)) {
      table.row(
          backend.route(),
          backend.node(),
          backend.address(),
          backend.state(),
          Figures.seconds(backend.sinceSeconds()),
          backend.weightPercent() + "%",
          backend.active(),
          backend.total(),
          backend.connectFailures(),
          RoutesCommand.size(backend.fromClientBytes()),
          RoutesCommand.size(backend.toClientBytes()),
          why(backend));
    }
    asking.print(table);
    return ExitCode.FINE;
  }

  private static String why(BackendView backend) {
    if (backend.probe().isEmpty()) {
      return backend.reason();
    }
    String probe = "probe: " + backend.probe();
    return backend.reason().isEmpty() ? probe : backend.reason() + "; " + probe;
  }
}
