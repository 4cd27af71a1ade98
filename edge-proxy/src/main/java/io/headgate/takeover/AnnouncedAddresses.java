package io.headgate.takeover;

import io.headgate.config.TakeoverConfig.RouteAnnouncement;
import io.headgate.linux.Attempt;
import io.headgate.linux.Change;
import io.headgate.linux.LocalRoutes;
import io.headgate.linux.NetworkLink;
import io.headgate.linux.SocketDestroy;
import io.headgate.model.Addresses;
import io.headgate.takeover.TakeoverStatus.RouteStatus;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that a routing daemon announces for as long as they are on an interface. Each is
 * put there while it can be served, after it could be for some time, and taken off when it cannot.
 *
 * <p>One that is taken off is still received, by a local route, so that what the routers still send
 * is served; one that no route listens at any more, until its last connection has ended. Owned by
 * the vrrp thread.
 */
final class AnnouncedAddresses {
  private static final String EVERYWHERE =
      "nothing to announce: every route listens at all addresses, and none at one of its own";

  private final Kernel kernel;
  private final Teller told;
  private final LocalRoutes localRoutes;
  private final Set<InetAddress> received = new HashSet<>();
  private Announceable announceable = Announceable.NONE;
  private RouteAnnouncement config;
  private @Nullable Holding holding;
  private int interfaceIndex;
  private boolean withdrawn;
  private String problem = "";

  AnnouncedAddresses(
      RouteAnnouncement config, Kernel kernel, LocalRoutes localRoutes, Teller told) {
    this.config = config;
    this.kernel = kernel;
    this.localRoutes = localRoutes;
    this.told = told;
  }

  /** On another interface they are as new, and connections go on. */
  void configure(RouteAnnouncement next, long nowNs) {
    if (!next.interfaceName().equals(config.interfaceName())) {
      leaveInterface(nowNs);
    }
    config = next;
  }

  /** Looks at the host and at what can be served. */
  void look(Serving serving, boolean needsBackend, long nowNs) {
    Optional<NetworkLink> link = kernel.network().link(config.interfaceName());
    Optional<String> linkProblem = kernel.network().notUp(config.interfaceName());
    tellProblem(linkProblem.orElse(serving.everywhereOnly() ? EVERYWHERE : ""));
    if (link.isPresent() && (holding == null || interfaceIndex != link.get().index())) {
      leaveInterface(nowNs);
      interfaceIndex = link.get().index();
      holding = new Holding(kernel, _ -> interfaceIndex, Optional.empty(), told);
      holding.take(false, nowNs);
    }
    Set<InetAddress> held = held();
    announceable =
        announceable.next(
            serving.addresses(),
            address ->
                Announceable.hindrance(
                    address, serving, needsBackend, linkProblem, kernel.network(), held),
            nowNs);
    if (holding != null) {
      holding.look(nowNs); // before more is put there than was listed
    }
    settle(nowNs);
    forgetEnded(serving.addresses());
  }

  void turn(long nowNs) {
    settle(nowNs);
    if (holding != null) {
      holding.turn(nowNs);
    }
  }

  long dueNs() {
    return holding == null ? Long.MAX_VALUE : holding.dueNs();
  }

  /**
   * Takes all off for good, and goes on receiving.
   *
   * @return whether there were any
   */
  boolean withdraw(long nowNs) {
    boolean any = !held().isEmpty();
    withdrawn = true;
    settle(nowNs);
    return any;
  }

  /** Takes all off and receives no more; connections that are left are reset first. */
  void release() {
    if (holding != null) {
      holding.release();
      holding = null;
    }
    for (InetAddress address : received) {
      if (SocketDestroy.connectionsOf(address) instanceof Attempt.Refused<Integer>(_, String why)) {
        told.tell(true, "connections of " + Addresses.text(address) + " are not reset: " + why);
      }
      forget(address);
    }
    received.clear();
  }

  private Set<InetAddress> held() {
    return holding == null ? Set.of() : holding.held();
  }

  private void leaveInterface(long nowNs) {
    if (holding != null) {
      holding.held().forEach(this::receive);
      holding.wantQuietly(Set.of(), nowNs);
      holding = null;
    }
  }

  private void settle(long nowNs) {
    Holding now = holding;
    if (now == null) {
      return;
    }
    Set<InetAddress> due = withdrawn ? Set.of() : announceable.due(config.announceDelay(), nowNs);
    Set<InetAddress> before = now.held();
    for (InetAddress address : before) {
      if (!due.contains(address)) {
        receive(address);
        tellWithdrawn(address);
      }
    }
    now.wantQuietly(due, nowNs);
    for (InetAddress address : now.held()) {
      if (!before.contains(address)) {
        told.tell(false, Addresses.text(address) + " is announced");
      }
      if (received.remove(address)) {
        forget(address);
      }
    }
  }

  private void tellWithdrawn(InetAddress address) {
    String words = Addresses.text(address) + " is withdrawn";
    String why = announceable.unfit().getOrDefault(address, "no route listens there");
    told.tell(!withdrawn, withdrawn ? words : words + ": " + why);
  }

  private void receive(InetAddress address) {
    switch (localRoutes.put(address)) {
      case Attempt.Succeeded<Change> _ -> received.add(address);
      case Attempt.Refused<Change>(_, String why) -> told.tell(true, why);
    }
  }

  private void forget(InetAddress address) {
    if (localRoutes.remove(address) instanceof Attempt.Refused<Change>(_, String why)) {
      told.tell(true, why);
    }
  }

  /** They may be another host's by now, and this one's own clients want to reach it. */
  private void forgetEnded(List<InetAddress> listening) {
    for (InetAddress address : List.copyOf(received)) {
      boolean ended =
          !listening.contains(address)
              && SocketDestroy.count(address).optional().filter(left -> left > 0).isEmpty();
      if (ended) {
        received.remove(address);
        forget(address);
      }
    }
  }

  private void tellProblem(String now) {
    if (!now.equals(problem)) {
      problem = now;
      if (!now.isEmpty()) {
        told.tell(true, now);
      }
    }
  }

  List<RouteStatus> status(long nowNs) {
    Set<InetAddress> held = held();
    Map<InetAddress, String> all = new TreeMap<>(Addresses.ORDER);
    all.putAll(announceable.unfit());
    for (InetAddress address : announceable.sinceNs().keySet()) {
      all.put(address, held.contains(address) ? "" : whyNot(address, nowNs));
    }
    List<RouteStatus> rows = new ArrayList<>();
    all.forEach((address, why) -> rows.add(new RouteStatus(address, held.contains(address), why)));
    return rows;
  }

  private String whyNot(InetAddress address, long nowNs) {
    if (withdrawn) {
      return "withdrawn";
    }
    Duration left = announceable.left(address, config.announceDelay(), nowNs);
    if (left.isPositive()) {
      return "to be announced in %d s".formatted(left.toSeconds() + 1);
    }
    return holding == null
        ? problem
        : holding.wanted().getOrDefault(address, Optional.empty()).orElse("");
  }
}
