package io.headgate.takeover;

import io.headgate.config.VrrpGroupConfig;
import io.headgate.config.VrrpGroupConfig.VirtualAddress;
import io.headgate.linux.Attempt;
import io.headgate.linux.NetworkLink;
import io.headgate.model.Addresses;
import io.headgate.takeover.TakeoverStatus.AddressStatus;
import io.headgate.takeover.TakeoverStatus.GroupStatus;
import io.headgate.takeover.TakeoverStatus.Role;
import io.headgate.vrrp.Advertisement;
import io.headgate.vrrp.DropReason;
import io.headgate.vrrp.Election;
import io.headgate.vrrp.ElectionAction;
import io.headgate.vrrp.ElectionEvent;
import io.headgate.vrrp.ElectionSettings;
import io.headgate.vrrp.ElectionState;
import io.headgate.vrrp.Family;
import io.headgate.vrrp.Remark;
import io.headgate.vrrp.Step;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One group of addresses: the shell around its {@link Election}. What the interface, the peers and
 * this edge's own fitness are becomes an event; what comes of it is sent, put and told.
 *
 * <p>Owned by the vrrp thread.
 */
final class VrrpGroup {
  /** What an edge that would rather not serve advertises: anybody else's is higher. */
  private static final int RELUCTANT = 1;

  private final Kernel kernel;
  private final Teller told;
  private final Notifier notifier;
  private final RareTeller rarely;
  private final SecondChance secondChance;
  private VrrpGroupConfig config;
  private Set<InetAddress> addresses = Set.of();
  private Duration longestDrain = Duration.ZERO;
  private Fitness fitness = new Fitness.Unfit("not looked at yet");
  private @Nullable Speaking speaking;
  private String silence = "no table is published yet";
  private Role role = Role.STOPPED;
  private String why = "not started";
  private long roleSinceNs;
  private long transitions;
  private boolean leaderHeard;
  private boolean stopped;
  private long probeAtNs;
  private long silentUntilNs;

  VrrpGroup(
      VrrpGroupConfig config,
      Kernel kernel,
      PeerWords words,
      Notifier notifier,
      Teller told,
      long nowNs) {
    this.config = config;
    this.kernel = kernel;
    this.notifier = notifier;
    this.told = told;
    this.rarely = new RareTeller(told);
    this.secondChance = new SecondChance(config.name(), kernel, words, told);
    this.roleSinceNs = nowNs;
    this.probeAtNs = nowNs;
    this.silentUntilNs = nowNs;
  }

  VrrpGroupConfig config() {
    return config;
  }

  /**
   * Takes over another configuration of the same group. What only the sockets know is opened anew;
   * everything else changes without losing the role.
   */
  void configure(VrrpGroupConfig next, long nowNs) {
    boolean sameSockets =
        next.interfaceName().equals(config.interfaceName())
            && next.routerId() == config.routerId()
            && next.version() == config.version()
            && families(next).equals(families(config))
            && next.peers().isEmpty() == config.peers().isEmpty()
            && next.virtualMac() == config.virtualMac();
    config = next;
    Speaking now = speaking;
    if (now == null) {
      return;
    }
    if (!sameSockets) {
      fallSilent("configured anew", nowNs);
    } else {
      now.transports().forEach(transport -> transport.configure(next));
      happen(new ElectionEvent.SettingsChanged(settings(now.sources())), nowNs);
    }
  }

  /** Looks at the host and at what can be served. */
  void look(Serving serving, boolean needsBackend, long nowNs) {
    addresses = owned(serving);
    longestDrain = serving.table().longestDrain();
    Network network = kernel.network();
    Optional<String> problem = network.problem(config.interfaceName());
    if (serving.published()) { // before, there is nothing to take part with
      speakIfPossible(network, problem, nowNs);
    }
    Speaking now = speaking;
    fitness =
        Fitness.of(
            addresses,
            serving,
            problem.or(() -> now == null ? Optional.of(silence) : Optional.empty()),
            needsBackend);
    if (now == null) {
      return;
    }
    if (now.holding().owned()) {
      now.virtualMac().look(network);
    }
    now.holding().look(nowNs); // before more is put there than was listed
    now.holding().want(addresses, nowNs);
    int priority =
        switch (fitness) {
          case Fitness.Fit() -> config.priority();
          case Fitness.Reluctant _ -> RELUCTANT;
          case Fitness.Unfit _ -> 0;
        };
    if (now.state().standing().priority() != priority) {
      happen(new ElectionEvent.PriorityChanged(priority), nowNs);
    }
    if (now.state() instanceof ElectionState.Initialize) {
      happen(new ElectionEvent.Started(), nowNs);
    }
    // Peers may be behind a router, which knows one owner only; a virtual Ethernet address is not
    // tried yet.
    if (config.peers().isEmpty() && !config.virtualMac()) {
      secondChance.prepare(now.state(), rules(now), config.interfaceName(), addresses, nowNs);
    }
  }

