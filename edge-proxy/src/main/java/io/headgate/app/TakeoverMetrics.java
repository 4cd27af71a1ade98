package io.headgate.app;

import io.headgate.admin.MetricFamily;
import io.headgate.admin.MetricFamily.Sample;
import io.headgate.model.Addresses;
import io.headgate.takeover.TakeoverStatus;
import io.headgate.takeover.TakeoverStatus.GroupStatus;
import io.headgate.takeover.TakeoverStatus.Role;
import io.headgate.takeover.peer.PeerStatus;
import io.headgate.takeover.peer.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Takeover as metrics; none where this edge takes part in nothing. Pure. */
final class TakeoverMetrics {
  private TakeoverMetrics() {}

  static List<MetricFamily> of(TakeoverStatus takeover, List<PeerStatus> peers) {
    List<MetricFamily> families = new ArrayList<>();
    if (!takeover.groups().isEmpty()) {
      groups(takeover.groups(), families);
    }
    if (!takeover.groups().isEmpty() || !takeover.announced().isEmpty()) {
      addresses(takeover, families);
    }
    if (!peers.isEmpty()) {
      peers(peers, families);
    }
    return families;
  }

  private static void groups(List<GroupStatus> groups, List<MetricFamily> families) {
    families.add(
        MetricFamily.gauge(
            "headgate_takeover_active",
            "1 where this edge owns the addresses of the group.",
            perGroup(groups, group -> group.role() == Role.ACTIVE ? 1 : 0)));
    families.add(
        MetricFamily.gauge(
            "headgate_takeover_priority",
            "What this edge stands in the election with; 0 where it is not fit to own.",
            perGroup(groups, GroupStatus::effectivePriority)));
    families.add(
        MetricFamily.counter(
            "headgate_takeover_transitions_total",
            "Changes of this edge's role.",
            perGroup(groups, GroupStatus::transitions)));
    families.add(
        MetricFamily.counter(
            "headgate_takeover_conflicts_total",
            "Times that another host was heard with an address that is ours.",
            perGroup(groups, GroupStatus::conflicts)));
    families.add(
        MetricFamily.counter(
            "headgate_takeover_announcements_total",
            "Times that the neighbours were told who has the addresses.",
            perGroup(groups, GroupStatus::announcements)));
    families.add(
        MetricFamily.counter(
            "headgate_vrrp_sent_total",
            "Advertisements sent.",
            perGroup(groups, GroupStatus::sent)));
    families.add(
        MetricFamily.counter(
            "headgate_vrrp_received_total",
            "Advertisements of other edges that counted.",
            perGroup(groups, GroupStatus::heard)));
    families.add(
        MetricFamily.gauge(
            "headgate_takeover_former_connections",
            "Connections here whose addresses another edge owns by now (second-chance).",
            perGroup(groups, group -> group.secondChance().living())));
    List<Sample> dropped = new ArrayList<>();
    for (GroupStatus group : groups) {
      new TreeMap<>(group.dropped())
          .forEach((reason, count) ->
              dropped.add(
                  new Sample.Value(Map.of("group", group.name(), "reason", reason), count)));
    }
    families.add(
        MetricFamily.counter(
            "headgate_vrrp_dropped_total", "Packets that were no such, by reason.", dropped));
  }

  private static List<Sample> perGroup(
      List<GroupStatus> groups, ToDoubleFunction<GroupStatus> figure) {
    return groups.stream()
        .<Sample>map(
            group -> new Sample.Value(Map.of("group", group.name()), figure.applyAsDouble(group)))
        .toList();
  }

  private static void addresses(TakeoverStatus takeover, List<MetricFamily> families) {
    List<Sample> held = new ArrayList<>();
    for (GroupStatus group : takeover.groups()) {
      group.addresses().forEach(one -> held.add(held(Addresses.text(one.address()), one.held())));
    }
    takeover
        .announced()
        .forEach(one -> held.add(held(Addresses.text(one.address()), one.announced())));
    families.add(
        MetricFamily.gauge(
            "headgate_takeover_held", "1 where the address is on this host's interface.", held));
  }

  private static Sample held(String address, boolean held) {
    return new Sample.Value(Map.of("address", address), held ? 1 : 0);
  }

  private static void peers(List<PeerStatus> peers, List<MetricFamily> families) {
    families.add(
        MetricFamily.gauge(
            "headgate_peer_up",
            "1 where the link to the peer works.",
            peers.stream()
                .<Sample>map(peer ->
                    new Sample.Value(
                        Map.of("peer", Addresses.text(peer.address())),
                        peer.verdict() == Verdict.ALIVE ? 1 : 0))
                .toList()));
  }
}
