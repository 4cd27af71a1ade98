package io.headgate.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.config.HeadgateConfig;
import io.headgate.config.TakeoverConfig.PeerLinkConfig;
import io.headgate.model.Addresses;
import io.headgate.model.OrderBook;
import io.headgate.relay.ClientHome;
import io.headgate.takeover.TakeoverAgent;
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
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this edge and its peers tell each other: how they stand, what they announce and carry,
 * orders of operators, homes of clients, second chances. Without a link nothing is said, and nobody
 * is known. Told from any thread; what peers say comes on the link's.
 */
final class PeerExchange implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerExchange.class);

  /** A question, not an answer. */
  private static final Affinity ALL_HOMES = new Affinity(new Payload(new byte[0]));

  /** No edge has this address: RFC 5737. */
  private static final InetSocketAddress NOBODY =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.0"), 0);

  /** In one message, so that no word is too long for a frame. */
  private static final int LINES = 500;

  private final String edgeName;
  private final Optional<TakeoverAgent> agent;
  private final EventLog events;
  private final FromPeers fromPeers;
  private final Optional<PeerLink> link;
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

  /** Nothing is started, but a key that cannot be used is told. */
  PeerExchange(
      HeadgateConfig config, Optional<TakeoverAgent> agent, EventLog events, FromPeers fromPeers) {
    this.edgeName = config.name();
    this.agent = agent;
    this.events = events;
    this.fromPeers = fromPeers;
    this.link = config.takeover().peerLink().flatMap(this::link);
  }

  private Optional<PeerLink> link(PeerLinkConfig config) {
    return switch (PeerKey.read(config.keyFile())) {
      case PeerKey.Reading.Usable(PeerKey key) ->
          Optional.of(
              new PeerLink(
                  new PeerLinkSettings(config.listen(), config.peers(), key, edgeName),
                  new Peers()));
      case PeerKey.Reading.Unusable(String problem) -> {
        events.tell(true, "peer link", "off: " + problem);
        yield Optional.empty();
      }
    };
  }

  void start() {
    if (link.isPresent()) {
      succeed(NOBODY); // without effect: what is linked then is not when a peer has died
    }
    link.ifPresent(PeerLink::start);
  }

  /** The process of a peer has died. */
  private void succeed(InetSocketAddress peer) {
    List<InetSocketAddress> others = new ArrayList<>();
    for (Map.Entry<InetSocketAddress, Verdict> other : verdicts.entrySet()) {
      if (other.getValue() == Verdict.ALIVE) {
        others.add(other.getKey());
      }
    }
    agent.ifPresent(
        running -> running.peerGone(standings.sources(peer), standings.highest(others)));
  }

  /** Says goodbye. */
  void leave() {
    link.ifPresent(running -> running.goodbye(GoodbyeReason.STOP));
  }

  @Override
  public void close() {
    link.ifPresent(PeerLink::close);
  }

  /** Words that the peers do not know. */
  void tellOrders(OrderBook news) {
    link.ifPresent(running -> messages(news).forEach(running::send));
  }

  /** Whether anybody could be told anything. */
  boolean any() {
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
  synchronized void tellNews(Map<String, Integer> connections) {
    if (link.isPresent()) {
      draining = connections;
      List<PeerMessage> now = words();
      now.stream().filter(word -> !told.contains(word)).forEach(link.get()::send);
      told = now;
    }
  }

  /** In turn with {@link #tellNews}, so that what arrives last is the newest. */
  private synchronized void tellPeer(InetSocketAddress peer) {
    link.ifPresent(running -> words().forEach(word -> running.send(peer, word)));
  }

  /** All of which the newest counts. */
  private List<PeerMessage> words() {
    return List.of(standing(), new Announced(ours().owned()), new Draining(draining));
  }

  /** The names of the edges that announce an address, this one and those that it hears. */
  Map<InetAddress, Set<String>> announced() {
    Map<InetAddress, Set<String>> edges = news.announced(status());
    ours()
        .owned()
        .forEach(address -> edges.computeIfAbsent(address, _ -> new HashSet<>()).add(edgeName));
    return edges;
  }

  /** To a node that drains, as far as it is known. */
  OptionalInt connections(String node) {
    return news.connections(node, status());
  }

  /** What becomes of former clients' connections; a peer believes it for some seconds. */
  void tellSecondChances() {
    Map<String, Integer> living = new HashMap<>();
    Set<String> forwarding = new HashSet<>();
    boolean wanted = false;
    for (GroupStatus group : ours().groups()) {
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
    for (GroupStatus group : ours().groups()) {
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

  /** What is known of each. */
  List<PeerStatus> status() {
    return link.map(PeerLink::status).orElse(List.of());
  }

  private TakeoverStatus ours() {
    return agent.map(TakeoverAgent::status).orElse(TakeoverStatus.NONE);
  }

  /** Called on the link's thread. */
  private final class Peers implements PeerEvents {
    @Override
    public void verdict(PeerStatus peer) {
      Verdict before = verdicts.put(peer.address(), peer.verdict());
      String who = PeerFindings.who(peer);
      switch (peer.verdict()) {
        case UNKNOWN -> {}
        case ALIVE -> events.tell(false, who, "is connected");
        case LEAVING -> events.tell(false, who, "says goodbye");
        case SILENT -> {
          if (before == Verdict.ALIVE) {
            events.tell(true, who, "is silent; the election decides");
          }
        }
        case GONE -> {
          succeed(peer.address()); // words take longer
          events.tell(true, who, "its process is gone, and its host lives");
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
