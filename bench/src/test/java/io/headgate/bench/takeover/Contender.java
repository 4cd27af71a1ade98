package io.headgate.bench.takeover;

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
  HEADGATE_WITHOUT_LINK;

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean knows(Fault fault) {
    return this != KEEPALIVED || fault != Fault.PLANNED;
  }

  /** An edge that runs. */
  interface Edge extends AutoCloseable {
    boolean owns();

    boolean waits();

    /** SIGTERM to what owns the addresses. */
    void leave();

    /** Hands over to its peer. */
    void handOver();

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
      case KEEPALIVED -> new WithKeepalived(server(host), Keepalived.start(host, router));
      case HEADGATE -> new WithHeadgate(draft(host, router).linkedTo(peerKey, peer).start());
      case HEADGATE_WITHOUT_LINK -> new WithHeadgate(draft(host, router).start());
    };
  }

  private static Program server(Lan.Host host) {
    return ConnectProbe.nameServer(host, "[::]:" + EdgeOnLan.PORT + " ipv6only=off", host.label());
  }

  private static EdgeOnLan.Draft draft(Lan.Host host, VirtualRouter router) {
    Path launcher = Path.of(System.getProperty("headgate.project", ".."), "headgate");
    return EdgeOnLan.on(host, router).by(List.of(launcher.toAbsolutePath().toString()));
  }

  private record WithKeepalived(Program server, Keepalived keepalived) implements Edge {
    @Override
    public boolean owns() {
      return keepalived.owns();
    }

    @Override
    public boolean waits() {
      return keepalived.waits();
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
    public void close() {
      keepalived.close();
      server.close();
    }
  }

  private record WithHeadgate(EdgeOnLan edge) implements Edge {
    @Override
    public boolean owns() {
      return edge.owns();
    }

    @Override
    public boolean waits() {
      return edge.waits();
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
    public void close() {
      edge.close();
    }
  }
}
