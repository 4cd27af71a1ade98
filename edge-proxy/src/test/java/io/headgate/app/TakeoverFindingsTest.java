package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.admin.CheckView;
import io.headgate.app.Host.OnInterface;
import io.headgate.config.ConfigFile;
import io.headgate.config.TakeoverConfig;
import io.headgate.model.Listener;
import io.headgate.relay.ListenerStatus;
import io.headgate.takeover.TakeoverStatus;
import io.headgate.takeover.TakeoverStatus.AddressStatus;
import io.headgate.takeover.TakeoverStatus.GroupStatus;
import io.headgate.takeover.TakeoverStatus.Role;
import io.headgate.takeover.TakeoverStatus.RouteStatus;
import io.headgate.takeover.TakeoverStatus.SecondChanceStatus;
import io.headgate.takeover.peer.LifelineState;
import io.headgate.takeover.peer.PeerCounters;
import io.headgate.takeover.peer.PeerStatus;
import io.headgate.takeover.peer.Verdict;
import io.headgate.vrrp.DropReason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code headgate doctor} says of takeover. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TakeoverFindingsTest {
  private static final InetAddress OWNED = InetAddress.ofLiteral("203.0.113.10");
  private static final InetAddress OWN = InetAddress.ofLiteral("203.0.113.2");
  private static final Host HOST =
      new Host(
          OptionalLong.empty(),
          OptionalLong.empty(),
          List.of(new OnInterface("eth0", false, OWN, 24)));
  private static final String GROUP =
      """
      takeover {
        mode = vrrp
        vrrp.groups.front {
          interface = eth0, router-id = 51, priority = 250, addresses = ["203.0.113.10/24"]
        }
        peer-link { peers = ["203.0.113.3:7443"], key-file = "KEY" }
      }
      """;

  @TempDir Path directory;

  // What is found, each as it is where nothing is wrong.
  private TakeoverConfig config = TakeoverConfig.NONE;
  private Draft group = new Draft();
  private List<GroupStatus> groups = List.of();
  private List<RouteStatus> announced = List.of();
  private final List<ListenerStatus> listeners = new ArrayList<>(List.of(listener(OWNED)));
  private PeerStatus peer = peer(Verdict.ALIVE, 0, 0);
  private TakeoverGround ground =
      new TakeoverGround(new Capabilities(-1), Map.of(), Optional.empty());

  /** A group's status in the making. */
  private static final class Draft {
    private Role role = Role.ACTIVE;
    private String why = "nobody else is heard";
    private String unfit = "";
    private boolean yielded;
    private String owner = "";
    private String addressProblem = "";
    private List<String> problems = List.of();
    private Map<String, Long> dropped = Map.of();
    private long conflicts;

    GroupStatus status() {
      return new GroupStatus(
          "front",
          "eth0",
          51,
          role,
          why,
          Duration.ofSeconds(9),
          250,
          250,
          yielded,
          owner,
          unfit,
          List.of(new AddressStatus(OWNED, role == Role.ACTIVE, addressProblem)),
          problems,
          1,
          2,
          3,
          dropped,
          conflicts,
          4,
          Set.of(),
          SecondChanceStatus.OFF);
    }
  }

  @BeforeEach
  void configure() throws Exception {
    configure(GROUP);
  }

  private void configure(String takeover) throws Exception {
    Path key = Files.writeString(directory.resolve("peer.key"), "");
    Path file =
        Files.writeString(
            directory.resolve("headgate.conf"),
            "headgate {\n" + takeover.replace("KEY", key.toString()) + "}");
    config = ConfigFile.read(file, Map.of("HOSTNAME", "edge-1")).takeover();
  }

  private static ListenerStatus listener(InetAddress address) {
    return new ListenerStatus(new Listener(address, 80), "web", 80, Optional.empty());
  }

  private static PeerStatus peer(Verdict verdict, long refused, long otherKeys) {
    return peer(verdict, refused, otherKeys, LifelineState.HELD);
  }

  private static PeerStatus peer(
      Verdict verdict, long refused, long otherKeys, LifelineState lifeline) {
    return new PeerStatus(
        new InetSocketAddress(InetAddress.ofLiteral("203.0.113.3"), 7443),
        Optional.empty(),
        Optional.empty(),
        verdict,
        verdict == Verdict.ALIVE,
        lifeline,
        Instant.parse("2026-11-23T04:00:00Z"),
        Optional.empty(),
        Optional.empty(),
        new PeerCounters(1, refused, otherKeys, 0, 0, 0, 0, 0));
  }

  private List<CheckView> checks() {
    List<GroupStatus> all = groups.isEmpty() ? List.of(group.status()) : groups;
    return checks(new TakeoverStatus(all, announced));
  }

  private List<CheckView> checks(TakeoverStatus takeover) {
    return new TakeoverFindings(config, listeners, takeover, List.of(peer), HOST, ground).all();
  }

  private CheckView only() {
    assertThat(checks()).hasSize(1);
    return checks().getFirst();
  }

  @Test
  void where_nothing_is_wrong_there_is_one_line() {
    assertThat(checks())
        .containsExactly(CheckView.ok("takeover", "front is active, no peer is missing"));
  }

  @Test
  void of_an_edge_that_takes_no_part_nothing_is_said() throws Exception {
    configure("");
    assertThat(checks(TakeoverStatus.NONE)).isEmpty();
  }

  @Test
  void a_capability_that_is_missing_is_named_with_the_file_that_grants_it() {
    ground = new TakeoverGround(new Capabilities(1L << 12), Map.of(), Optional.empty());
    group.role = Role.FAULT;
    assertThat(only().finding())
        .isEqualTo("this process lacks CAP_NET_RAW, so it can take no address over");
    assertThat(only().advice())
        .contains("/etc/systemd/system/headgate.service.d/takeover.conf")
        .contains("systemctl restart headgate");
    assertThat(Files.exists(Path.of("..", "systemd", "headgate.service.d", "takeover.conf")))
        .isTrue();
  }

  @Test
  void capabilities_are_read_from_the_kernel() {
    var none = Capabilities.of(List.of("Name:\tjava", "CapEff:\t0000000000000400"));
    assertThat(none.lacking(TakeoverConfig.Mode.VRRP))
        .hasValueSatisfying(why -> assertThat(why).contains("CAP_NET_ADMIN and CAP_NET_RAW"));
    assertThat(none.lacking(TakeoverConfig.Mode.ROUTE))
        .hasValueSatisfying(why -> assertThat(why).doesNotContain("RAW"));
    assertThat(none.lacking(TakeoverConfig.Mode.NONE)).isEmpty();
    var both = Capabilities.of(List.of("CapEff:\t0000000000003400"));
    assertThat(both.lacking(TakeoverConfig.Mode.VRRP)).isEmpty();
  }

  @Test
  void an_agent_that_could_not_begin_is_missed() {
    assertThat(checks(TakeoverStatus.NONE))
        .singleElement()
        .satisfies(check -> assertThat(check.finding()).startsWith("this edge takes no part"));
  }

  @Test
  void why_a_group_is_not_in_the_election_has_its_remedy() {
    Map<String, String> remedies =
        Map.of(
            "there is no interface eth0", "this host has eth0",
            "interface eth0 is down", "ip link set eth0 up",
            "interface eth0 has no carrier", "ethtool eth0",
            "interface eth0 has no IPv4 address to speak from", "ip address add ADDRESS/PREFIX dev",
            "interface eth0 has no link-local IPv6 address to speak from", "disable_ipv6=0",
            "cannot open a packet socket: needs CAP_NET_RAW", "takeover.conf");
    remedies.forEach((why, remedy) -> {
      group.role = Role.FAULT;
      group.unfit = why;
      group.problems = List.of(why);
      assertThat(only().result()).isEqualTo("fail");
      assertThat(only().finding()).isEqualTo("group front: is not in the election: " + why);
      assertThat(only().advice()).contains(remedy);
    });
  }

  @Test
  void what_lets_a_peer_be_preferred_is_a_warning() {
    group.role = Role.BACKUP;
    group.unfit = "no route has a backend that works";
    assertThat(only().result()).isEqualTo("warn");
    group = new Draft();
    group.yielded = true;
    assertThat(only().advice()).isEqualTo("headgate failover --take-back front");
  }

  @Test
  void somebody_else_with_an_address_of_ours_is_noticed() {
    group.conflicts = 7;
    assertThat(only().finding())
        .isEqualTo(
            "group front: 7 times since the start another host was heard with an address of ours");
    assertThat(only().advice()).contains("router-id 51").contains("checksum = keepalived");
  }

  @Test
  void an_address_that_is_not_to_be_had_fails() {
    group.addressProblem = "06:00:00:00:00:01 answers at 203.0.113.10";
    assertThat(only().result()).isEqualTo("fail");
    assertThat(only().finding()).contains("06:00:00:00:00:01");
  }

  @Test
  void equal_priorities_are_noticed_and_others_are_not() {
    group.role = Role.BACKUP;
    group.owner = "203.0.113.3 (priority 250)";
    assertThat(only().finding())
        .startsWith("group front: 203.0.113.3 (priority 250) serves with our own priority");
    group.owner = "203.0.113.3 (priority 50)";
    assertThat(only().result()).isEqualTo("ok");
  }

  @ParameterizedTest
  @EnumSource
  void each_reason_to_drop_has_its_advice_unless_it_is_in_order(DropReason reason) {
    group.dropped = Map.of(reason.metricLabel(), 3L);
    boolean inOrder = reason == DropReason.OWN_PACKET || reason == DropReason.UNKNOWN_ROUTER_ID;
    if (inOrder) {
      assertThat(only().result()).isEqualTo("ok");
    } else {
      assertThat(only().result()).isEqualTo("warn");
      assertThat(only().finding())
          .startsWith("group front: 3 advertisements were dropped since the start: ")
          .contains(reason.metricLabel());
      assertThat(only().advice()).isNotEmpty();
    }
  }

  @Test
  void an_address_that_no_route_listens_on_is_noticed() {
    listeners.clear();
    assertThat(only().finding()).isEqualTo("group front: no route listens on 203.0.113.10");
    Stream.of("0.0.0.0", "::")
        .map(InetAddress::ofLiteral)
        .forEach(everywhere -> {
          listeners.clear();
          listeners.add(listener(everywhere));
          assertThat(only().result()).as("%s", everywhere).isEqualTo("ok");
        });
  }

  @Test
  void a_listener_whose_address_nobody_will_ever_own_fails() {
    listeners.add(listener(OWN));
    listeners.add(listener(InetAddress.ofLiteral("203.0.113.99")));
    assertThat(only().result()).isEqualTo("fail");
    assertThat(only().finding())
        .startsWith("route web listens on 203.0.113.99, which is in no group");
  }

  @Test
  void a_kernel_that_would_not_answer_for_the_address_is_noticed() throws Exception {
    for (int fine : List.of(0, 1, 2, 3)) {
      ground = withArpIgnore(fine);
      assertThat(only().result()).as("%d", fine).isEqualTo("ok");
    }
    ground = withArpIgnore(8);
    assertThat(only().finding()).contains("arp_ignore = 8").contains("203.0.113.10 on eth0");
    configure(GROUP.replace("203.0.113.10/24", "198.51.100.7"));
    listeners.clear();
    listeners.add(listener(InetAddress.ofLiteral("198.51.100.7")));
    groups = List.of(group.status());
    ground = withArpIgnore(2);
    assertThat(only().finding()).contains("does not answer for 198.51.100.7 on eth0");
    ground = withArpIgnore(1);
    assertThat(only().result()).isEqualTo("ok");
  }

  private static TakeoverGround withArpIgnore(int setting) {
    return new TakeoverGround(new Capabilities(-1), Map.of("eth0", setting), Optional.empty());
  }

  @Test
  void a_key_file_that_cannot_be_used_is_named() {
    ground =
        new TakeoverGround(
            new Capabilities(-1), Map.of(), Optional.of("/etc/headgate/peer.key: does not exist"));
    assertThat(only().finding())
        .isEqualTo("the peer link is off: /etc/headgate/peer.key: does not exist");
    assertThat(only().advice()).startsWith("headgate peer-key");
  }

  @Test
  void a_peer_that_is_missing_is_named_with_where_to_look() {
    peer = peer(Verdict.GONE, 0, 0);
    assertThat(only().advice()).contains("systemctl status headgate");
    peer = peer(Verdict.SILENT, 0, 0);
    assertThat(only().finding()).contains("203.0.113.3:7443 is silent since 2026-11-23T04:00:00Z");
    peer = peer(Verdict.UNKNOWN, 0, 0);
    assertThat(only().advice()).contains("TCP port 7443");
    peer = peer(Verdict.UNKNOWN, 3, 0);
    assertThat(only().finding()).endsWith("it refuses connections");
    peer = peer(Verdict.UNKNOWN, 0, 3);
    assertThat(only().advice()).contains("key-file");
    peer = peer(Verdict.ALIVE, 0, 0, LifelineState.UNREACHED);
    assertThat(only().finding()).contains("cannot be reached at its lifeline");
    assertThat(only().advice()).contains("TCP port 7444");
    peer = peer(Verdict.LEAVING, 0, 0);
    assertThat(only().result()).isEqualTo("ok");
  }

  /** On a backup the address is missing by right: whoever adds it by hand makes two owners. */
  @Test
  void nobody_is_told_to_add_an_address_that_takeover_brings() {
    var unbound =
        new ListenerStatus(
            new Listener(OWNED, 80), "web", 80, Optional.of("203.0.113.10:80: Address in use"));
    assertThat(HostFindings.listeners(List.of(unbound), HOST, true).getFirst().advice())
        .startsWith("see who has it");
    assertThat(HostFindings.listeners(List.of(unbound), HOST, false).getFirst().advice())
        .contains("ip addr add 203.0.113.10/32 dev eth0");
  }

  @Test
  void an_address_that_is_not_announced_says_why_unless_it_only_waits() throws Exception {
    configure("takeover { mode = route }");
    announced = List.of(new RouteStatus(OWNED, false, "to be announced in 4 s"));
    assertThat(checks(new TakeoverStatus(List.of(), announced)))
        .singleElement()
        .satisfies(check -> assertThat(check.finding()).startsWith("0 of 1 addresses"));
    announced = List.of(new RouteStatus(OWNED, false, "no route has a backend that works"));
    assertThat(checks(new TakeoverStatus(List.of(), announced)))
        .singleElement()
        .satisfies(check -> {
          assertThat(check.result()).isEqualTo("fail");
          assertThat(check.finding()).startsWith("203.0.113.10 is not announced: no route");
        });
  }
}
