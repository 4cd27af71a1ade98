package io.headgate.takeover;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What takeover is doing at one moment.
 *
 * @param groups in the file's order; none where the mode is not vrrp
 * @param announced the addresses offered to a routing daemon; none where the mode is not route
 */
public record TakeoverStatus(List<GroupStatus> groups, List<RouteStatus> announced) {
  /** Of an edge that takes part in nothing. */
  public static final TakeoverStatus NONE = new TakeoverStatus(List.of(), List.of());

  public TakeoverStatus {
    groups = List.copyOf(groups);
    announced = List.copyOf(announced);
  }

  /** Every address that is on an interface because of us. */
  public Set<InetAddress> held() {
    return held(_ -> true);
  }

  /** The addresses that this edge owns, or offers to routers. */
  public Set<InetAddress> owned() {
    return held(group -> group.role() == Role.ACTIVE);
  }

  private Set<InetAddress> held(Predicate<GroupStatus> ofGroup) {
    Set<InetAddress> held = new HashSet<>();
    groups.stream()
        .filter(ofGroup)
        .flatMap(group -> group.addresses().stream())
        .filter(AddressStatus::held)
        .forEach(one -> held.add(one.address()));
    groups.stream().filter(ofGroup).forEach(group -> held.addAll(group.secondChance().kept()));
    announced.stream().filter(RouteStatus::announced).forEach(one -> held.add(one.address()));
    return held;
  }

  /** Where an edge stands in an election: RFC 9568 section 6.4, in an operator's words. */
  public enum Role {
    /** It owns the addresses. */
    ACTIVE,
    /** It takes over when the owner is silent. */
    BACKUP,
    /** It cannot own them now, and is silent. */
    FAULT,
    /** It has left. */
    STOPPED
  }

  /**
   * One group of addresses that move together.
   *
   * @param why it is in that role
   * @param priority as configured, 1 to 255
   * @param effectivePriority what it stands with now; 0 for not at all
   * @param yielded handed over by the operator's word
   * @param owner who serves where we do not, as far as it is heard
   * @param unfit why it should not own them; empty where it should
   * @param dropped advertisements that were not understood, by reason
   * @param conflicts how often another host was heard with an address that is ours
   * @param sources of our advertisements; none where it is not taken part in
   * @param secondChance what becomes of connections of a former owner's clients
   */
  public record GroupStatus(
      String name,
      String interfaceName,
      int routerId,
      Role role,
      String why,
      Duration since,
      int priority,
      int effectivePriority,
      boolean yielded,
      String owner,
      String unfit,
      List<AddressStatus> addresses,
      List<String> problems,
      long transitions,
      long sent,
      long heard,
      Map<String, Long> dropped,
      long conflicts,
      long announcements,
      Set<InetAddress> sources,
      SecondChanceStatus secondChance) {
    public GroupStatus {
      sources = Set.copyOf(sources);
      addresses = List.copyOf(addresses);
      problems = List.copyOf(problems);
      dropped = Map.copyOf(dropped);
    }
  }

  /**
   * An address of a group.
   *
   * @param held whether it is on the interface
   * @param problem empty where there is none
   */
  public record AddressStatus(InetAddress address, boolean held, String problem) {}

  /** What a second chance has come to at this edge. */
  public enum Stage {
    /** The configuration wants none, or the kernel cannot. */
    OFF,
    /** Nothing is to be done just now. */
    IDLE,
    /** A peer would forward, should the addresses leave this edge. */
    COVERED,
    /** As a backup it would forward, should the addresses come. */
    READY,
    /** As the owner it forwards to the former one. */
    FORWARDING,
    /** As the former owner it goes on with its connections. */
    KEEPING
  }

  /**
   * The second chance of connections that the addresses have moved away from.
   *
   * @param kept addresses that are on this host, without anybody learning it, for their sake
   * @param living connections at this edge, where it is the former owner
   * @param edge that serves, or served before; empty where neither matters
   */
  public record SecondChanceStatus(Stage stage, Set<InetAddress> kept, int living, String edge) {
    /** Of an edge without it. */
    public static final SecondChanceStatus OFF = new SecondChanceStatus(Stage.OFF, Set.of(), 0, "");

    public SecondChanceStatus {
      kept = Set.copyOf(kept);
    }
  }

  /**
   * An address that is offered to a routing daemon.
   *
   * @param why it is not announced, or what is wrong; empty where it is
   */
  public record RouteStatus(InetAddress address, boolean announced, String why) {}
}
