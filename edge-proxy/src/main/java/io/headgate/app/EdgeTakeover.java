package io.headgate.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.addressing.PoolCatalog.Entry;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.PoolConfig;
import io.headgate.config.TakeoverConfig;
import io.headgate.config.TakeoverConfig.PeerLinkConfig;
import io.headgate.desired.DesiredState;
import io.headgate.linux.Attempt;
import io.headgate.model.Addresses;
import io.headgate.model.Listener;
import io.headgate.model.OrderBook;
import io.headgate.relay.ClientHome;
import io.headgate.relay.ListenerStatus;
import io.headgate.takeover.Serving;
import io.headgate.takeover.TakeoverAgent;
import io.headgate.takeover.TakeoverEvents;
import io.headgate.takeover.TakeoverStatus;
import io.headgate.takeover.TakeoverStatus.GroupStatus;
import io.headgate.takeover.TakeoverStatus.SecondChanceStatus;
import io.headgate.takeover.TakeoverStatus.Stage;
import io.headgate.takeover.peer.GoodbyeReason;
import io.headgate.takeover.peer.Payload;
import io.headgate.takeover.peer.PeerEvents;
import io.headgate.takeover.peer.PeerKey;
import io.headgate.takeover.peer.PeerLink;
import io.headgate.takeover.peer.PeerLinkSettings;
import io.headgate.takeover.peer.PeerMessage;
import io.headgate.takeover.peer.PeerMessage.Affinity;
import io.headgate.takeover.peer.PeerMessage.Announced;
import io.headgate.takeover.peer.PeerMessage.Draining;
import io.headgate.takeover.peer.PeerMessage.Orders;
import io.headgate.takeover.peer.PeerMessage.SecondChances;
import io.headgate.takeover.peer.PeerMessage.Standing;
import io.headgate.takeover.peer.PeerStatus;
import io.headgate.takeover.peer.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses' side of a running edge: the agent, the link to the peers, and what goes between
 * them and the rest. Absent parts do nothing, and say so in the status.
 */
