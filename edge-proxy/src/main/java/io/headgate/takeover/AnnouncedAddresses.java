package io.headgate.takeover;

import io.headgate.config.TakeoverConfig.RouteAnnouncement;
import io.headgate.linux.Attempt;
import io.headgate.linux.Change;
import io.headgate.linux.LocalRoutes;
import io.headgate.linux.NetworkLink;
import io.headgate.model.Addresses;
import io.headgate.takeover.TakeoverStatus.RouteStatus;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
 * is served. Owned by the vrrp thread.
 */
final class AnnouncedAddresses {
  private final Kernel kernel;
  private final Teller told;
  private final LocalRoutes localRoutes;
  private final Map<InetAddress, Long> fitSinceNs = new HashMap<>();
  private final Map<InetAddress, String> unfit = new TreeMap<>(Addresses.ORDER);
  private final Set<InetAddress> received = new HashSet<>();
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

  void configure(RouteAnnouncement next) {
    if (!next.interfaceName().equals(config.interfaceName())) {
      release();
    }
    config = next;
  }

  /** Looks at the host and at what can be served. */
  void look(Serving serving, boolean needsBackend, long nowNs) {
    Optional<NetworkLink> link = kernel.network().link(config.interfaceName());
    Optional<String> linkProblem =
        link.isEmpty()
            ? Optional.of("there is no interface " + config.interfaceName())
            : link.get().up()
                ? Optional.empty()
                : Optional.of("interface " + config.interfaceName() + " is down");
    tellProblem(linkProblem.orElse(""));
    if (link.isPresent() && (holding == null || interfaceIndex != link.get().index())) {
      interfaceIndex = link.get().index();
      holding = new Holding(kernel, interfaceIndex, Optional.empty(), told);
      holding.take(false, nowNs);
    }
    Set<InetAddress> listening = new HashSet<>(serving.addresses());
    fitSinceNs.keySet().retainAll(listening);
    unfit.clear();
    for (InetAddress address : listening) {
      Optional<String> why =
          Fitness.of(List.of(address), serving, linkProblem, needsBackend).reason();
      if (why.isPresent()) {
        unfit.put(address, why.get());
        fitSinceNs.remove(address);
      } else {
        fitSinceNs.putIfAbsent(address, nowNs);
      }
    }
    settle(nowNs);
    if (holding != null) {
      holding.look(nowNs);
    }
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

  /** Takes all off, and goes on receiving. */
  void withdraw(long nowNs) {
    withdrawn = true;
    settle(nowNs);
  }

  /** Takes all off and receives no more. */
  void release() {
    if (holding != null) {
      holding.release();
      holding = null;
    }
    received.forEach(this::forget);
    received.clear();
  }

  private void settle(long nowNs) {
    Holding now = holding;
    if (now == null) {
      return;
    }
    Set<InetAddress> announced = new HashSet<>();
    if (!withdrawn) {
      long delayNs = config.announceDelay().toNanos();
      fitSinceNs.forEach((address, sinceNs) -> {
        if (nowNs - sinceNs >= delayNs) {
          announced.add(address);
        }
      });
    }
    for (InetAddress address : now.held()) {
      if (!announced.contains(address)) {
        receive(address);
        told.tell(
            !withdrawn,
            Addresses.text(address)
                + " is withdrawn"
                + (withdrawn ? "" : ": " + unfit.getOrDefault(address, "no route listens there")));
      }
    }
    Set<InetAddress> before = now.held();
    now.wantQuietly(announced, nowNs);
    for (InetAddress address : now.held()) {
      if (!before.contains(address)) {
        told.tell(false, Addresses.text(address) + " is announced");
      }
      if (received.remove(address)) {
        forget(address);
      }
    }
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

  private void tellProblem(String now) {
    if (!now.equals(problem)) {
      problem = now;
      if (!now.isEmpty()) {
        told.tell(true, now);
      }
    }
  }

  List<RouteStatus> status(long nowNs) {
    Set<InetAddress> held = holding == null ? Set.of() : holding.held();
    Map<InetAddress, String> all = new TreeMap<>(Addresses.ORDER);
    all.putAll(unfit);
    for (Map.Entry<InetAddress, Long> fit : fitSinceNs.entrySet()) {
      Duration left = config.announceDelay().minus(Duration.ofNanos(nowNs - fit.getValue()));
      all.put(
          fit.getKey(),
          held.contains(fit.getKey())
              ? ""
              : withdrawn
                  ? "withdrawn"
                  : left.isPositive()
                      ? "to be announced in %d s".formatted(left.toSeconds() + 1)
                      : holding == null ? problem : refusal(holding, fit.getKey()));
    }
    List<RouteStatus> rows = new ArrayList<>();
    all.forEach((address, why) -> rows.add(new RouteStatus(address, held.contains(address), why)));
    return rows;
  }

  private static String refusal(Holding holding, InetAddress address) {
    return holding.wanted().getOrDefault(address, Optional.empty()).orElse("");
  }
}
