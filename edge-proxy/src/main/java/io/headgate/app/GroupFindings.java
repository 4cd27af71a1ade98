package io.headgate.app;

import io.headgate.admin.CheckView;
import io.headgate.takeover.TakeoverStatus.AddressStatus;
import io.headgate.takeover.TakeoverStatus.GroupStatus;
import io.headgate.takeover.TakeoverStatus.Role;
import io.headgate.vrrp.DropReason;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a group of addresses that the edges elect an owner of. Pure. */
final class GroupFindings {
  private final GroupStatus group;
  private final Host host;
  private final List<CheckView> checks = new ArrayList<>();

  private GroupFindings(GroupStatus group, Host host) {
    this.group = group;
    this.host = host;
  }

  static List<CheckView> of(GroupStatus group, Host host) {
    var findings = new GroupFindings(group, host);
    findings.part();
    findings.addresses();
    findings.others();
    for (DropReason reason : DropReason.values()) {
      findings.dropped(reason, group.dropped().getOrDefault(reason.metricLabel(), 0L));
    }
    return findings.checks;
  }

  /** Whether this edge takes part, and as it should. */
  private void part() {
    boolean out = group.role() == Role.FAULT || group.role() == Role.STOPPED;
    if (out) {
      String why = group.unfit().isEmpty() ? group.why() : group.unfit();
      fail("is not in the election: " + why, remedy(why));
    } else if (!group.unfit().isEmpty()) {
      warn(
          group.unfit() + ": a peer that is better off is preferred",
          "headgate backends, headgate explain ROUTE");
    }
    if (group.yielded()) {
      warn(
          "was handed over, and takes nothing back",
          "headgate failover --take-back " + group.name());
    }
    if (!out) {
      for (String problem : group.problems()) {
        fail(problem, remedy(problem));
      }
    }
  }

  private void addresses() {
    for (AddressStatus address : group.addresses()) {
      if (!address.problem().isEmpty()) {
        fail(address.problem(), "headgate events; ip address show; ip neighbour show");
      }
    }
  }

  /** What the others do. */
  private void others() {
    if (group.conflicts() > 0) {
      warn(
          "%d times since the start another host was heard with an address of ours"
              .formatted(group.conflicts()),
          ("headgate events has its MAC. Either it takes no part in the election: take the address"
                  + " off; or it does not hear us: is protocol 112 let through both ways, is"
                  + " router-id %d the same there, are its dropped packets about a checksum"
                  + " (checksum = keepalived or rfc9568)")
              .formatted(group.routerId()));
    }
    if (group.owner().endsWith("(priority %d)".formatted(group.priority()))) {
      warn(
          "%s serves with our own priority: their addresses decide".formatted(group.owner()),
          "give each edge a priority of its own, such as 250, 240, 230");
    }
  }

  private void dropped(DropReason reason, long count) {
    String advice = advice(reason);
    if (count > 0 && !advice.isEmpty()) {
      warn(
          "%d advertisements were dropped since the start: %s (%s)"
              .formatted(count, reason.metricLabel(), reason.source()),
          advice);
    }
  }

  /** Empty where it is all in order. */
  private String advice(DropReason reason) {
    return switch (reason) {
      case OWN_PACKET, UNKNOWN_ROUTER_ID -> "";
      case BAD_CHECKSUM ->
          "both ways to compute it are understood, so packets are changed on the way: NAT"
              + " between the edges, or a faulty offload (ethtool -K %s rx off tx off)"
                  .formatted(group.interfaceName());
      case WRONG_TTL ->
          "they have crossed a router, or are forged: edges of several networks need peers ="
              + " [...] on both sides";
      case WRONG_VERSION -> "give all edges the same version = 2 or 3 (vrrp_version)";
      case AUTHENTICATION_TYPE, AUTHENTICATION_DATA ->
          "give all edges the same password (auth_type PASS, auth_pass), or none";
      case INTERVAL_MISMATCH ->
          "version 2 needs the same advertise-interval (advert_int) on all edges";
      case UNKNOWN_PEER -> "add the sender to peers (unicast_peer), or stop it";
      case WRONG_DESTINATION ->
          "one side sends to the multicast group and the other to peers: peers = [...] on all"
              + " edges, or on none";
      case TRUNCATED, WRONG_TYPE, NO_ADDRESSES, ZERO_INTERVAL ->
          "see who sends them: tcpdump -nvi %s 'ip proto 112 or ip6 proto 112'"
              .formatted(group.interfaceName());
    };
  }

  /** What to do about what the agent says is wrong. */
  private String remedy(String why) {
    String name = group.interfaceName();
    if (why.startsWith("there is no interface")) {
      return "this host has "
          + String.join(
              ", ", host.interfaces().stream().map(Host.OnInterface::name).distinct().toList());
    }
    if (why.endsWith("is down")) {
      return "ip link set %s up".formatted(name);
    }
    if (why.endsWith("has no carrier")) {
      return "see cable, switch port and bond: ethtool " + name;
    }
    if (why.contains("no IPv4 address to speak from")) {
      return "it needs one of its own beside the shared ones: ip address add ADDRESS/PREFIX dev "
          + name;
    }
    if (why.contains("link-local IPv6 address to speak from")) {
      return "sysctl net.ipv6.conf.%s.disable_ipv6=0 net.ipv6.conf.%s.addr_gen_mode=0, then set it"
              .formatted(name, name)
          + " down and up";
    }
    if (why.contains("global IPv6 address to speak from")) {
      return "peers that are no link-local addresses need a global one on " + name;
    }
    if (why.startsWith("no second chance")) {
      return "install nft (package nftables; Linux 5.12), then headgate reload; or second-chance ="
          + " false";
    }
    return why.contains("needs CAP_")
        ? Capabilities.ADVICE
        : "headgate status, headgate events; it takes part again by itself";
  }

  private void warn(String finding, String advice) {
    checks.add(CheckView.warn(TakeoverFindings.CHECK, about(finding), advice));
  }

  private void fail(String finding, String advice) {
    checks.add(CheckView.fail(TakeoverFindings.CHECK, about(finding), advice));
  }

  private String about(String finding) {
    return "group %s: %s".formatted(group.name(), finding);
  }
}
