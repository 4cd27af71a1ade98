package io.headgate.admin;

import static io.headgate.admin.HtmlTable.escaped;

import io.headgate.admin.AddressesView.AddressView;
import io.headgate.admin.AddressesView.GroupView;
import io.headgate.admin.AddressesView.PoolView;
import io.headgate.admin.AddressesView.WaitingView;
import io.headgate.admin.HtmlTable.Cell.Figure;
import io.headgate.admin.HtmlTable.Cell.State;
import io.headgate.admin.StatusView.ClusterView;
import io.headgate.admin.StatusView.WatchView;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** The views as one page: what is wrong first, readable without a script. */
final class StatusPage {
  static final String STYLE = resource("style.css");
  private static final int EVENTS = 50;

  private StatusPage() {}

  static String written(
      StatusView status,
      List<RouteView> routes,
      List<BackendView> backends,
      List<NodeView> nodes,
      AddressesView addresses,
      List<EventView> events) {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="refresh" content="5">
    <meta name="viewport" content="width=device-width">
    <title>%s %s - headgate</title>
    <link rel="stylesheet" href="/style.css">
    </head>
    <body>
    """
            .formatted(escaped(status.state()), escaped(status.name()))
        + head(status)
        + listeners(status)
        + clusters(status.cluster())
        + routes(routes)
        + routes.stream().map(route -> backends(route, backends)).collect(Collectors.joining())
        + nodes(nodes)
        + addresses(addresses)
        + events(events)
        + "</body>\n</html>\n";
  }

  private static String head(StatusView status) {
    boolean ok = status.state().equals("ok");
    return """
    <header class="%s">
    <h1>%s <span>%s</span></h1>
    %s<p>headgate %s, up %s, %s with %d workers, table %d, %s connections, %d accepted</p>
    <p>%s, loaded %s; last reload: %s</p>
    </header>
    """
        .formatted(
            ok ? "ok" : "degraded",
            escaped(status.name()),
            escaped(ok ? "ok" : "DEGRADED"),
            status.problems().isEmpty() ? "" : HtmlTable.list(status.problems()),
            escaped(status.version()),
            Figures.seconds((double) status.uptimeSeconds()),
            escaped(status.transport()),
            status.workers(),
            status.tableGeneration(),
            status.maxConnections() == 0
                ? "" + status.activeConnections()
                : status.activeConnections() + " of " + status.maxConnections(),
            status.acceptedConnections(),
            escaped(status.configFile()),
            escaped(status.configLoadedAt()),
            escaped(status.lastReload()));
  }

  private static String listeners(StatusView status) {
    HtmlTable table = new HtmlTable("Listener", "Route", "State");
    status
        .listeners()
        .forEach(listener ->
            table.row(
                listener.listener(),
                listener.route(),
                listener.problem().isEmpty()
                    ? new State("bound")
                    : new State("down", "not bound: " + listener.problem())));
    return "<h2>Listeners</h2>\n" + table.html();
  }

  private static String clusters(List<ClusterView> clusters) {
    boolean several = clusters.size() > 1;
    return clusters.stream().map(one -> cluster(one, several)).collect(Collectors.joining());
  }

  private static String cluster(ClusterView cluster, boolean several) {
    HtmlTable table =
        new HtmlTable("Watch", "Listed", "Watching", "#Events", "#Errors", "Last error");
    for (WatchView watch : cluster.watches()) {
      table.row(
          watch.resource(),
          watch.listed() ? "yes" : "no",
          watch.watching() ? "yes" : "no",
          new Figure(watch.events()),
          new Figure(watch.errors()),
          watch.lastError());
    }
    String heading = several ? "Cluster " + cluster.name() : "Cluster";
    String share =
        several ? "weight %d, priority %d; ".formatted(cluster.weight(), cluster.priority()) : "";
    return "<h2>%s</h2>\n<p>%s</p>\n"
            .formatted(escaped(heading), escaped(share + clusterLine(cluster)))
        + table.html();
  }

  /** The cluster in one line: how fresh, how long ago, how much. */
  private static String clusterLine(ClusterView cluster) {
    String contact =
        cluster.lastContactSeconds() < 0
            ? "never heard"
            : "heard " + Figures.seconds(cluster.lastContactSeconds()) + " ago";
    return "%s, %s: %s; %d nodes, %d services, %d endpoints"
        .formatted(
            cluster.freshness(),
            contact,
            cluster.server(),
            cluster.nodes(),
            cluster.services(),
            cluster.endpoints());
  }

  private static String routes(List<RouteView> routes) {
    HtmlTable table =
        new HtmlTable(
            "Route",
            "Listeners",
            "To",
            "Balance",
            "Mode",
            "#Usable",
            "#Active",
            "#Waiting",
            "#Accepted",
            "#From clients",
            "#To clients",
            "#Retries",
            "#Failed");
    for (RouteView route : routes) {
      table.row(
          route.route(),
          String.join(" ", route.listeners()),
          route.source(),
          route.balance(),
          new State(route.mode()),
          new Figure(route.usable() + "/" + route.backends()),
          new Figure(route.active()),
          new Figure(route.waiting()),
          new Figure(route.accepted()),
          new Figure(Figures.bytes(route.fromClientBytes())),
          new Figure(Figures.bytes(route.toClientBytes())),
          new Figure(route.connectRetries()),
          new Figure(route.failed()));
    }
    return "<h2>Routes</h2>\n" + table.html();
  }

  private static String backends(RouteView route, List<BackendView> backends) {
    HtmlTable table =
        new HtmlTable(
            "Node",
            "Address",
            "State",
            "#Since",
            "#Weight",
            "#Active",
            "#Total",
            "#Failures",
            "#From clients",
            "#To clients",
            "Why",
            "Probe");
    for (BackendView backend : backends) {
      if (backend.route().equals(route.route())) {
        table.row(
            backend.node(),
            backend.address(),
            new State(backend.state()),
            new Figure(Figures.seconds(backend.sinceSeconds())),
            new Figure(backend.weightPercent() + "%"),
            new Figure(backend.active()),
            new Figure(backend.total()),
            new Figure(backend.connectFailures()),
            new Figure(Figures.bytes(backend.fromClientBytes())),
            new Figure(Figures.bytes(backend.toClientBytes())),
            backend.reason(),
            backend.probe());
      }
    }
    return "<h3>Backends of %s</h3>\n".formatted(escaped(route.route())) + table.html();
  }

  private static String nodes(List<NodeView> nodes) {
    HtmlTable table =
        new HtmlTable("Node", "Address", "Ready", "Flags", "Order", "Backends", "#Active");
    for (NodeView node : nodes) {
      table.row(
          node.node(),
          node.address(),
          node.ready(),
          String.join(" ", node.flags()),
          node.order(),
          String.join(", ", node.states()),
          new Figure(node.active()));
    }
    return "<h2>Nodes</h2>\n" + table.html();
  }

  private static String addresses(AddressesView view) {
    HtmlTable addresses = new HtmlTable("Address", "Pool", "For", "Owner", "State");
    for (AddressView address : view.addresses()) {
      boolean whole = address.listeners() > 0 && address.bound() == address.listeners();
      String problems = String.join("; ", address.problems());
      addresses.row(
          address.address(),
          address.pool(),
          address.users().stream()
              .map(user ->
                  user.name()
                      + user.ports().stream().map(port -> " " + port).collect(Collectors.joining()))
              .collect(Collectors.joining(", ")),
          address.owner(),
          whole && problems.isEmpty()
              ? new State("bound")
              : new State(
                  "down",
                  "%d of %d bound %s"
                      .formatted(address.bound(), address.listeners(), problems)
                      .strip()));
    }
    String html = "<h2>Addresses</h2>\n" + addresses.html();
    return html
        + (view.groups().isEmpty() ? "" : groups(view.groups()))
        + (view.pools().isEmpty() ? "" : pools(view))
        + waiting(view.waiting());
  }

  private static String groups(List<GroupView> groups) {
    HtmlTable table = new HtmlTable("Group", "Role", "#Priority", "Owner", "Why");
    for (GroupView group : groups) {
      table.row(
          group.group(),
          new State(group.role()),
          group.effectivePriority(),
          group.owner(),
          group.unfit().isEmpty() ? group.why() : group.unfit());
    }
    return table.html();
  }

  private static String pools(AddressesView view) {
    HtmlTable pools = new HtmlTable("Pool", "Family", "#Used", "#Free", "Addresses", "From");
    for (PoolView pool : view.pools()) {
      pools.row(
          pool.pool(),
          pool.family(),
          new Figure(pool.used()),
          new Figure(pool.free()),
          String.join(", ", pool.ranges()),
          pool.from());
    }
    return pools.html();
  }

  private static String waiting(List<WaitingView> waiting) {
    if (waiting.isEmpty()) {
      return "";
    }
    HtmlTable table = new HtmlTable("Service without address", "Why");
    waiting.forEach(one -> table.row(one.service(), one.why()));
    return table.html();
  }

  private static String events(List<EventView> events) {
    HtmlTable table = new HtmlTable("When", "Level", "What", "Message");
    events.reversed().stream()
        .limit(EVENTS)
        .forEach(event ->
            table.row(event.at(), new State(event.level()), event.subject(), event.message()));
    return "<h2>Events</h2>\n" + table.html();
  }

  private static String resource(String name) {
    try (InputStream stream =
        Objects.requireNonNull(StatusPage.class.getResourceAsStream(name), name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
