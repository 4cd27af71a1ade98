package io.headgate.config;

import io.headgate.model.Addresses;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who among the edges owns the addresses, and how.
 *
 * @param groups in the file's order; they decide where the mode is {@link Mode#VRRP}
 * @param needsBackend whether an edge without a usable backend steps back for its peers
 * @param route what holds where the mode is {@link Mode#ROUTE}
 * @param peerLink empty where the edges have none
 * @param secondChance whether connections go on after their address has moved on purpose
 */
public record TakeoverConfig(
    Mode mode,
    List<VrrpGroupConfig> groups,
    boolean needsBackend,
    RouteAnnouncement route,
    Optional<PeerLinkConfig> peerLink,
    boolean secondChance) {
  /** What is so where the file says nothing. */
  public static final TakeoverConfig NONE =
      new TakeoverConfig(
          Mode.NONE,
          List.of(),
          true,
          new RouteAnnouncement("lo", Duration.ofSeconds(10), Duration.ofSeconds(5)),
          Optional.empty(),
          false);

  /** Who decides that an address is ours. */
  public enum Mode {
    /** Nobody: the addresses are on this host, or somebody else puts them there. */
    NONE,
    /** An election among the edges of a link (RFC 9568). */
    VRRP,
    /** Every edge that can serve: a routing daemon announces what is on an interface. */
    ROUTE
  }

  /**
   * How an address is offered to a routing daemon.
   *
   * @param interfaceName that the daemon takes addresses from
   * @param announceDelay how long an edge that has started can serve before it announces: a router
   *     moves established connections to an edge that joins
   * @param withdrawWait how long an edge that stops still serves after it has withdrawn
   */
  public record RouteAnnouncement(
      String interfaceName, Duration announceDelay, Duration withdrawWait) {}

  /**
   * The connection between the edges.
   *
   * @param listen where the peers come in; empty where this edge only goes out
   * @param peers where this edge goes
   * @param keyFile a private key and its certificate, the same file on every edge
   */
  public record PeerLinkConfig(
      Optional<InetSocketAddress> listen, List<InetSocketAddress> peers, Path keyFile) {
    public PeerLinkConfig {
      peers = List.copyOf(peers);
    }
  }

  public TakeoverConfig {
    groups = List.copyOf(groups);
  }

  static TakeoverConfig from(Section takeover, LoadBalancerConfig loadBalancer) {
    Mode mode = takeover.choice("mode", NONE.mode);
    List<VrrpGroupConfig> groups =
        VrrpBlock.read(takeover.block("vrrp").block("groups"), loadBalancer);
    if (mode == Mode.VRRP && groups.isEmpty()) {
      takeover.problem("mode", "vrrp has no group", "takeover.vrrp.groups.NAME { … }");
    }
    if (mode == Mode.ROUTE && !groups.isEmpty()) {
      takeover.problem("mode", "route uses no groups", "vrrp, or no takeover.vrrp.groups");
    }
    Optional<PeerLinkConfig> peerLink = peerLink(takeover.block("peer-link"));
    boolean secondChance = takeover.flag("second-chance", NONE.secondChance);
    if (secondChance && (mode != Mode.VRRP || peerLink.isEmpty())) {
      takeover.problem(
          "second-chance",
          "only edges that elect an owner and have a peer link can do this",
          "mode = vrrp and a peer-link, or false");
    }
    return new TakeoverConfig(
        mode,
        groups,
        takeover.flag("needs-backend", NONE.needsBackend),
        route(takeover.block("route")),
        peerLink,
        secondChance);
  }

  private static RouteAnnouncement route(Section route) {
    return new RouteAnnouncement(
        VrrpBlock.interfaceName(route, NONE.route.interfaceName),
        route.duration("announce-delay", NONE.route.announceDelay, Duration.ZERO),
        route.duration("withdraw-wait", NONE.route.withdrawWait, Duration.ZERO));
  }

  private static Optional<PeerLinkConfig> peerLink(Section link) {
    String allowed = "a literal IP address and port, such as 10.0.0.1:7443";
    Optional<InetSocketAddress> listen =
        link.parsed(
            "listen", Optional.empty(), allowed + ", or \"\" for none", Formats::socketOrNone);
    List<InetSocketAddress> peers =
        link.list("peers", List.of(), allowed, TakeoverConfig::peerAddress);
    Path keyFile =
        link.parsed("key-file", Path.of("/etc/headgate/peer.key"), "a path", Formats::path);
    if (listen.isEmpty() && peers.isEmpty()) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(keyFile)) {
      link.problem(
          "key-file",
          "no such file",
          "the key of the edges, by headgate peer-key, here " + keyFile);
    }
    return Optional.of(new PeerLinkConfig(listen, peers, keyFile));
  }

  private static Optional<InetSocketAddress> peerAddress(String text) {
    return Addresses.parseWithPort(text).filter(peer -> !peer.getAddress().isAnyLocalAddress());
  }
}
