package io.headgate.takeover;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.AddressOwner;
import io.headgate.testing.ConnectProbe;
import io.headgate.testing.EdgeOnLan;
import io.headgate.testing.Keepalived;
import io.headgate.testing.Lan;
import io.headgate.testing.Needs;
import io.headgate.testing.VirtualRouter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Two hosts that own addresses together, and a client of theirs that never stops connecting. Owns
 * all that was started for it, and ends it in the reverse order.
 */
final class Pair implements AutoCloseable {
  /** Two JVMs on a busy machine start in this time, and any election of theirs is over. */
  private static final Duration DEADLINE = Duration.ofSeconds(90);

  private static final int STEADY = 30; // attempts in a row, from each address

  private final Belongings belongings;
  final Lan lan;
  final Lan.Host first;
  final Lan.Host second;
  final Lan.Host client;

  Pair() {
    Needs.programs("nginx", "openssl");
    lan = Lan.open();
    belongings = new Belongings(lan);
    first = lan.add("first");
    second = lan.add("second");
    client = lan.add("client");
  }

  <T extends AutoCloseable> T keep(T part) {
    return belongings.keep(part);
  }

  /** Connects to every address of the router from now on. */
  ConnectProbe client(VirtualRouter router) {
    return keep(
        ConnectProbe.start(
            client,
            router.served().stream()
                .map(address -> new InetSocketAddress(address, EdgeOnLan.PORT))
                .toArray(InetSocketAddress[]::new)));
  }

  /** Headgate without a peer link. */
  EdgeOnLan edge(Lan.Host host, VirtualRouter router) {
    return keep(EdgeOnLan.on(host, router).start());
  }

  /** keepalived beside a server that tells the host's name. */
  Keepalived keepalived(Lan.Host host, VirtualRouter router) {
    keep(ConnectProbe.nameServer(host, "[::]:" + EdgeOnLan.PORT + " ipv6only=off", host.label()));
    return keep(Keepalived.start(host, router));
  }

  /** Two edges, of which the first serves the client and the second waits. */
  record Whole(EdgeOnLan first, EdgeOnLan second, ConnectProbe probe) {
    void expectFirst() {
      expectOnly(first, second, probe);
    }

    void expectSecond() {
      expectOnly(second, first, probe);
    }
  }

  /** Waits until the two are whole. */
  Whole whole(EdgeOnLan owner, EdgeOnLan backup, VirtualRouter router) {
    var whole = new Whole(owner, backup, client(router));
    whole.expectFirst();
    return whole;
  }

  /** A split, its end, and then the owner, which is on the first host, leaves for good. */
  void expectSucceededAndBack(AddressOwner owner, AddressOwner backup, VirtualRouter router) {
    ConnectProbe probe = client(router);
    expectOnly(owner, backup, probe);
    first.cut();
    expectServedBy(backup, probe);
    first.heal();
    expectOnly(owner, backup, probe);
    owner.program().terminate();
    expectServedBy(backup, probe);
  }

  /** A connection of the client's that is closed at the end. */
  Conversation converse(InetAddress address, int port) {
    return keep(Conversation.begin(client, address, port, DEADLINE));
  }

  /** Waits until one owns, the other waits, and the client finds the owner at every address. */
  static void expectOnly(AddressOwner owner, AddressOwner other, ConnectProbe probe) {
    eventually(
        DEADLINE,
        () -> {
          assertThat(owner.owns()).as("owner %s", owner.program().output()).isTrue();
          assertThat(other.waits()).as("other %s", other.program().output()).isTrue();
          assertServed(probe, owner);
        });
  }

  /** Waits until the client finds it at every address; whatever others think that they own. */
  static void expectServedBy(AddressOwner owner, ConnectProbe probe) {
    eventually(
        DEADLINE,
        () -> {
          assertThat(owner.owns()).as("owner %s", owner.program().output()).isTrue();
          assertServed(probe, owner);
        });
  }

  private static void assertServed(ConnectProbe probe, AddressOwner owner) {
    for (InetAddress address : probe.addresses()) {
      assertThat(probe.record().to(address).endsServedBy(owner.host().label(), STEADY))
          .as("%s by %s", address, owner.host().label())
          .isTrue();
    }
  }

  @Override
  public void close() {
    belongings.close();
  }
}
