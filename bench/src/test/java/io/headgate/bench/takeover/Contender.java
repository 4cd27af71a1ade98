package io.headgate.bench.takeover;

import io.headgate.bench.ProcessTree;
import io.headgate.testing.ConnectProbe;
import io.headgate.testing.EdgeOnLan;
import io.headgate.testing.Keepalived;
import io.headgate.testing.Lan;
import io.headgate.testing.Program;
import io.headgate.testing.VirtualRouter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Who owns the addresses, and serves on them. */
enum Contender {
  /** keepalived by its defaults beside a server that answers by itself. */
  KEEPALIVED,
  /** Headgate with a peer link. */
  HEADGATE,
  /** Headgate that knows of its peer by VRRP alone. */
  HEADGATE_WITHOUT_LINK,
  /** Headgate with a peer link and second chances, which are about handing over alone. */
  HEADGATE_SECOND_CHANCE;

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Where a connection stays open and echoes. */
  static final int LIVE_PORT = 8082;

  private static final String LIVE_BACKEND = "127.0.0.1:8083";

  /** As an edge has them that is told nothing. */
  private static final String DEFAULTS = "defaults { health { interval = 2s, timeout = 1s } }";

  /** In {@code headgate addresses --json}: the peer is known. */
  private static final String ALIVE = "\"alive\"";

  boolean knows(Fault fault) {
    return switch (this) {
      case KEEPALIVED -> fault != Fault.PLANNED;
      case HEADGATE, HEADGATE_WITHOUT_LINK -> true;
      case HEADGATE_SECOND_CHANCE -> fault == Fault.PLANNED || fault == Fault.LEAVE;
    };
  }

  /** An edge that runs. */
  interface Edge extends AutoCloseable {
    boolean owns();

    boolean waits();

    /** Whether it has met its peer as it is to, beyond VRRP. */
    boolean isLinked();

    /** How often it has changed its role. */
    int changes();

    /** User and system time of what owns the addresses, in seconds. */
    double cpuSeconds();

    /** SIGTERM to what owns the addresses. */
    void leave();

    /** Hands over to its peer, and lets it. */
    void handOver();

    /** Undoes {@link #handOver}. */
    void takeBack();

    @Override
    void close();
  }

  /**
   * Starts one; returns at once.
   *
   * @param peerKey of the peer link
   */
  Edge start(Lan.Host host, Lan.Host peer, VirtualRouter router, String peerKey) {
    return switch (this) {
      case KEEPALIVED ->
          new WithKeepalived(
              server(host),
              LiveConnection.server(host, "0.0.0.0:" + LIVE_PORT),
              Keepalived.start(host, router));
      case HEADGATE -> headgate(host, draft(host, router, DEFAULTS).linkedTo(peerKey, peer), ALIVE);
      case HEADGATE_WITHOUT_LINK -> headgate(host, draft(host, router, DEFAULTS), "");
      case HEADGATE_SECOND_CHANCE ->
          headgate(
              host,
              draft(host, router, DEFAULTS + "\ntakeover.second-chance = true")
                  .linkedTo(peerKey, peer),
              ALIVE);
    };
  }

  private static Program server(Lan.Host host) {
    return ConnectProbe.nameServer(host, "[::]:" + EdgeOnLan.PORT + " ipv6only=off", host.label());
  }

  private static Edge headgate(Lan.Host host, EdgeOnLan.Draft draft, String linked) {
    return new WithHeadgate(LiveConnection.server(host, LIVE_BACKEND), draft.start(), linked);
  }

  private static EdgeOnLan.Draft draft(Lan.Host host, VirtualRouter router, String settings) {
    Path launcher = Path.of(System.getProperty("headgate.project", ".."), "headgate");
    return EdgeOnLan.on(host, router)
        .alsoServing(LIVE_PORT, LIVE_BACKEND)
        .with(settings)
        .by(List.of(launcher.toAbsolutePath().toString()));
  }

  private record WithKeepalived(Program server, Program live, Keepalived keepalived)
      implements Edge {
    @Override
    public boolean owns() {
      return keepalived.owns();
    }

    @Override
    public boolean waits() {
      return keepalived.waits();
    }

    @Override
    public boolean isLinked() {
      return true;
    }

    @Override
    public int changes() {
      return keepalived.program().output().split(" Entering ", -1).length - 1;
    }

    @Override
    public double cpuSeconds() {
      return new ProcessTree(keepalived.program().pid()).cpuSeconds();
    }

    @Override
    public void leave() {
      keepalived.program().terminate();
    }

    @Override
    public void handOver() {
      throw new IllegalStateException("keepalived has no such command");
    }

    @Override
    public void takeBack() {
      throw new IllegalStateException("keepalived has no such command");
    }

    @Override
    public void close() {
      keepalived.close();
      server.close();
      live.close();
    }
  }

  private record WithHeadgate(Program live, EdgeOnLan edge, String linked) implements Edge {
    @Override
    public boolean owns() {
      return edge.owns();
    }

    @Override
    public boolean waits() {
      return edge.waits();
    }

    @Override
    public boolean isLinked() {
      return edge.headgate("addresses", "--json").contains(linked);
    }

    @Override
    public int changes() {
      return edge.program().output().split(" group front: ", -1).length - 1;
    }

    @Override
    public double cpuSeconds() {
      return new ProcessTree(edge.program().pid()).cpuSeconds();
    }

    @Override
    public void leave() {
      edge.program().terminate();
    }

    @Override
    public void handOver() {
      edge.headgate("failover", "front");
    }

    @Override
    public void takeBack() {
      edge.headgate("failover", "--take-back");
    }

    @Override
    public void close() {
      edge.close();
      live.close();
    }
  }
}
