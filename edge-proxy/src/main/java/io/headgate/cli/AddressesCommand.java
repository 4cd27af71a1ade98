package io.headgate.cli;

import io.headgate.admin.AddressesView;
import io.headgate.admin.AddressesView.AddressView;
import io.headgate.admin.AddressesView.GroupView;
import io.headgate.admin.AddressesView.PeerView;
import io.headgate.admin.AddressesView.PoolView;
import io.headgate.admin.AddressesView.WaitingView;
import io.headgate.admin.AdminClient.Reply;
import io.headgate.admin.AdminUnavailableException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code headgate addresses}. */
@Command(
    name = "addresses",
    description = {
      "List every address with who is served there and who owns it.",
      "Then come the groups that the edges elect owners of, the peers, the pools, and",
      "the Services that have no address, if there are any."
    },
    footer = {"", "Example: headgate addresses | grep shop/web"})
final class AddressesCommand implements Callable<Integer> {
  @Mixin private final Asking asking;

  AddressesCommand(Ink ink) {
    asking = new Asking(ink);
  }

  @Override
  public Integer call() throws AdminUnavailableException, RefusedException {
    Reply reply = asking.view("/api/v1/addresses");
    if (asking.json()) {
      asking.print(reply);
      return ExitCode.FINE;
    }
    AddressesView view = reply.as(AddressesView.class);
    addresses(view.addresses());
    groups(view.groups());
    peers(view.peers());
    pools(view.pools());
    waiting(view.waiting());
    notices(view.notices());
    return ExitCode.FINE;
  }

  private void addresses(List<AddressView> addresses) {
    Table table = new Table("ADDRESS", "POOL", "FOR", "OWNER", "STATE");
    for (AddressView address : addresses) {
      table.row(address.address(), address.pool(), users(address), address.owner(), state(address));
    }
    asking.print(table);
  }

  private void groups(List<GroupView> groups) {
    if (groups.isEmpty()) {
      return;
    }
    asking.say("");
    asking.print(GroupTable.of(groups));
  }

  private void peers(List<PeerView> peers) {
    if (peers.isEmpty()) {
      return;
    }
    asking.say("");
    Table table = new Table("PEER", "NAME", "STATE", "SINCE");
    for (PeerView peer : peers) {
      table.row(peer.address(), peer.name(), peer.state(), peer.since());
    }
    asking.print(table);
  }

  /** One word for each port, without blanks: it stays one column for a script. */
  private static String users(AddressView address) {
    return address.users().stream()
        .flatMap(user ->
            user.ports().isEmpty()
                ? Stream.of(user.name())
                : user.ports().stream().map(port -> user.name() + ":" + port))
        .collect(Collectors.joining(","));
  }

  private static String state(AddressView address) {
    String problems = String.join("; ", address.problems());
    if (address.bound() == address.listeners() && address.listeners() > 0) {
      return problems.isEmpty() ? "bound" : "bound, but " + problems;
    }
    return "DOWN %d of %d bound%s"
        .formatted(address.bound(), address.listeners(), problems.isEmpty() ? "" : ": " + problems);
  }

  private void pools(List<PoolView> pools) {
    if (pools.isEmpty()) {
      return;
    }
    asking.say("");
    Table table = new Table("POOL", "FAMILY", "#USED", "#FREE", "ADDRESSES", "FROM");
    for (PoolView pool : pools) {
      table.row(
          pool.pool(),
          pool.family(),
          pool.used(),
          pool.free(),
          String.join(",", pool.ranges()),
          pool.from());
    }
    asking.print(table);
  }

  private void notices(List<String> notices) {
    if (notices.isEmpty()) {
      return;
    }
    asking.say("");
    notices.forEach(asking::say);
  }

  private void waiting(List<WaitingView> waiting) {
    if (waiting.isEmpty()) {
      return;
    }
    asking.say("");
    Table table = new Table("WITHOUT-ADDRESS", "WHY");
    waiting.forEach(one -> table.row(one.service(), one.why()));
    asking.print(table);
  }
}