  private SecondChanceRules rules(Speaking now) {
    return SecondChanceRules.of(now.link(), config.routerId());
  }

  private Set<InetAddress> owned(Serving serving) {
    Set<InetAddress> all = new HashSet<>();
    config.addresses().forEach(address -> all.add(address.address()));
    for (String pool : config.pools()) {
      all.addAll(serving.poolAddresses().getOrDefault(pool, List.of()));
    }
    return all;
  }

  private void speakIfPossible(Network network, Optional<String> problem, long nowNs) {
    Optional<NetworkLink> link = network.link(config.interfaceName());
    Map<Family, InetAddress> sources =
        link.map(found -> network.sources(found, addresses, peersElsewhere())).orElse(Map.of());
    sources.keySet().retainAll(families());
    Speaking now = speaking;
    if (stopped) {
      return;
    }
    if (now != null) {
      boolean onlyDown = now.isOn(link) && problem.isPresent();
      if (now.fits(link, sources, network) || onlyDown) {
        return;
      }
      fallSilent(
          now.virtualMac().intact(network)
              ? "the addresses of interface " + config.interfaceName() + " have changed"
              : "the interface with the virtual Ethernet address was deleted",
          nowNs);
    }
    if (link.isEmpty() || problem.isPresent()) {
      fault(problem.orElse(""), nowNs);
      return;
    }
    Optional<Family> missing =
        families().stream().filter(family -> !sources.containsKey(family)).findFirst();
    if (missing.isPresent()) {
      String reason =
          "interface %s has no %s address to speak from"
              .formatted(
                  config.interfaceName(),
                  missing.get() == Family.IPV4
                      ? "IPv4"
                      : peersElsewhere() ? "global IPv6" : "link-local IPv6");
      fault(reason, nowNs);
      return;
    }
    speak(link.get(), sources, nowNs);
  }

  private void speak(NetworkLink link, Map<Family, InetAddress> sources, long nowNs) {
    ElectionState initial = ElectionState.initial(settings(sources));
    switch (Speaking.open(config, kernel, link, sources, initial, told)) {
      case Attempt.Succeeded<Speaking>(Speaking begun) -> {
        speaking = begun;
        silence = "";
        leaderHeard = false;
        begun.holding().want(addresses, nowNs);
        begun.holding().probe();
      }
      case Attempt.Refused<Speaking>(_, String refusal) -> fault(refusal, nowNs);
    }
  }

  /** It cannot speak, for a reason that is told once. */
  private void fault(String reason, long nowNs) {
    silence = reason;
    if (role != Role.FAULT || !reason.equals(why)) {
      become(Role.FAULT, reason, nowNs);
      told.tell(true, "fault: " + reason);
    }
  }

  /** The time is over, or something can be read. */
  void turn(long nowNs) {
    secondChance.turn(nowNs);
    Speaking now = speaking;
    if (now == null) {
      return;
    }
    for (Transport transport : now.transports()) {
      transport.receive(
          heard -> {
            leaderHeard = true;
            tellDifference(heard, nowNs);
            happen(heard, nowNs);
          },
          reason -> tellDrop(reason, nowNs));
    }
    boolean due =
        now.state().wakeAtNs().isPresent() && nowNs - now.state().wakeAtNs().getAsLong() >= 0;
    if (due) {
      happen(new ElectionEvent.TimeReached(), nowNs);
    }
    if (now.state() instanceof ElectionState.Backup && !leaderHeard && nowNs - probeAtNs >= 0) {
      now.holding().probe();
      probeAtNs = nowNs + config.advertiseInterval().toNanos();
    }
    now.holding().turn(nowNs);
  }

