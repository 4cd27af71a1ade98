package io.headgate.cli;

import io.headgate.admin.AdminClient.Reply;
import io.headgate.admin.AdminUnavailableException;
import io.headgate.admin.Edge.ReloadResult;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code headgate reload}: the file is read again, or everything that is wrong with it is said. */
@Command(
    name = "reload",
    description = "Have the edge read its configuration file again.",
    footer = {
      "",
      "A file with problems changes nothing: each is printed, and the command exits 1.",
      "Example: headgate check && headgate reload"
    })
final class ReloadCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int UNPROCESSABLE = 422;

  @Mixin private final Asking asking;

  @Option(names = "--wait", description = "reload always waits until it is done; for clarity")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean wait;

  ReloadCommand(Ink ink) {
    asking = new Asking(ink);
  }

  @Override
  public Integer call() throws AdminUnavailableException, RefusedException {
    Reply reply = asking.client(TIMEOUT).reload();
    boolean refused = reply.status() == UNPROCESSABLE;
    if (!refused) {
      Asking.fine(reply);
    }
    if (asking.json()) {
      asking.print(reply);
    } else {
      print(reply.as(ReloadResult.class));
    }
    return refused ? ExitCode.FAILED : ExitCode.FINE;
  }

  private void print(ReloadResult result) {
    if (!result.problems().isEmpty()) {
      result.problems().forEach(asking::complain);
      asking.complain("headgate: the running configuration stays");
      return;
    }
    asking.say(result.changes().isEmpty() ? "reloaded: nothing has changed" : "reloaded:");
    result.changes().forEach(change -> asking.say("  " + Table.printable(change)));
  }
}
