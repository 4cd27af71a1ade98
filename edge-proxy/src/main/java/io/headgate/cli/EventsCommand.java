package io.headgate.cli;

import io.headgate.admin.AdminClient.Reply;
import io.headgate.admin.AdminUnavailableException;
import io.headgate.admin.EventView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code headgate events}: what has changed, and with {@code -f} what changes. */
@Command(
    name = "events",
    description = "List what has changed lately, the newest last.",
    footer = {"", "Example: headgate events -f --json | jq .message"})
final class EventsCommand implements Callable<Integer> {
  private static final Duration INTERVAL = Duration.ofMillis(500);

  @Mixin private final Asking asking;

  @Option(
      names = {"-f", "--follow"},
      description = "go on with what changes from now; JSON: one event per line")
  private boolean follow;

  @Option(names = "--since", paramLabel = "SEQ", description = "only those after this number")
  private long since;

  private final Pace pace;

  EventsCommand(Ink ink, Pace pace) {
    asking = new Asking(ink);
    this.pace = pace;
  }

  @Override
  public Integer call() throws AdminUnavailableException, RefusedException, InterruptedException {
    Reply reply = asking.view("/api/v1/events?after=" + since);
    List<EventView> events = reply.asList(EventView.class);
    if (asking.json() && !follow) {
      asking.print(reply);
      return ExitCode.FINE;
    }
    print(reply, events);
    while (follow && asking.isRead()) {
      pace.pause(INTERVAL);
      since = events.isEmpty() ? since : events.getLast().sequence();
      reply = asking.view("/api/v1/events?after=" + since);
      events = reply.asList(EventView.class);
      print(reply, events);
    }
    return ExitCode.FINE;
  }

  private void print(Reply reply, List<EventView> events) {
    if (asking.json()) {
      reply.lines().forEach(asking::say);
      return;
    }
    Table table = new Table("#SEQ", "AT", "LEVEL", "WHAT", "MESSAGE");
    for (EventView event : events) {
      table.row(event.sequence(), event.at(), event.level(), event.subject(), event.message());
    }
    if (!events.isEmpty()) {
      asking.print(table);
    }
  }
}
