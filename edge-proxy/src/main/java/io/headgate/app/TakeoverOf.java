package io.headgate.app;

import io.headgate.admin.AddressesView.GroupView;
import io.headgate.admin.AddressesView.PeerView;
import io.headgate.model.Addresses;
import io.headgate.takeover.TakeoverStatus;
import io.headgate.takeover.TakeoverStatus.AddressStatus;
import io.headgate.takeover.TakeoverStatus.GroupStatus;
import io.headgate.takeover.TakeoverStatus.Role;
import io.headgate.takeover.TakeoverStatus.RouteStatus;
import io.headgate.takeover.TakeoverStatus.SecondChanceStatus;
import io.headgate.takeover.peer.LifelineState;
import io.headgate.takeover.peer.PeerStatus;
import io.headgate.takeover.peer.Verdict;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** What takeover is doing, in an operator's words. Pure. */
final class TakeoverOf {
  private static final String HERE = "here";

  private TakeoverOf() {}

  static List<GroupView> groups(List<GroupStatus> groups) {
    return groups.stream().map(TakeoverOf::group).toList();
  }

  private static GroupView group(GroupStatus group) {
    List<String> problems = new ArrayList<>(group.problems());
    for (AddressStatus address : group.addresses()) {
      if (!address.problem().isEmpty()) {
        problems.add(address.problem());
      }
    }
    return new GroupView(
        group.name(),
        group.interfaceName(),
        group.routerId(),
        RowsOf.word(group.role()),
        group.since().toSeconds(),
        group.why(),
        group.priority(),
        group.effectivePriority(),
        group.yielded(),
        group.owner(),
        group.unfit(),
        group.addresses().stream().map(address -> Addresses.text(address.address())).toList(),
        problems);
  }

  static List<PeerView> peers(List<PeerStatus> peers) {
    return peers.stream()
        .map(peer ->
            new PeerView(
                Addresses.text(peer.address()),
                peer.name().orElse(""),
                RowsOf.word(peer.verdict()),
                peer.since().toString(),
                peer.roundTrip().map(time -> time.toNanos() / 1000).orElse(0L),
                peer.lifeline() == LifelineState.HELD))
        .toList();
  }

  /** Who has an address; empty where this edge takes part in nothing about it. */
  static String owner(InetAddress address, TakeoverStatus takeover) {
    for (GroupStatus group : takeover.groups()) {
      for (AddressStatus one : group.addresses()) {
        if (one.address().equals(address)) {
          return owner(one, group);
        }
      }
    }
    for (RouteStatus route : takeover.announced()) {
      if (route.address().equals(address)) {
        return route.announced() ? "announced" : "not announced: " + route.why();
      }
    }
    return "";
  }

  private static String owner(AddressStatus address, GroupStatus group) {
    String owner = owner(group, address.held());
    return owner + secondChance(group.secondChance(), owner.equals(HERE));
  }

  private static String secondChance(SecondChanceStatus chance, boolean here) {
    return switch (chance.stage()) {
      case OFF, IDLE, READY -> "";
      case COVERED -> here ? "; connections would outlive a failover" : "";
      case FORWARDING -> "; former connections are forwarded to " + chance.edge();
      case KEEPING -> "; %d former connections live on here".formatted(chance.living());
    };
  }

  private static String owner(GroupStatus group, boolean held) {
    return switch (group.role()) {
      case ACTIVE -> held ? HERE : "nobody";
      case BACKUP, FAULT, STOPPED ->
          group.owner().isEmpty() ? "nobody heard" : "peer " + group.owner();
    };
  }

  /** What an operator should do something about. */
  static List<String> problems(TakeoverStatus takeover, List<PeerStatus> peers) {
    List<String> problems = new ArrayList<>();
    for (GroupStatus group : takeover.groups()) {
      String name = "group " + group.name() + ": ";
      boolean fault = group.role() == Role.FAULT || group.role() == Role.STOPPED;
      if (fault || !group.unfit().isEmpty()) {
        problems.add(name + (group.unfit().isEmpty() ? group.why() : group.unfit()));
      }
      group.problems().stream()
          .filter(problem -> !problem.equals(group.unfit()) && !problem.isEmpty())
          .forEach(problem -> problems.add(name + problem));
      group.addresses().stream()
          .map(AddressStatus::problem)
          .filter(problem -> !problem.isEmpty())
          .forEach(problem -> problems.add(name + problem));
      if (group.yielded()) {
        problems.add(name + "handed over: headgate failover --take-back takes part again");
      }
    }
    for (RouteStatus route : takeover.announced()) {
      if (!route.announced() && !route.why().startsWith("to be announced")) {
        problems.add(Addresses.text(route.address()) + " is not announced: " + route.why());
      }
    }
    for (PeerStatus peer : peers) {
      if (peer.verdict() == Verdict.SILENT || peer.verdict() == Verdict.GONE) {
        problems.add(
            "peer %s is %s".formatted(Addresses.text(peer.address()), RowsOf.word(peer.verdict())));
      }
    }
    return problems;
  }
}
