package io.headgate.cli;

import io.headgate.admin.AdminClient.Reply;
import io.headgate.admin.AdminUnavailableException;
import io.headgate.admin.NodeView;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code headgate nodes}. */
@Command(
    name = "nodes",
    description = "List the nodes: readiness, what was ordered, and their backends by state.",
    footer = {"", "Example: headgate nodes"})
final class NodesCommand implements Callable<Integer> {
  @Mixin private final Asking asking;

  NodesCommand(Ink ink) {
    asking = new Asking(ink);
  }

  @Override
  public Integer call() throws AdminUnavailableException, RefusedException {
    Reply reply = asking.view("/api/v1/nodes");
    if (asking.json()) {
      asking.print(reply);
      return ExitCode.FINE;
    }
    Table table = new Table("NODE", "ADDRESS", "READY", "FLAGS", "ORDER", "#ACTIVE", "BACKENDS");
    for (NodeView node : reply.asList(NodeView.class)) {
      table.row(
          node.node(),
          node.address(),
          node.ready(),
          String.join(",", node.flags()),
          node.order(),
          node.active(),
          String.join(", ", node.states()));
    }
    asking.print(table);
    return ExitCode.FINE;
  }
}
