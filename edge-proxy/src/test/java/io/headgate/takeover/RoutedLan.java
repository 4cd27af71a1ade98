package io.headgate.takeover;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.testing.ConnectProbe;
import io.headgate.testing.Lan;
import io.headgate.testing.Needs;
import io.headgate.testing.ProbeRecord;
import io.headgate.testing.Program;
import io.headgate.testing.RoutedEdge;
import io.headgate.testing.RoutingDaemon;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A client, a router and two edges: the router learns by BGP (RFC 4271, over IPv4 and IPv6) where
 * the addresses are, and deals connections out among all edges that announce one, by their
 * addresses and ports. The client knows the router only. Owns all that was started for it, and ends
 * it in the reverse order.
 */
final class RoutedLan implements AutoCloseable {
  static final InetAddress IPV4 = InetAddress.ofLiteral("198.51.100.10");
  static final InetAddress IPV6 = InetAddress.ofLiteral("2001:db8:51::10");
  static final InetAddress MORE = InetAddress.ofLiteral("198.51.100.11");

  /** JVMs and BGP sessions on a busy machine start in this time. */
  static final Duration DEADLINE = Duration.ofMinutes(2);

  private static final Pattern NEXT_HOP = Pattern.compile("\\bvia (\\S+)");
  private static final int STEADY = 100; // attempts in a row, for each address

  private final Belongings belongings;
  private final List<Program> daemons = new ArrayList<>();
  private final Lan lan;
  private final Lan.Host router;
  final Lan.Host first;
  final Lan.Host second;
  private final Lan.Host client;

  RoutedLan() {
    Needs.programs("nginx", "bird");
    lan = Lan.open();
    belongings = new Belongings(lan);
    router = lan.add("router"); // the examples' host 1
    first = lan.add("first");
    second = lan.add("second");
    client = lan.add("client");
    forward();
    keep(
        Program.draft()
            .in(router)
            .file("bird.conf", routerConfiguration())
            .start("bird", "-f", "-c", "{}/bird.conf", "-s", "{}/bird.ctl"));
    client.run("ip", "route", "add", "198.51.100.0/24", "via", Addresses.text(router.address()));
    client.run("ip", "route", "add", "2001:db8:51::/64", "via", Addresses.text(router.address6()));
  }

  <T extends AutoCloseable> T keep(T part) {
    return belongings.keep(part);
  }

  /** By layer 4, and without telling the client of a shorter way: it shall not remember an edge. */
  private void forward() {
    set(router, "net/ipv4/ip_forward", 1);
    set(router, "net/ipv6/conf/all/forwarding", 1);
    set(router, "net/ipv4/fib_multipath_hash_policy", 1);
    set(router, "net/ipv6/fib_multipath_hash_policy", 1);
    set(router, "net/ipv4/conf/all/send_redirects", 0);
    set(router, "net/ipv4/conf/eth0/send_redirects", 0);
    set(client, "net/ipv6/conf/eth0/accept_redirects", 0);
  }

  private static void set(Lan.Host host, String variable, int value) {
    host.run("sh", "-c", "echo " + value + " > /proc/sys/" + variable);
  }

  private String routerConfiguration() {
    String head =
        """
        router id 192.0.2.1;
        log stderr all;
        protocol device { scan time 5; }
        protocol kernel { merge paths on; ipv4 { export all; }; }
        protocol kernel { merge paths on; ipv6 { export all; }; }
        template bgp edge { local as 64511; passive on; hold time 9; }
        """;
    return head
        + Stream.of(first, second)
            .flatMap(edge -> Stream.of(session(edge.address()), session(edge.address6())))
            .collect(Collectors.joining());
  }

  private static String session(InetAddress edge) {
    String family = edge instanceof Inet6Address ? "ipv6" : "ipv4";
    return "protocol bgp from edge { neighbor %s as 64512; %s { import all; export none; }; }\n"
        .formatted(Addresses.text(edge), family);
  }

  /** An edge with a daemon beside it. */
  RoutedEdge edge(Lan.Host host, RoutingDaemon daemon, RoutedEdge.Settings settings) {
    daemons.add(keep(daemon.start(host)));
    return keep(RoutedEdge.start(host, settings));
  }

  /** A line that FRR does not know is a warning, and the rest is used. */
  void expectConfigurationsUnderstood() {
    for (Program daemon : daemons) {
      assertThat(daemon.output()).doesNotContain("No such command", "syntax error");
    }
  }

  /** Connects to these from now on. */
  ConnectProbe probe(InetAddress... addresses) {
    return keep(
        ConnectProbe.start(
            client,
            Stream.of(addresses)
                .map(address -> new InetSocketAddress(address, RoutedEdge.PORT))
                .toArray(InetSocketAddress[]::new)));
  }

  /** From now on the client's packets for an address reach this edge whatever is announced. */
  void pinClientTo(Lan.Host edge, InetAddress address) {
    boolean ipv6 = address instanceof Inet6Address;
    client.run(
        "ip",
        "route",
        "replace",
        Addresses.text(address) + (ipv6 ? "/128" : "/32"),
        "via",
        Addresses.text(ipv6 ? edge.address6() : edge.address()));
  }

  /** A connection of the client that sends back what it gets. */
  Conversation converse(InetAddress address) {
    return keep(Conversation.begin(client, address, RoutedEdge.ECHO_PORT, DEADLINE));
  }

  /** The same by one edge, whatever is announced from now on; it has been used. */
  Conversation converseBy(Lan.Host edge, InetAddress address) {
    expectNextHops(address, edge);
    pinClientTo(edge, address);
    Conversation conversation = converse(address);
    assertThat(conversation.say("before")).isEqualTo("before");
    return conversation;
  }

  /** Where the router sends what is for an address: addresses of edges. */
  Set<String> nextHops(InetAddress address) {
    String family = address instanceof Inet6Address ? "-6" : "-4";
    return NEXT_HOP
        .matcher(router.run("ip", family, "route", "show", Addresses.text(address)))
        .results()
        .map((MatchResult hop) -> hop.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Waits until the router sends what is for an address to these edges, and to no other host. */
  void expectNextHops(InetAddress address, Lan.Host... edges) {
    Set<String> wanted =
        Stream.of(edges)
            .map(edge -> address instanceof Inet6Address ? edge.address6() : edge.address())
            .map(Addresses::text)
            .collect(Collectors.toSet());
    eventually(
        DEADLINE,
        () ->
            assertThat(nextHops(address))
                .as("%s", address)
                .containsExactlyInAnyOrderElementsOf(wanted));
  }

  /** Waits until the client is answered every time, by each of these edges and by nobody else. */
  static void expectServedBy(ConnectProbe probe, Lan.Host... edges) {
    List<String> names = Stream.of(edges).map(Lan.Host::label).toList();
    eventually(
        DEADLINE,
        () -> {
          for (InetAddress address : probe.addresses()) {
            List<ProbeRecord.Attempt> all = probe.record().to(address).attempts();
            var last = new ProbeRecord(all.subList(Math.max(0, all.size() - STEADY), all.size()));
            assertThat(last.attempts()).hasSize(STEADY);
            assertThat(last.failures()).as("%s: %s", address, last.outcomes()).isZero();
            assertThat(last.answeredBy()).as("%s", address).containsOnlyKeys(names);
          }
        });
  }

  @Override
  public void close() {
    belongings.close();
  }
}
