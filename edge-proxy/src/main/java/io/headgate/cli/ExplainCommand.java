package io.headgate.cli;

import io.headgate.admin.AdminClient;
import io.headgate.admin.AdminClient.Reply;
import io.headgate.admin.AdminUnavailableException;
import io.headgate.model.Explanation;
import io.headgate.model.Explanation.OfNode;
import io.headgate.model.Explanation.Verdict;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code headgate explain NAME}: why each node is used or not. */
@Command(
    name = "explain",
    description = "Say for every node why it is used or not; => marks the answer that decides.",
    footer = {"", "Example: headgate explain ingress-nginx/ingress-nginx-controller"})
final class ExplainCommand implements Callable<Integer> {
  @Mixin private final Asking asking;

  @Parameters(paramLabel = "NAME", description = "a route, or namespace/name of a Service")
  private String name = "";

  ExplainCommand(Ink ink) {
    asking = new Asking(ink);
  }

  @Override
  public Integer call() throws AdminUnavailableException, RefusedException {
    String path = AdminClient.encoded(name).replace("%2F", "/");
    Reply reply = asking.view("/api/v1/explain/" + path);
    if (asking.json()) {
      asking.print(reply);
    } else {
      reply.asList(Explanation.class).forEach(this::print);
    }
    return ExitCode.FINE;
  }

  private void print(Explanation explanation) {
    asking.say("route %s to %s".formatted(explanation.route(), explanation.source()));
    explanation.notes().forEach(note -> asking.say("  " + Table.printable(note)));
    explanation.nodes().forEach(this::print);
    asking.say("");
  }

  private void print(OfNode node) {
    String state = node.state().map(known -> known.name()).orElse("not selected");
    asking.say(
        "  %s%s: %s"
            .formatted(
                Table.printable(node.node()),
                node.backend().isEmpty() ? "" : " " + node.backend(),
                asking.inked(state)));
    int width = node.verdicts().stream().mapToInt(one -> one.question().length()).max().orElse(0);
    for (Verdict verdict : node.verdicts()) {
      asking.say(
          "  %s %s  %s"
              .formatted(
                  verdict.decides() ? "=>" : "  ",
                  verdict.question() + " ".repeat(width - verdict.question().length()),
                  Table.printable(verdict.answer())));
    }
  }
}
