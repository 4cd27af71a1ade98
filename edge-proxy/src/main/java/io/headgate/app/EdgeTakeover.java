package io.headgate.app;

import io.headgate.addressing.PoolCatalog.Entry;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.PoolConfig;
import io.headgate.config.TakeoverConfig;
import io.headgate.desired.DesiredState;
import io.headgate.linux.Attempt;
import io.headgate.model.Listener;
import io.headgate.relay.ListenerStatus;
import io.headgate.takeover.Serving;
import io.headgate.takeover.TakeoverAgent;
import io.headgate.takeover.TakeoverEvents;
import io.headgate.takeover.TakeoverStatus;
import io.headgate.takeover.TakeoverStatus.GroupStatus;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The addresses' side of a running edge: the agent, what it is told of the rest, and the exchange
 * with the peers. Absent parts do nothing, and say so in the status.
 */
final class EdgeTakeover implements AutoCloseable {
  private final EventLog events;
  private final HeldFile heldFile;
  private final Optional<TakeoverAgent> agent;
  private final PeerExchange peers;
  private volatile TakeoverConfig inForce; // whoever reloads

  /** Nothing is started, but what cannot be had is told. */
  EdgeTakeover(
      HeadgateConfig config,
      EventLog events,
      PeerExchange.FromPeers fromPeers,
      Consumer<Throwable> onBug) {
    this.events = events;
    this.inForce = config.takeover();
    this.heldFile = HeldFile.beside(config.admin().socket());
    this.agent =
        inForce.mode() == TakeoverConfig.Mode.NONE ? Optional.empty() : agent(inForce, onBug);
    this.peers = new PeerExchange(config, agent, events, fromPeers);
  }

  private Optional<TakeoverAgent> agent(TakeoverConfig takeover, Consumer<Throwable> onBug) {
    TakeoverEvents told =
        new TakeoverEvents() {
          @Override
          public void told(boolean warning, String subject, String words) {
            events.tell(warning, subject, words);
          }

          @Override
          public void held(Set<InetAddress> addresses) {
            heldFile.write(addresses).ifPresent(why -> events.tell(true, "takeover", why));
          }

          @Override
          public void bug(Throwable bug) {
            onBug.accept(bug);
          }
        };
    return switch (TakeoverAgent.of(takeover, told)) {
      case Attempt.Succeeded<TakeoverAgent>(TakeoverAgent had) -> Optional.of(had);
      case Attempt.Refused<TakeoverAgent>(_, String why) -> {
        events.tell(true, "takeover", "takes no part: " + why);
        yield Optional.empty();
      }
    };
  }

  void start() {
    Capabilities.here()
        .lacking(inForce.mode())
        .ifPresent(lacking -> events.tell(true, "takeover", lacking + ". " + Capabilities.ADVICE));
    if (agent.isPresent()) { // also so that the first time is not when an address has been taken
      heldFile.write(Set.of()).ifPresent(why -> events.tell(true, "takeover", why));
    }
    agent.ifPresent(TakeoverAgent::start);
    peers.start();
  }

  /** Puts another configuration in force, but for the link; one of another mode has to wait. */
  void configure(HeadgateConfig config) {
    TakeoverConfig next = ofMode(config.takeover());
    inForce = next;
    agent.ifPresent(running -> running.configure(next));
  }

  /** This one, or what is in force where that is of another mode. */
  private TakeoverConfig ofMode(TakeoverConfig next) {
    return next.mode() == inForce.mode() ? next : inForce;
  }

  /** Every event loop uses this table, and this is what became of its listeners. */
  void serving(DesiredState state, HeadgateConfig config, List<ListenerStatus> listeners) {
    TakeoverConfig takeover = ofMode(config.takeover());
    agent.ifPresent(running -> running.serving(() -> servingOf(state, takeover, listeners)));
  }

  private static Serving servingOf(
      DesiredState state, TakeoverConfig takeover, List<ListenerStatus> listeners) {
    Map<Listener, String> problems = new HashMap<>();
    for (ListenerStatus status : listeners) {
      status.problem().ifPresent(problem -> problems.put(status.listener(), problem));
    }
    return new Serving(true, state.table(), problems, poolAddresses(state, takeover));
  }

  /** Of the pools that belong to a group. */
  private static Map<String, List<InetAddress>> poolAddresses(
      DesiredState state, TakeoverConfig takeover) {
    Map<String, List<InetAddress>> given = new HashMap<>();
    Set<String> wanted =
        takeover.groups().stream()
            .flatMap(group -> group.pools().stream())
            .collect(Collectors.toSet());
    if (wanted.isEmpty() || state.addressing().isEmpty()) {
      return Map.of();
    }
    List<PoolConfig> pools =
        state.addressing().get().catalog().entries().stream()
            .map(Entry::pool)
            .filter(pool -> wanted.contains(pool.name()))
            .toList();
    state.assignments().values().stream()
        .flatMap(assignment -> assignment.addresses().stream())
        .distinct()
        .forEach(address ->
            pools.stream()
                .filter(
                    pool -> pool.addresses().stream().anyMatch(range -> range.contains(address)))
                .findFirst()
                .ifPresent(pool ->
                    given.computeIfAbsent(pool.name(), _ -> new ArrayList<>()).add(address)));
    return given;
  }

  /** New clients go elsewhere, where there is somebody; then it completes. */
  CompletableFuture<Void> leave() {
    peers.leave();
    return agent.map(TakeoverAgent::leave).orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  /** Empty where no election is taken part in. */
  Optional<CompletableFuture<List<GroupStatus>>> failover(Optional<String> group, boolean back) {
    return agent.map(running -> back ? running.takeBack(group) : running.failover(group));
  }

  TakeoverStatus status() {
    return agent.map(TakeoverAgent::status).orElse(TakeoverStatus.NONE);
  }

  PeerExchange peers() {
    return peers;
  }

  @Override
  public void close() {
    agent.ifPresent(running -> {
      running.close();
      heldFile.write(Set.of()).ifPresent(why -> events.tell(true, "takeover", why));
    });
    peers.close();
  }
}