final class EdgeTakeover implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EdgeTakeover.class);

  /** A question, not an answer. */
  private static final Affinity ALL_HOMES = new Affinity(new Payload(new byte[0]));

  /** In one message, so that no word is too long for a frame. */
  private static final int LINES = 500;

  private final String edgeName;
  private final EventLog events;
  private final HeldFile heldFile;
  private final TakeoverConfig.Mode mode;
  private final Optional<TakeoverAgent> agent;
  private final Optional<PeerLink> link;
  private final FromPeers fromPeers;
  private final Map<InetSocketAddress, Verdict> verdicts = new ConcurrentHashMap<>(); // the link
  private final PeerStandings standings = new PeerStandings(); // the link
  private final PeerNews news = new PeerNews(); // told by the link
  private List<PeerMessage> told = List.of(); // guarded by this
  private Map<String, Integer> draining = Map.of(); // guarded by this

  /** What peers ask for and say. Called on the link's thread, which it must not hold up. */
  interface FromPeers {
    /** All that this edge knows. */
    OrderBook orders();

    /** A peer knows these words. */
    void ordered(String peer, OrderBook theirs);

    /** Whether there are routes that clients of peers could belong to. */
    boolean knowsRoutes();

    /** A peer wants to know of every client. */
    void asked();

    /** Clients of a route came to a peer. */
    void homes(String route, List<ClientHome> homes);
  }

  /** Nothing is started, but what cannot be had is told. */
  EdgeTakeover(
      HeadgateConfig config, EventLog events, FromPeers fromPeers, Consumer<Throwable> onBug) {
    this.edgeName = config.name();
    this.events = events;
    this.fromPeers = fromPeers;
    TakeoverConfig takeover = config.takeover();
    this.mode = takeover.mode();
    this.heldFile = HeldFile.beside(config.admin().socket());
    this.agent = mode == TakeoverConfig.Mode.NONE ? Optional.empty() : agent(takeover, onBug);
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
          public void held(Set<InetAddress> addresses) {
            heldFile.write(addresses).ifPresent(why -> tell(true, "takeover", why));
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
    Capabilities.here()
        .lacking(mode)
        .ifPresent(lacking -> tell(true, "takeover", lacking + ". " + Capabilities.ADVICE));
    if (agent.isPresent()) { // also so that the first time is not when an address has been taken
      heldFile.write(Set.of()).ifPresent(why -> tell(true, "takeover", why));
    }
    agent.ifPresent(TakeoverAgent::start);
    link.ifPresent(PeerLink::start);
  }

  /** Puts another configuration in force, but for the mode and the link. */
  void configure(HeadgateConfig config) {
    agent.ifPresent(running -> running.configure(config.takeover()));
  }

  /** Every event loop uses this table, and this is what became of its listeners. */
  void serving(DesiredState state, HeadgateConfig config, List<ListenerStatus> listeners) {
    agent.ifPresent(running -> running.serving(() -> servingOf(state, config, listeners)));
  }

  private static Serving servingOf(
      DesiredState state, HeadgateConfig config, List<ListenerStatus> listeners) {
    Map<Listener, String> problems = new HashMap<>();
    for (ListenerStatus status : listeners) {
      status.problem().ifPresent(problem -> problems.put(status.listener(), problem));
    }
    return new Serving(true, state.table(), problems, poolAddresses(state, config));
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

  /** Words that the peers do not know. */
  void tellOrders(OrderBook news) {
    link.ifPresent(running -> messages(news).forEach(running::send));
  }

  /** Whether anybody could be told anything. */
  boolean hasPeers() {
    return link.isPresent();
  }

  /** Clients that have come here, by the route's name. Lost where a peer cannot keep up. */
  void tellHomes(Map<String, List<ClientHome>> news) {
    link.ifPresent(running ->
        news.forEach((route, homes) ->
            running.send(new Affinity(new HomesMessage(route, homes).payload()))));
  }

  /** There are routes now: what peers know of their clients is wanted. */
  void askHomes() {
    link.ifPresent(running -> running.send(ALL_HOMES));
  }

  /**
   * Tells how this edge stands in the elections, and what it announces and carries, where that has
   * changed. To be called often.
   *
   * @param connections to nodes that drain, by the Node's name
   */
  synchronized void tellPeers(Map<String, Integer> connections) {
    if (link.isPresent()) {
      draining = connections;
      List<PeerMessage> now = words();
      now.stream().filter(word -> !told.contains(word)).forEach(link.get()::send);
      told = now;
    }
  }

  /** In turn with {@link #tellPeers}, so that what arrives last is the newest. */
  private synchronized void tellPeer(InetSocketAddress peer) {
    link.ifPresent(running -> words().forEach(word -> running.send(peer, word)));
  }

  /** All of which the newest counts. */
  private List<PeerMessage> words() {
    return List.of(standing(), new Announced(status().owned()), new Draining(draining));
  }

  /** The names of the edges that announce an address, this one and those that it hears. */
  Map<InetAddress, Set<String>> announced() {
    Map<InetAddress, Set<String>> edges = news.announced(peers());
    status()
        .owned()
        .forEach(address -> edges.computeIfAbsent(address, _ -> new HashSet<>()).add(edgeName));
    return edges;
  }

  /** To a node that drains, as far as it is known. */
  OptionalInt connectionsOfPeers(String node) {
    return news.connections(node, peers());
  }

  /** What becomes of former clients' connections; a peer believes it for some seconds. */
  void tellSecondChances() {
    Map<String, Integer> living = new HashMap<>();
    Set<String> forwarding = new HashSet<>();
    boolean wanted = false;
    for (GroupStatus group : status().groups()) {
      SecondChanceStatus chance = group.secondChance();
      wanted |= chance.stage() != Stage.OFF;
      switch (chance.stage()) {
        case OFF, IDLE, COVERED -> {}
        case READY, FORWARDING -> forwarding.add(group.name());
        case KEEPING -> living.put(group.name(), chance.living());
      }
    }
    if (wanted) {
      link.ifPresent(running -> running.send(new SecondChances(living, forwarding)));
    }
  }

  private Standing standing() {
    Map<String, Integer> priorities = new HashMap<>();
    Set<InetAddress> sources = new HashSet<>();
    for (GroupStatus group : status().groups()) {
      priorities.put(group.name(), group.effectivePriority());
      sources.addAll(group.sources());
    }
    return new Standing(priorities, sources);
  }

  private static List<Orders> messages(OrderBook book) {
    List<String> lines = OrderLines.of(book);
    List<Orders> messages = new ArrayList<>();
    for (int from = 0; from < lines.size(); from += LINES) {
      List<String> some = lines.subList(from, Math.min(from + LINES, lines.size()));
      messages.add(new Orders(new Payload(String.join("\n", some).getBytes(UTF_8))));
    }
    return messages;
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
    agent.ifPresent(running -> {
      running.close();
      heldFile.write(Set.of()).ifPresent(why -> tell(true, "takeover", why));
    });
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
          List<InetSocketAddress> others =
              verdicts.entrySet().stream()
                  .filter(other -> other.getValue() == Verdict.ALIVE)
                  .map(Map.Entry::getKey)
                  .toList();
          agent.ifPresent(running ->
              running.peerGone(standings.sources(peer.address()), standings.highest(others)));
        }
      }
    }

    @Override
    public void reachable(PeerStatus peer) {
      tellPeer(peer.address());
      link.ifPresent(running -> {
        messages(fromPeers.orders()).forEach(some -> running.send(peer.address(), some));
        fromPeers.asked(); // it may have, while it could not be answered
        if (fromPeers.knowsRoutes()) {
          running.send(peer.address(), ALL_HOMES);
        }
      });
    }

    @Override
    public void received(PeerStatus peer, PeerMessage message) {
      switch (message) {
        case Standing standing -> standings.told(peer.address(), standing);
        case Announced announced -> news.told(peer, announced);
        case Draining draining -> news.told(peer, draining);
        case SecondChances(var living, var forwarding) ->
            agent.ifPresent(
                running -> running.peerSaid(standings.sources(peer.address()), living, forwarding));
        case Orders(Payload payload) -> {
          OrderLines.Read read =
              OrderLines.read(new String(payload.bytes(), UTF_8).lines().toList());
          if (!read.unread().isEmpty()) {
            LOG.debug("peer {}: {} lines are no orders", peer.address(), read.unread().size());
          }
          fromPeers.ordered(
              peer.name().orElseGet(() -> Addresses.text(peer.address())), read.book());
        }
        case Affinity(Payload payload) -> {
          if (payload.size() == 0) {
            fromPeers.asked();
          } else {
            HomesMessage.of(payload)
                .ifPresent(heard -> fromPeers.homes(heard.route(), heard.homes()));
          }
        }
      }
    }
  }
}