  /** When {@link #turn} is due at the latest. */
  long dueNs(long nowNs) {
    Speaking now = speaking;
    long due = nowNs + Duration.ofSeconds(1).toNanos();
    if (now == null) {
      return due;
    }
    if (now.holding().owned()) {
      due = Math.min(due, now.holding().dueNs());
    }
    if (now.state() instanceof ElectionState.Backup && !leaderHeard) {
      due = Math.min(due, probeAtNs);
    }
    return now.state().wakeAtNs().isPresent()
        ? Math.min(due, now.state().wakeAtNs().getAsLong())
        : due;
  }

  /** Something that others know: an order, or the end of a peer's process. */
  void happen(ElectionEvent event, long nowNs) {
    Speaking now = speaking;
    if (now == null) {
      return;
    }
    ElectionState before = now.state();
    Step step = Election.step(before, event, nowNs);
    now.become(step.next());
    for (ElectionAction action : step.actions()) {
      carryOut(action, before, now, nowNs);
    }
    Role next = roleOf(now.state());
    if (next != role) {
      become(next, why, nowNs);
    }
  }

  private void carryOut(ElectionAction action, ElectionState before, Speaking now, long nowNs) {
    switch (action) {
      case ElectionAction.SendAdvertisement(int priority) -> {
        if (priority == Advertisement.LEAVING || nowNs - silentUntilNs >= 0) {
          now.send(priority);
        }
      }
      case ElectionAction.TakeAddresses() -> {
        secondChance.taken(before, nowNs);
        now.virtualMac().raise();
        now.holding().take(!leaderHeard, nowNs);
      }
      case ElectionAction.ReleaseAddresses() -> {
        now.holding().release(keep(now, nowNs));
        now.virtualMac().lower();
      }
      case ElectionAction.AnnounceAddresses(ElectionAction.AnnounceReason reason) ->
          now.holding().announce(reason == ElectionAction.AnnounceReason.TOOK_OVER, nowNs);
      case ElectionAction.Told(ElectionAction.Topic topic, String words) ->
          tell(topic, words, nowNs);
    }
  }

  private Set<InetAddress> keep(Speaking now, long nowNs) {
    return secondChance.keep(
        now.state(),
        rules(now),
        now.holding().held(),
        Optional.ofNullable(now.sources().get(Family.IPV4)),
        longestDrain,
        nowNs);
  }

  private void tell(ElectionAction.Topic topic, String words, long nowNs) {
    switch (topic) {
      case STATE -> {
        why = reason(words.substring(words.indexOf(": ") + 2)); // the role is told beside it
        boolean fault = words.startsWith("hold: ");
        told.tell(fault, fault ? "fault: " + why : words);
      }
      case HANDOVER -> told.tell(false, words);
      case LATE, PREEMPT_DELAY, PEER_INTERVAL, SECOND_OWNER, EQUAL_PRIORITY ->
          rarely.warn(topic.name(), words, nowNs);
    }
  }

  /** Of an edge that is not fit we know better why. */
  private String reason(String words) {
    return fitness instanceof Fitness.Unfit(String unfit) ? unfit : words;
  }

  private void become(Role next, String reason, long nowNs) {
    role = next;
    why = reason;
    roleSinceNs = nowNs;
    transitions++;
    config.notifyProgram().ifPresent(program -> notifier.tell(program, config, next));
  }

  private static Role roleOf(ElectionState state) {
    return switch (state) {
      case ElectionState.Initialize _ -> Role.STOPPED;
      case ElectionState.Hold _ -> Role.FAULT;
      case ElectionState.Backup _ -> Role.BACKUP;
      case ElectionState.Active _ -> Role.ACTIVE;
    };
  }

  /** Leaves the election, with priority 0 where it was ours, and closes what it was spoken by. */
  void fallSilent(String reason, long nowNs) {
    Speaking now = speaking;
    if (now == null) {
      return;
    }
    happen(new ElectionEvent.Stopped(), nowNs);
    secondChance.fallSilent();
    now.close();
    speaking = null;
    silence = reason;
  }

  /** Leaves for good. */
  void stop() {
    stopped = true;
    fallSilent("stopped", System.nanoTime());
  }

  /** No connection of it is to go on. */
  void endSecondChance(String why) {
    secondChance.end(why);
  }

