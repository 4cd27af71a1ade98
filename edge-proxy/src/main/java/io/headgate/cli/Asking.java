package io.headgate.cli;

import io.headgate.admin.AdminClient;
import io.headgate.admin.AdminClient.Reply;
import io.headgate.admin.AdminUnavailableException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command that asks a running edge has in common: its options and its way to print. */
final class Asking {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--admin-socket",
      paramLabel = "PATH",
      defaultValue = "${env:HEADGATE_ADMIN_SOCKET:-/run/headgate/admin.sock}",
      description = {
        "which edge to ask (default: ${DEFAULT-VALUE};",
        "HEADGATE_ADMIN_SOCKET names another)"
      })
  private Path socket = Path.of("/run/headgate/admin.sock");

  @Option(names = "--json", description = "print what the edge answers, as it is")
  private boolean json;

  @Option(names = "--no-headers", description = "print tables without their first line")
  private boolean withoutHeadings;

  private final Ink ink;

  Asking(Ink ink) {
    this.ink = ink;
  }

  boolean json() {
    return json;
  }

  AdminClient client() {
    return client(TIMEOUT);
  }

  /**
   * @param timeout for each exchange
   */
  AdminClient client(Duration timeout) {
    return new AdminClient(socket, timeout);
  }

  /** A view, or the edge's refusal as the reason why the command fails. */
  Reply view(String path) throws AdminUnavailableException, RefusedException {
    return fine(client().get(path));
  }

  static Reply fine(Reply reply) throws RefusedException {
    if (!reply.isFine()) {
      throw new RefusedException(reply.error());
    }
    return reply;
  }

  /** The edge's answer as it is, for a program to read. */
  void print(Reply reply) {
    out().print(reply.body());
    out().flush();
  }

  void print(Table table) {
    table.print(out(), ink, !withoutHeadings);
  }

  void say(String line) {
    out().println(line);
    out().flush();
  }

  void complain(String line) {
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    err.println(line);
    err.flush();
  }

  /** False once nobody reads any more. */
  boolean isRead() {
    return !out().checkError();
  }

  String inked(String text) {
    return ink.of(text);
  }

  private PrintWriter out() {
    return Objects.requireNonNull(spec).commandLine().getOut();
  }
}
