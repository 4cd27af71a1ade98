package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.AddressPool;
import io.headgate.model.AddressRange;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterPools;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.Hints;
import io.headgate.model.IpFamily;
import io.headgate.model.LabelSelector;
import io.headgate.model.PoolAdvertisement;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceRequest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SnapshotCodecTest {
  private static final ServiceKey WEB = new ServiceKey("shop", "web");
  private static final TakenSnapshot TAKEN =
      new TakenSnapshot(
          new ClusterSnapshot(
              Map.of(
                  "w1",
                  new ClusterNode(
                      "w1",
                      "u1",
                      Map.of("zone", "ä\"\n"),
                      Map.of("headgate.io/weight", "3"),
                      List.of(address("10.0.0.1"), address("2001:db8::1")),
                      List.of(address("203.0.113.1")),
                      Set.of("t1", "t2"),
                      ClusterNode.Readiness.NOT_READY,
                      true,
                      true,
                      true,
                      true)),
              Map.of(
                  WEB,
                  new ClusterService(
                      WEB,
                      "u2",
                      ClusterService.Type.LOAD_BALANCER,
                      true,
                      32000,
                      List.of(new ClusterService.Port("", "UDP", 80, 30080, "https")),
                      new ServiceRequest(
                          "headgate.io/edge",
                          "192.0.2.7",
                          List.of("10.0.0.0/8"),
                          Duration.ofSeconds(90),
                          List.of("192.0.2.8"),
                          List.of(IpFamily.IPV6, IpFamily.IPV4),
                          ServiceRequest.FamilyPolicy.REQUIRE_DUAL_STACK,
                          Map.of("headgate.io/pool", "public"),
                          Map.of("app", "web"),
                          Map.of("app", "pods"),
                          Instant.parse("2026-11-21T10:11:12Z"),
                          true,
                          List.of(
                              new ServiceRequest.Given(
                                  "192.0.2.7",
                                  "",
                                  "Proxy",
                                  List.of(
                                      new ServiceRequest.GivenPort(
                                          "UDP", 80, "headgate.io/PortInUse")))),
                          List.of(),
                          0))),
              Map.of(
                  WEB,
                  List.of(
                      new ClusterEndpoint(
                          "10.1.0.1", Optional.of("w1"), true, false, true, Map.of("", 8080)),
                      new ClusterEndpoint(
                          "10.1.0.2", Optional.empty(), false, true, false, Map.of()),
                      new ClusterEndpoint(
                          "10.1.0.3",
                          Optional.of("w1"),
                          true,
                          true,
                          false,
                          Map.of("", 8080),
                          new Hints(List.of("a", "b"), List.of("w1"))))),
              new ClusterPools(
                  Map.of(
                      "public",
                      new AddressPool(
                          "metallb-system",
                          "public",
                          "u3",
                          Instant.parse("2026-11-20T10:11:12Z"),
                          Map.of("zone", "a"),
                          new AddressPool.Spec(
                              AddressRange.parse("192.0.2.0/30").stream().toList(),
                              true,
                              true,
                              3,
                              List.of("shop"),
                              List.of(LabelSelector.EVERYTHING),
                              LabelSelector.parse("a in (b,c),!d").stream().toList()),
                          "spec.addresses: 'x' is no range")),
                  Map.of(
                      "l2",
                      new PoolAdvertisement(
                          "l2",
                          List.of("public"),
                          List.of(LabelSelector.EVERYTHING),
                          List.of("interfaces"))),
                  Map.of("shop", Map.of("team", "a"), "bare", Map.of()),
                  Map.of())),
          Instant.parse("2026-11-22T10:11:12.131415Z"));

  @Test
  void what_is_written_is_read() {
    assertThat(SnapshotCodec.decode(SnapshotCodec.encode(TAKEN))).hasValue(TAKEN);
  }

  @Test
  void an_endpoint_without_hints_is_written_as_by_versions_that_knew_none() {
    String written = new String(SnapshotCodec.encode(TAKEN), StandardCharsets.UTF_8);
    assertThat(written)
        .contains(
            "{\"address\":\"10.1.0.2\",\"ready\":false,\"serving\":true,\"terminating\":false,"
                + "\"ports\":{}}");
    assertThat(
            SnapshotCodec.decode(SnapshotCodec.encode(TAKEN))
                .orElseThrow()
                .snapshot()
                .endpoints(WEB)
                .get(1)
                .hints())
        .isSameAs(Hints.NONE);
  }

  @Test
  void no_damage_makes_another_snapshot_or_an_exception() {
    byte[] good = SnapshotCodec.encode(TAKEN);
    long seed = 42;
    var random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      byte[] bad = good.clone();
      for (int flips = random.nextInt(3); flips >= 0; flips--) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      if (!Arrays.equals(bad, good)) {
        assertThat(SnapshotCodec.decode(bad)).as("seed %d, round %d", seed, i).isEmpty();
      }
    }
    for (int length = 0; length < good.length; length++) {
      assertThat(SnapshotCodec.decode(Arrays.copyOf(good, length))).isEmpty();
    }
  }

  @Test
  void another_version_is_nothing() {
    String good = new String(SnapshotCodec.encode(TAKEN), StandardCharsets.UTF_8);
    byte[] later = good.replaceFirst("snapshot 4 ", "snapshot 5 ").getBytes(StandardCharsets.UTF_8);
    assertThat(SnapshotCodec.decode(later)).isEmpty();
  }

  private static InetAddress address(String text) {
    return Addresses.parse(text).orElseThrow();
  }
}
