package io.headgate.cli;

import io.headgate.admin.AddressesView.GroupView;
import io.headgate.admin.AdminClient.Reply;
import io.headgate.admin.AdminUnavailableException;
import io.headgate.admin.Edge.FailoverResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code headgate failover}: the addresses go to a peer, and this edge serves until it has them.
 */
@Command(
    name = "failover",
    description = {
      "Hand the addresses of a group, or of all, to a peer.",
      "This edge serves until the peer does; where no peer takes them, it keeps them and exits 1.",
      "Established connections are reset then, unless takeover.second-chance is on."
    },
    footer = {
      "",
      "Until --take-back this edge takes nothing back from a peer that lives.",
      "Example: headgate failover && systemctl restart headgate"
    })
final class FailoverCommand implements Callable<Integer> {
  /** Longer than an edge waits for peers that advertise every ten seconds. */
  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  @Mixin private final Asking asking;

  @Parameters(
      paramLabel = "GROUP",
      arity = "0..1",
      defaultValue = "",
      description = "of takeover.vrrp.groups; all of them without")
  private String group = "";

  @Option(names = "--take-back", description = "take part with this edge's own priority again")
  private boolean takeBack;

  FailoverCommand(Ink ink) {
    asking = new Asking(ink);
  }

  @Override
  public Integer call() throws AdminUnavailableException, RefusedException {
    Reply reply = Asking.fine(asking.client(TIMEOUT).failover(group, takeBack));
    List<GroupView> groups = reply.as(FailoverResult.class).groups();
    if (asking.json()) {
      asking.print(reply);
    } else {
      asking.print(GroupTable.of(groups));
    }
    boolean kept = !takeBack && groups.stream().anyMatch(one -> one.role().equals("active"));
    if (kept) {
      asking.complain("headgate: no peer has taken over: this edge goes on serving");
    }
    return kept ? ExitCode.FAILED : ExitCode.FINE;
  }
}
