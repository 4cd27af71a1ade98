package io.headgate.takeover;

import static io.headgate.takeover.Pair.expectOnly;
import static io.headgate.takeover.Pair.expectServedBy;
import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.takeover.Pair.Whole;
import io.headgate.testing.ConnectProbe;
import io.headgate.testing.EdgeOnLan;
import io.headgate.testing.Lan;
import io.headgate.testing.Needs;
import io.headgate.testing.Program;
import io.headgate.testing.VirtualRouter;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Owners of both families that share the virtual router's Ethernet addresses. */
@DisplayNameGeneration(ReplaceUnderscores.class)
final class VirtualMacIT {
  private static final VirtualRouter HIGH = VirtualRouter.of(250).ofBothFamilies().withVirtualMac();
  private static final VirtualRouter LOW = VirtualRouter.of(200).ofBothFamilies().withVirtualMac();
  private static final String MAC = "00:00:5e:00:01:33";
  private static final String MAC6 = "00:00:5e:00:02:33";

  private final Pair pair = new Pair();
  private final Program heard =
      pair.keep(Program.draft().in(pair.client).start("ip", "monitor", "neigh"));

  @AfterEach
  void close() {
    pair.close();
  }

  @Test
  void a_killed_owner_is_succeeded_and_clients_know_the_same_Ethernet_address_as_before() {
    Needs.programs("tcpdump");
    List<String> settings = settings(pair.first);
    Program adverts = listener(pair.client, "ip proto 112 or ip6 proto 112");
    Whole edges = pair.whole(pair.edge(pair.first, HIGH), pair.edge(pair.second, LOW), HIGH);
    assertThat(pair.first.run("ip", "-o", "address", "show", "dev", "vrrp.51"))
        .contains("192.0.2.100/32");
    assertThat(pair.first.run("ip", "-o", "address", "show", "dev", "vrrp6.51"))
        .contains("2001:db8::100/128", "fe80::100/128");
    for (String name : List.of("vrrp.51", "vrrp6.51")) {
      assertThat(pair.first.run("ip", "link", "show", name)).contains(",UP");
      assertThat(pair.second.run("ip", "link", "show", name)).as("a backup").doesNotContain("UP");
    }

    Program said = listener(pair.second, "-Q", "out", "ether src " + MAC + " or ether src " + MAC6);
    edges.expectFirst();
    assertThat(said.output()).as("what a backup says for the router").doesNotContain(" > ");

    edges.first().program().kill();
    expectServedBy(edges.second(), edges.probe());
    assertThat(said.output()).contains(MAC + " > ", MAC6 + " > ");
    assertThat(pair.first.run("ip", "link")).as("left behind").contains("vrrp.51", "vrrp6.51");

    EdgeOnLan again = pair.edge(pair.first, HIGH);
    expectOnly(again, edges.second(), edges.probe());
    assertThat(again.program().output()).contains("interface vrrp.51 was left by a process");
    expectVirtualMacsAlone();

    assertThat(again.terminate()).isZero();
    expectServedBy(edges.second(), edges.probe());
    expectVirtualMacsAlone();
    assertThat(pair.first.run("ip", "link")).as("deleted").doesNotContain("vrrp");
    assertThat(settings(pair.first)).isEqualTo(settings);
    assertThat(edges.second().program().output()).as("no conflict").doesNotContain(", too");
    assertThat(adverts.output().lines().filter(line -> line.contains(" > ")))
        .anyMatch(line -> line.contains(MAC + " > 01:00:5e:00:00:12"))
        .anyMatch(line -> line.contains(MAC6 + " > 33:33:00:00:00:12"))
        .allMatch(line -> line.contains(MAC + " > ") || line.contains(MAC6 + " > "));
  }

  @Test
  void after_a_cut_has_healed_there_is_one_owner_and_the_client_is_on_it() {
    Whole edges = pair.whole(pair.edge(pair.first, HIGH), pair.edge(pair.second, LOW), HIGH);
    pair.first.cut();
    expectServedBy(edges.second(), edges.probe());
    assertThat(edges.first().owns()).as("both own, and have the same Ethernet address").isTrue();
    pair.first.heal();
    edges.expectFirst();
    expectVirtualMacsAlone();
  }

  @Test
  void an_interface_that_somebody_sets_down_is_set_up_and_one_that_is_deleted_is_created() {
    EdgeOnLan first = pair.edge(pair.first, HIGH);
    ConnectProbe probe = pair.client(HIGH);
    expectServedBy(first, probe);
    for (String change : List.of("set vrrp6.51 down", "delete vrrp.51")) {
      pair.first.run("sh", "-c", "ip link " + change);
      eventually(() -> {
        for (String name : List.of("vrrp.51", "vrrp6.51")) {
          assertThat(pair.first.run("ip", "-o", "link")).containsPattern(name + "@.*,UP");
        }
      });
      expectServedBy(first, probe);
    }
  }

  @Test
  void headgate_owns_beside_a_keepalived_with_use_vmac() {
    Needs.programs("keepalived");
    pair.expectSucceededAndBack(
        pair.edge(pair.first, HIGH), pair.keepalived(pair.second, LOW), HIGH);
    expectNever(pair.first.mac());
  }

  @Test
  void a_keepalived_with_use_vmac_owns_beside_headgate() {
    Needs.programs("keepalived");
    pair.expectSucceededAndBack(
        pair.keepalived(pair.first, HIGH), pair.edge(pair.second, LOW), HIGH);
    expectNever(pair.second.mac());
  }

  /**
   * The addresses were never known with that Ethernet address. keepalived's host tells its own,
   * because it asks for its clients' in the name of the address: arp_announce is left at 0.
   */
  private void expectNever(String mac) {
    for (InetAddress address : HIGH.served()) {
      assertThat(heardOf(address)).isNotEmpty().noneMatch(line -> line.contains(mac));
    }
  }

  /** What it has heard on eth0, with Ethernet addresses, when this returns and later. */
  private Program listener(Lan.Host host, String... filter) {
    List<String> words = new ArrayList<>(List.of("tcpdump", "-e", "-n", "-l", "-i", "eth0"));
    words.addAll(List.of(filter));
    Program tcpdump = pair.keep(Program.draft().in(host).start(words.toArray(String[]::new)));
    eventually(() -> assertThat(tcpdump.output()).contains("listening on"));
    return tcpdump;
  }

  /** Of all that the client's neighbour table has ever said of the addresses. */
  private void expectVirtualMacsAlone() {
    for (InetAddress address : HIGH.served()) {
      String text = Addresses.text(address);
      assertThat(heardOf(address))
          .isNotEmpty()
          .allSatisfy(line -> assertThat(line).contains(text.contains(":") ? MAC6 : MAC));
      assertThat(pair.client.neighbour(address))
          .hasValueSatisfying(
              known -> assertThat(known.mac()).isEqualTo(text.contains(":") ? MAC6 : MAC));
    }
  }

  private List<String> heardOf(InetAddress address) {
    return heard
        .output()
        .lines()
        .filter(line -> line.startsWith(Addresses.text(address) + " ") && line.contains("lladdr"))
        .toList();
  }

  private static List<String> settings(Lan.Host host) {
    return host.run(
            "sh",
            "-c",
            "grep -H . /proc/sys/net/ipv4/conf/eth0/arp_* /proc/sys/net/ipv4/conf/eth0/rp*")
        .lines()
        .toList();
  }
}
