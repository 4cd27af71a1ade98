package io.headgate.cli;

import io.headgate.admin.AdminClient.Reply;
import io.headgate.admin.AdminUnavailableException;
import io.headgate.admin.CheckView;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code headgate doctor}: what is wrong or would go wrong, and what to do; exits 4 then. */
@Command(
    name = "doctor",
    description = {
      "Look for what goes wrong, or would, and say what to do about it.",
      "Takes up to ten seconds."
    },
    footer = {"", "Exits 4 when anything is to be done.", "Example: headgate doctor"})
final class DoctorCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Mixin private final Asking asking;

  DoctorCommand(Ink ink) {
    asking = new Asking(ink);
  }

  @Override
  public Integer call() throws AdminUnavailableException, RefusedException {
    Reply reply = Asking.fine(asking.client(PATIENCE).get("/api/v1/doctor"));
    List<CheckView> checks = reply.asList(CheckView.class);
    if (asking.json()) {
      asking.print(reply);
    } else {
      checks.forEach(this::print);
    }
    return checks.stream().allMatch(check -> check.result().equals("ok"))
        ? ExitCode.FINE
        : ExitCode.DEGRADED;
  }

  private void print(CheckView check) {
    String result = check.result().toUpperCase(Locale.ROOT);
    asking.say(
        "%s%s  %-9s  %s"
            .formatted(
                asking.inked(result),
                " ".repeat(Math.max(0, 4 - result.length())),
                check.check(),
                Table.printable(check.finding())));
    if (!check.advice().isEmpty()) {
      asking.say("      -> " + Table.printable(check.advice()));
    }
  }
}
