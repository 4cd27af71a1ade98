package io.headgate.cli;

import io.headgate.admin.AdminClient.Reply;
import io.headgate.admin.AdminUnavailableException;
import io.headgate.admin.Figures;
import io.headgate.admin.RouteView;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code headgate routes}. */
@Command(
    name = "routes",
    description = "List the routes, their traffic and how many backends they can use.",
    footer = {"", "Example: headgate routes --no-headers | awk '$5 == \"empty\"'"})
final class RoutesCommand implements Callable<Integer> {
  @Mixin private final Asking asking;

  RoutesCommand(Ink ink) {
    asking = new Asking(ink);
  }

  @Override
  public Integer call() throws AdminUnavailableException, RefusedException {
    Reply reply = asking.view("/api/v1/routes");
    if (asking.json()) {
      asking.print(reply);
      return ExitCode.FINE;
    }
    Table table =
        new Table(
            "ROUTE",
            "LISTENERS",
            "TO",
            "BALANCE",
            "MODE",
            "#USABLE",
            "#ACTIVE",
            "#WAITING",
            "#ACCEPTED",
            "#IN",
            "#OUT",
            "#RETRIES",
            "#FAILED");
    for (RouteView route : reply.asList(RouteView.class)) {
      table.row(
          route.route(),
          String.join(",", route.listeners()),
          route.source(),
          route.balance(),
          route.mode(),
          route.usable() + "/" + route.backends(),
          route.active(),
          route.waiting(),
          route.accepted(),
          size(route.fromClientBytes()),
          size(route.toClientBytes()),
          route.connectRetries(),
          route.failed());
    }
    asking.print(table);
    return ExitCode.FINE;
  }

  /** Without the blank, so that it stays one column for a script. */
  static String size(long bytes) {
    return Figures.bytes(bytes).replace(" ", "");
  }
}