  /**
   * Says that it leaves and goes on serving for two intervals, in silence: for a peer that heeds
   * nothing else, and takes over within one.
   */
  void pretendToLeave(long nowNs) {
    Speaking now = speaking;
    if (now != null) {
      now.send(Advertisement.LEAVING);
      silentUntilNs = nowNs + 2 * config.advertiseInterval().toNanos();
    }
  }

  boolean active() {
    return role == Role.ACTIVE;
  }

  private ElectionSettings settings(Map<Family, InetAddress> sources) {
    return new ElectionSettings(
        config.version(),
        config.advertiseInterval(),
        config.priority(),
        config.preempt(),
        config.preemptDelay(),
        sources);
  }

  private List<Family> families() {
    return families(config);
  }

  private static List<Family> families(VrrpGroupConfig config) {
    return config.addresses().stream()
        .map(VirtualAddress::address)
        .map(Family::of)
        .distinct()
        .sorted()
        .toList();
  }

  private boolean peersElsewhere() {
    return config.peers().stream()
        .anyMatch(peer -> Family.of(peer) == Family.IPV6 && !peer.isLinkLocalAddress());
  }

  private void tellDifference(ElectionEvent.Heard heard, long nowNs) {
    if (heard.valid().remarks().contains(Remark.ADDRESSES_DIFFER)) {
      rarely.warn(
          "addresses of " + heard.source(),
          "%s advertises other addresses than this edge has: %s"
              .formatted(
                  Addresses.text(heard.source()),
                  heard.valid().advertisement().addresses().stream()
                      .map(Addresses::text)
                      .collect(Collectors.joining(", "))),
          nowNs);
    }
  }

  private void tellDrop(DropReason reason, long nowNs) {
    if (!reason.ordinary()) {
      rarely.warn(reason.name(), "advertisements are dropped: " + reason.source(), nowNs);
    }
  }

  GroupStatus status(long nowNs) {
    Speaking now = speaking;
    Map<String, Long> dropped = new TreeMap<>();
    long sent = 0;
    long heard = 0;
    List<String> problems = new ArrayList<>();
    secondChance.problem().ifPresent(problems::add);
    if (now == null) {
      problems.add(silence);
    } else {
      for (Transport transport : now.transports()) {
        sent += transport.sent();
        heard += transport.heard();
        transport
            .dropped()
            .forEach((reason, count) -> dropped.merge(reason.metricLabel(), count, Long::sum));
        Stream.of(active() ? transport.sendProblem() : "", transport.receiveProblem())
            .filter(problem -> !problem.isEmpty())
            .forEach(problems::add);
      }
    }
    return new GroupStatus(
        config.name(),
        config.interfaceName(),
        config.routerId(),
        role,
        why,
        Duration.ofNanos(nowNs - roleSinceNs),
        config.priority(),
        now == null ? 0 : now.state().standing().priority(),
        now != null && now.state().standing().yielded(),
        now == null ? "" : owner(now.state()),
        fitness.reason().orElse(""),
        addressStatus(now),
        List.copyOf(problems),
        transitions,
        sent,
        heard,
        dropped,
        now == null ? 0 : now.holding().conflicts(),
        now == null ? 0 : now.holding().announcements(),
        now == null ? Set.of() : Set.copyOf(now.sources().values()),
        secondChance.status(nowNs));
  }

  private List<AddressStatus> addressStatus(@Nullable Speaking now) {
    if (now == null) {
      return addresses.stream()
          .sorted(Addresses.ORDER)
          .map(address -> new AddressStatus(address, false, ""))
          .toList();
    }
    Set<InetAddress> held = now.holding().held();
    return now.holding().wanted().entrySet().stream()
        .map(entry ->
            new AddressStatus(
                entry.getKey(), held.contains(entry.getKey()), entry.getValue().orElse("")))
        .toList();
  }

  /** Who serves, as far as it is heard. */
  private static String owner(ElectionState state) {
    return switch (state) {
      case ElectionState.Backup backup ->
          backup.leaders().entrySet().stream()
              .min(Map.Entry.comparingByKey())
              .map(Map.Entry::getValue)
              .map(leader ->
                  "%s (priority %d)".formatted(Addresses.text(leader.source()), leader.priority()))
              .orElse("");
      case ElectionState.Active _, ElectionState.Hold _, ElectionState.Initialize _ -> "";
    };
  }
}
