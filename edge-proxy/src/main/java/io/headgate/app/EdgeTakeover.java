package io.headgate.app;

import io.headgate.addressing.PoolCatalog.Entry;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.PoolConfig;
import io.headgate.config.TakeoverConfig;
import io.headgate.config.TakeoverConfig.PeerLinkConfig;
import io.headgate.desired.DesiredState;
import io.headgate.linux.Attempt;
import io.headgate.model.Addresses;
import io.headgate.model.Listener;
import io.headgate.relay.ListenerStatus;
import io.headgate.takeover.Serving;
import io.headgate.takeover.TakeoverAgent;
import io.headgate.takeover.TakeoverEvents;
import io.headgate.takeover.TakeoverStatus;
import io.headgate.takeover.TakeoverStatus.GroupStatus;
import io.headgate.takeover.peer.GoodbyeReason;
import io.headgate.takeover.peer.PeerEvents;
import io.headgate.takeover.peer.PeerKey;
import io.headgate.takeover.peer.PeerLink;
import io.headgate.takeover.peer.PeerLinkSettings;
import io.headgate.takeover.peer.PeerMessage;
import io.headgate.takeover.peer.PeerStatus;
import io.headgate.takeover.peer.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The addresses' side of a running edge: the agent, the link to the peers, and what goes between
 * them and the rest. Absent parts do nothing, and say so in the status.
 */
final class EdgeTakeover implements AutoCloseable {
  private final EventLog events;
  private final Optional<TakeoverAgent> agent;
  private final Optional<PeerLink> link;
  private final Map<InetSocketAddress, Verdict> verdicts = new ConcurrentHashMap<>(); // the link

  /** Nothing is started, but what cannot be had is told. */
  EdgeTakeover(HeadgateConfig config, EventLog events, Consumer<Throwable> onBug) {
    this.events = events;
    TakeoverConfig takeover = config.takeover();
    this.agent =
        takeover.mode() == TakeoverConfig.Mode.NONE ? Optional.empty() : agent(takeover, onBug);
    this.link = takeover.peerLink().flatMap(peers -> link(peers, config.name()));
  }

  private Optional<TakeoverAgent> agent(TakeoverConfig takeover, Consumer<Throwable> onBug) {
    TakeoverEvents told =
        new TakeoverEvents() {
          @Override
          public void told(boolean warning, String subject, String words) {
            tell(warning, subject, words);
          }

          @Override
          public void bug(Throwable bug) {
            onBug.accept(bug);
          }
        };
    return switch (TakeoverAgent.of(takeover, told)) {
      case Attempt.Succeeded<TakeoverAgent>(TakeoverAgent had) -> Optional.of(had);
      case Attempt.Refused<TakeoverAgent>(_, String why) -> {
        tell(true, "takeover", "takes no part: " + why);
        yield Optional.empty();
      }
    };
  }

  private Optional<PeerLink> link(PeerLinkConfig config, String edgeName) {
    return switch (PeerKey.read(config.keyFile())) {
      case PeerKey.Reading.Usable(PeerKey key) ->
          Optional.of(
              new PeerLink(
                  new PeerLinkSettings(config.listen(), config.peers(), key, edgeName),
                  new Peers()));
      case PeerKey.Reading.Unusable(String problem) -> {
        tell(true, "peer link", "off: " + problem);
        yield Optional.empty();
      }
    };
  }

  void start() {
    agent.ifPresent(TakeoverAgent::start);
    link.ifPresent(PeerLink::start);
  }

  /** Puts another configuration in force, but for the mode and the link. */
  void configure(HeadgateConfig config) {
    agent.ifPresent(running -> running.configure(config.takeover()));
  }

  /** Every event loop uses this table, and this is what became of its listeners. */
  void serving(DesiredState state, HeadgateConfig config, List<ListenerStatus> listeners) {
    agent.ifPresent(running -> {
      Map<Listener, String> problems = new HashMap<>();
      for (ListenerStatus status : listeners) {
        status.problem().ifPresent(problem -> problems.put(status.listener(), problem));
      }
      running.serving(new Serving(true, state.table(), problems, poolAddresses(state, config)));
    });
  }

  /** Of the pools that belong to a group. */
  private static Map<String, List<InetAddress>> poolAddresses(
      DesiredState state, HeadgateConfig config) {
    Map<String, List<InetAddress>> given = new HashMap<>();
    Set<String> wanted =
        config.takeover().groups().stream()
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
    link.ifPresent(running -> running.goodbye(GoodbyeReason.STOP));
    return agent.map(TakeoverAgent::leave).orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  /** Empty where no election is taken part in. */
  Optional<CompletableFuture<List<GroupStatus>>> failover(Optional<String> group, boolean back) {
    return agent.map(running -> back ? running.takeBack(group) : running.failover(group));
  }

  TakeoverStatus status() {
    return agent.map(TakeoverAgent::status).orElse(TakeoverStatus.NONE);
  }

  List<PeerStatus> peers() {
    return link.map(PeerLink::status).orElse(List.of());
  }

  private void tell(boolean warning, String subject, String words) {
    events.add(warning ? EventLog.Level.WARNING : EventLog.Level.INFO, subject, words);
  }

  @Override
  public void close() {
    agent.ifPresent(TakeoverAgent::close);
    link.ifPresent(PeerLink::close);
  }

  /** Called on the link's thread. */
  private final class Peers implements PeerEvents {
    @Override
    public void verdict(PeerStatus peer) {
      Verdict before = verdicts.put(peer.address(), peer.verdict());
      String name =
          peer.name().map(known -> known + " at ").orElse("") + Addresses.text(peer.address());
      switch (peer.verdict()) {
        case UNKNOWN -> {}
        case ALIVE -> tell(false, "peer " + name, "is connected");
        case LEAVING -> tell(false, "peer " + name, "says goodbye");
        case SILENT -> {
          if (before == Verdict.ALIVE) {
            tell(true, "peer " + name, "is silent; the election decides");
          }
        }
        case GONE -> {
          tell(true, "peer " + name, "its process is gone, and its host lives");
          boolean othersLive =
              verdicts.entrySet().stream()
                  .anyMatch(other ->
                      !other.getKey().equals(peer.address()) && other.getValue() == Verdict.ALIVE);
          agent.ifPresent(
              running -> running.peerGone(Set.of(peer.address().getAddress()), othersLive));
        }
      }
    }

    @Override
    public void received(PeerStatus peer, PeerMessage message) {}
  }
}
