package io.headgate.cli;

import io.headgate.admin.AdminClient.Reply;
import io.headgate.admin.AdminUnavailableException;
import io.headgate.admin.Figures;
import io.headgate.admin.RouteView;
import io.headgate.admin.StatusView;
import io.headgate.admin.StatusView.ClusterView;
import io.headgate.admin.StatusView.ListenerView;
import io.headgate.admin.StatusView.WatchView;
import io.headgate.admin.StatusView.WriterView;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code headgate status}: is it well, and if not, why; exits 4 when it is not. */
@Command(
    name = "status",
    description = "Say whether the edge is well, and what is wrong if it is not.",
    footer = {"", "Exits 4 when the edge is degraded.", "Example: headgate status || page-someone"})
final class StatusCommand implements Callable<Integer> {
  @Mixin private final Asking asking;

  StatusCommand(Ink ink) {
    asking = new Asking(ink);
  }

  @Override
  public Integer call() throws AdminUnavailableException, RefusedException {
    Reply reply = asking.view("/api/v1/status");
    StatusView status = reply.as(StatusView.class);
    if (asking.json()) {
      asking.print(reply);
    } else {
      print(status, asking.view("/api/v1/routes").asList(RouteView.class));
    }
    return status.state().equals("ok") ? ExitCode.FINE : ExitCode.DEGRADED;
  }

  private void print(StatusView status, List<RouteView> routes) {
    verdict(status);
    line(
        "edge",
        "%s, headgate %s, up %s, %s with %d workers, table %d"
            .formatted(
                status.name(),
                status.version(),
                Figures.seconds((double) status.uptimeSeconds()),
                status.transport(),
                status.workers(),
                status.tableGeneration()));
    line(
        "config",
        "%s, loaded %s%s"
            .formatted(
                status.configFile(),
                status.configLoadedAt(),
                status.lastReload().isEmpty() ? "" : "; last reload: " + status.lastReload()));
    line("clients", clients(status));
    if (status.cluster().isEmpty()) {
      line("cluster", "none followed");
    }
    boolean several = status.cluster().size() > 1;
    status.cluster().forEach(cluster -> cluster(cluster, several));
    listeners(status.listeners());
    routes(routes);
  }

  private void verdict(StatusView status) {
    if (status.state().equals("ok")) {
      asking.say(asking.inked("ok"));
      return;
    }
    List<String> problems = status.problems();
    String first = problems.isEmpty() ? status.state() : problems.getFirst();
    String rest = problems.size() < 2 ? "" : " (and %d more)".formatted(problems.size() - 1);
    asking.say(asking.inked("DEGRADED") + ": " + Table.printable(first) + rest);
    problems.stream().skip(1).forEach(problem -> asking.say("  " + Table.printable(problem)));
  }

  private static String clients(StatusView status) {
    String limit = status.maxConnections() > 0 ? " of " + status.maxConnections() : "";
    return "%d%s connections, %d accepted so far"
        .formatted(status.activeConnections(), limit, status.acceptedConnections());
  }

  private void cluster(ClusterView cluster, boolean several) {
    String contact =
        cluster.lastContactSeconds() < 0
            ? "never heard from"
            : "last contact " + Figures.seconds(cluster.lastContactSeconds()) + " ago";
    line(
        "cluster",
        "%s%s, %s, %s: %d nodes, %d services, %d endpoints"
            .formatted(
                several
                    ? "%s (weight %d, priority %d): "
                        .formatted(cluster.name(), cluster.weight(), cluster.priority())
                    : "",
                cluster.freshness(),
                contact,
                cluster.server(),
                cluster.nodes(),
                cluster.services(),
                cluster.endpoints()));
    cluster.writer().forEach(writer -> line("writes", writes(writer)));
    for (WatchView watch : cluster.watches()) {
      if (!watch.listed() || !watch.watching()) {
        line(
            "",
            "%s: %s%s"
                .formatted(
                    watch.resource(),
                    watch.listed() ? "not watched" : "not listed yet",
                    watch.lastError().isEmpty() ? "" : ": " + watch.lastError()));
      }
    }
  }

  private static String writes(WriterView writer) {
    String done =
        writer.holdsLease()
            ? ": %d statuses, %d events written, %d pending, %d failed"
                .formatted(
                    writer.statusWrites(),
                    writer.eventWrites(),
                    writer.pending(),
                    writer.failures())
            : "";
    String error = writer.lastError().isEmpty() ? "" : "; last error: " + writer.lastError();
    return writer.writes() + done + error;
  }

  private void line(String title, String text) {
    asking.say("%-9s%s".formatted(title, Table.printable(text)));
  }

  private void listeners(List<ListenerView> listeners) {
    asking.say("");
    Table table = new Table("LISTENER", "ROUTE", "STATE");
    for (ListenerView listener : listeners) {
      table.row(
          listener.listener(),
          listener.route(),
          listener.problem().isEmpty() ? "bound" : "DOWN " + listener.problem());
    }
    asking.print(table);
  }

  private void routes(List<RouteView> routes) {
    asking.say("");
    Table table = new Table("ROUTE", "MODE", "#USABLE", "#ACTIVE", "TO");
    for (RouteView route : routes) {
      table.row(
          route.route(),
          route.mode(),
          route.usable() + "/" + route.backends(),
          route.active(),
          route.nodePort() > 0
              ? "%s, NodePort %d".formatted(route.source(), route.nodePort())
              : route.source());
    }
    asking.print(table);
  }
}
