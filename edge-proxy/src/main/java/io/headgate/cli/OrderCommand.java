package io.headgate.cli;

import io.headgate.admin.AdminClient.Reply;
import io.headgate.admin.AdminUnavailableException;
import io.headgate.admin.BackendView;
import io.headgate.admin.Edge.OrderResult;
import io.headgate.model.OperatorOrders.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The operator's word about a node, and waiting until it has come true. */
abstract sealed class OrderCommand implements Callable<Integer> {
  private static final Duration INTERVAL = Duration.ofMillis(500);

  @Mixin private final Asking asking;
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "NODE|ROUTE/NODE",
      description = "a node on every route or on one; a fixed backend goes by its address")
  private String target = "";

  @Option(names = "--wait", description = "wait until it has come true")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      converter = DurationText.class,
      description = "with --wait: give up after 90s, 5m, 1h … and exit 124 (default: 5m)")
  private @Nullable Duration timeout;

  private final String order;
  private final Pace pace;

  OrderCommand(String order, Ink ink, Pace pace) {
    this.order = order;
    this.asking = new Asking(ink);
    this.pace = pace;
  }

  /** What is still missing, in words; empty when the order has come true. */
  Optional<String> missing(List<BackendView> concerned) {
    long active = concerned.stream().mapToLong(BackendView::active).sum();
    return active == 0
        ? Optional.empty()
        : Optional.of("%d connection%s left".formatted(active, active == 1 ? "" : "s"));
  }

  @Override
  public Integer call() throws AdminUnavailableException, RefusedException, InterruptedException {
    if (timeout != null && !wait && spec != null) {
      throw new ParameterException(spec.commandLine(), "--timeout is for --wait");
    }
    long deadlineNs =
        System.nanoTime() + (timeout == null ? Duration.ofMinutes(5) : timeout).toNanos();
    Reply reply = Asking.fine(asking.client().order(target, order));
    if (asking.json()) {
      asking.print(reply);
    } else {
      asking.say(Table.printable(reply.as(OrderResult.class).message()));
    }
    return wait ? awaited(deadlineNs) : ExitCode.FINE;
  }

  private int awaited(long deadlineNs)
      throws AdminUnavailableException, RefusedException, InterruptedException {
    String said = "";
    while (true) {
      Optional<String> missing = missing(concerned());
      if (missing.isEmpty()) {
        progress("%s: done".formatted(target));
        return ExitCode.FINE;
      }
      if (!missing.get().equals(said)) {
        said = missing.get();
        progress("%s: %s".formatted(target, said));
      }
      if (System.nanoTime() - deadlineNs >= 0) {
        asking.complain("headgate: gave up waiting for %s: %s".formatted(target, said));
        return ExitCode.TIMED_OUT;
      }
      pace.pause(INTERVAL);
    }
  }

  /** JSON has standard output for itself. */
  private void progress(String line) {
    if (asking.json()) {
      asking.complain(line);
    } else {
      asking.say(line);
    }
  }

  private List<BackendView> concerned() throws AdminUnavailableException, RefusedException {
    Target wanted = Target.parse(target);
    return asking.view("/api/v1/backends").asList(BackendView.class).stream()
        .filter(backend -> backend.isMeant(wanted))
        .toList();
  }

  /** {@code headgate drain}. */
  @Command(
      name = "drain",
      description = "Give a node no new connections; those it has live on to the drain timeout.",
      footer = {
        "",
        "Holds over reload and restart until \"headgate ready\". --wait waits for its last",
        "connection to end.",
        "Example: headgate drain node-2 --wait --timeout 10m && reboot-it node-2"
      })
  static final class Drain extends OrderCommand {
    Drain(Ink ink, Pace pace) {
      super("drain", ink, pace);
    }
  }

  /** {@code headgate maint}. */
  @Command(
      name = "maint",
      description = "Take a node out: no new connections and no probes.",
      footer = {
        "",
        "Holds over reload and restart until \"headgate ready\". --wait waits for its last",
        "connection to end.",
        "Example: headgate maint https/node-2"
      })
  static final class Maint extends OrderCommand {
    Maint(Ink ink, Pace pace) {
      super("maint", ink, pace);
    }
  }

  /** {@code headgate ready}. */
  @Command(
      name = "ready",
      description = "Take back drain or maint.",
      footer = {
        "",
        "--wait waits until the node takes new connections on each of its routes.",
        "Example: headgate ready node-2 --wait"
      })
  static final class Ready extends OrderCommand {
    private static final Set<String> USABLE = Set.of("UP", "SUSPECT");

    Ready(Ink ink, Pace pace) {
      super("ready", ink, pace);
    }

    @Override
    Optional<String> missing(List<BackendView> concerned) {
      return concerned.stream()
          .filter(backend -> !USABLE.contains(backend.state()))
          .findFirst()
          .map(backend -> "still %s on %s".formatted(backend.state(), backend.route()));
    }
  }
}
