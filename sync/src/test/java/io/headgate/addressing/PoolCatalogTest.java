package io.headgate.addressing;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.addressing.PoolCatalog.Entry;
import io.headgate.addressing.PoolCatalog.Notice;
import io.headgate.config.LoadBalancerConfig;
import io.headgate.config.PoolConfig;
import io.headgate.model.AddressPool;
import io.headgate.model.AddressRange;
import io.headgate.model.ClusterPools;
import io.headgate.model.LabelSelector;
import io.headgate.model.PoolAdvertisement;
import io.headgate.model.ServiceKey;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Pools of the file and of the cluster together. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PoolCatalogTest {
  private static final String METALLB = "metallb-system";
  private static final long SEED = Long.getLong("headgate.seed", 20_261_123L);

  private final List<PoolConfig> file = new ArrayList<>();
  private final Map<String, AddressPool> cluster = new LinkedHashMap<>();
  private final Map<String, PoolAdvertisement> advertisements = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> namespaces = new LinkedHashMap<>();
  private final Map<String, String> unread = new LinkedHashMap<>();

  @Test
  void pools_of_both_are_there_and_say_where_they_are_from() {
    file.add(Cluster.pool("public", Cluster.ranges("203.0.113.0/30")));
    cluster("dual", 1, "198.51.100.0/31", "2001:db8::/126");
    assertThat(pools())
        .containsExactly(
            "public file [203.0.113.0-203.0.113.3]",
            "dual IPAddressPool metallb-system/dual"
                + " [198.51.100.0-198.51.100.1, 2001:db8::-2001:db8::3]");
    assertThat(warnings()).isEmpty();
  }

  @Test
  void what_both_have_stays_with_the_file_and_among_the_clusters_with_the_oldest() {
    file.add(Cluster.pool("public", Cluster.ranges("203.0.113.4-203.0.113.5")));
    cluster("younger", 2, "203.0.113.0/28");
    cluster("older", 1, "203.0.113.0-203.0.113.2");
    assertThat(pools())
        .containsExactly(
            "public file [203.0.113.4-203.0.113.5]",
            "older IPAddressPool metallb-system/older [203.0.113.0-203.0.113.2]",
            "younger IPAddressPool metallb-system/younger"
                + " [203.0.113.3, 203.0.113.6-203.0.113.15]");
    assertThat(warnings())
        .containsExactlyInAnyOrder(
            "IPAddressPool metallb-system/younger: 203.0.113.0-203.0.113.15 overlaps"
                + " 203.0.113.4-203.0.113.5 of pool public, which keeps what both have",
            "IPAddressPool metallb-system/younger: 203.0.113.0-203.0.113.15 overlaps"
                + " 203.0.113.0-203.0.113.2 of pool older, which keeps what both have");
  }

  @Test
  void a_name_that_both_have_is_the_files_and_the_other_one_goes_on_by_its_full_name() {
    file.add(Cluster.pool("public", Cluster.ranges("203.0.113.1")));
    cluster("public", 1, "203.0.113.2/32");
    assertThat(pools())
        .containsExactly(
            "public file [203.0.113.1]",
            "metallb-system/public IPAddressPool metallb-system/public [203.0.113.2]");
    assertThat(warnings())
        .singleElement()
        .asString()
        .contains("ask for this one as metallb-system");
  }

  @Test
  void a_pool_without_sense_says_so_and_gives_what_it_gave() {
    AddressPool good = pool("public", 1, "203.0.113.1/32");
    cluster.put("public", bad("public").after(good));
    cluster.put("never", bad("never"));
    assertThat(pools()).containsExactly("public IPAddressPool metallb-system/public [203.0.113.1]");
    assertThat(warnings())
        .containsExactlyInAnyOrder(
            "IPAddressPool metallb-system/public: 'x' is no range; what it said before stays in"
                + " force",
            "IPAddressPool metallb-system/never: 'x' is no range; it gives no address");
  }

  @Test
  void a_pool_made_anew_by_the_same_name_inherits_nothing() {
    AddressPool old = pool("public", 1, "203.0.113.1/32");
    AddressPool anew = bad("public");
    AddressPool other =
        new AddressPool(
            METALLB, "public", "another", anew.createdAt(), Map.of(), anew.spec(), anew.problem());
    assertThat(other.after(old).spec()).isEqualTo(AddressPool.Spec.NONE);
  }

  @Test
  void a_pool_that_no_advertisement_names_is_served_and_it_is_said() {
    cluster("public", 1, "203.0.113.1/32");
    cluster("hidden", 2, "203.0.113.2/32");
    advertisements.put(
        "l2", new PoolAdvertisement("l2", List.of("public"), List.of(), List.of("interfaces")));
    assertThat(pools()).hasSize(2);
    assertThat(warnings()).isEmpty();
    assertThat(catalog().notices())
        .extracting(Notice::subject)
        .containsExactly("IPAddressPool metallb-system/hidden", "L2Advertisement l2");
    advertisements.put("all", new PoolAdvertisement("all", List.of(), List.of(), List.of()));
    assertThat(catalog().notices())
        .extracting(Notice::subject)
        .containsExactly("L2Advertisement l2");
  }

  @Test
  void pools_of_another_namespace_count_for_nothing() {
    cluster.put(
        "evil",
        new AddressPool(
            "shop",
            "evil",
            "uid",
            Instant.EPOCH,
            Map.of(),
            pool("x", 1, "203.0.113.1/32").spec(),
            ""));
    assertThat(pools()).isEmpty();
  }

  @Test
  void without_metallb_nothing_of_the_cluster_counts() {
    cluster("public", 1, "203.0.113.1/32");
    var off = new LoadBalancerConfig("c", false, file, false, METALLB);
    assertThat(PoolCatalog.of(off, clusterPools(), "").entries()).isEmpty();
  }

  @Test
  void namespaces_may_be_selected_by_their_labels() {
    namespaces.put("web", Map.of("team", "a"));
    cluster.put("picked", selecting("picked", "team=a", "203.0.113.1/32"));
    TestService service = new TestService("one", 1);
    assertThat(given(service)).isEqualTo("203.0.113.1");

    namespaces.put("web", Map.of("team", "b"));
    assertThat(given(service)).as("no such namespace is not every namespace").isEmpty();
    namespaces.clear();
    assertThat(given(service)).isEmpty();
  }

  @Test
  void what_is_unread_gives_nothing_new_and_takes_nothing_away() {
    unread.put("ipaddresspools", "403 Forbidden");
    file.add(Cluster.pool("public", Cluster.ranges("203.0.113.9")));
    TestService has = new TestService("has", 1);
    has.status("198.51.100.7");
    Assignment left = assigned(has);
    assertThat(left.remarks()).extracting("reason").containsExactly(Reasons.POOLS_UNREAD);
    assertThat(given(new TestService("new", 2))).as("of the file").isEqualTo("203.0.113.9");

    cluster("assumed", 1, "198.51.100.0/29");
    assertThat(given(has)).as("as an earlier run has seen it").isEqualTo("198.51.100.7");
    assertThat(given(new TestService("new", 2).with("headgate.io/pool", "assumed"))).isEmpty();
  }

  @Test
  void while_somebody_else_gives_of_the_clusters_pools_nothing_new_is_given_of_them() {
    cluster("shared", 1, "198.51.100.0/29");
    var rival = "MetalLB is at work";
    TestService has = new TestService("has", 1);
    has.status("198.51.100.3");
    TestService fresh = new TestService("fresh", 2);
    TestService asks = new TestService("asks", 3).with("headgate.io/ips", "198.51.100.4");
    var addressing = new Addressing(PoolCatalog.of(config(), clusterPools(), rival), true, _ -> "");
    Map<ServiceKey, Assignment> given =
        addressing.assign(Stream.of(has, fresh, asks).map(TestService::claim).toList(), Map.of());
    assertThat(of(given, has).addresses()).hasSize(1);
    for (TestService none : List.of(fresh, asks)) {
      assertThat(of(given, none).addresses()).isEmpty();
      assertThat(of(given, none).remarks().getFirst().message()).contains(rival);
    }
  }

  @Test
  void a_service_that_is_left_alone_has_what_its_status_says_and_nobody_gets_that() {
    cluster("shared", 1, "198.51.100.0/31");
    TestService theirs = new TestService("theirs", 2);
    theirs.status("198.51.100.0");
    TestService ours = new TestService("ours", 1).with("headgate.io/share-key", "k");
    var addressing =
        new Addressing(
            catalog(), true, service -> service.key().equals(theirs.key) ? "left to MetalLB" : "");
    Map<ServiceKey, Assignment> given =
        addressing.assign(List.of(theirs.claim(), ours.claim()), Map.of());
    assertThat(of(given, theirs).remarks())
        .extracting("reason")
        .containsExactly(Reasons.LEFT_ALONE);
    assertThat(of(given, theirs).addresses().toString()).contains("198.51.100.0");
    assertThat(of(given, ours).addresses().toString()).contains("198.51.100.1");
  }

  /** Whatever pools there are, an address is of one of them, and of all of them together. */
  @RepeatedTest(60)
  void every_address_is_of_one_pool_and_none_is_lost(RepetitionInfo repetition) {
    long seed = SEED + repetition.getCurrentRepetition();
    Random random = new Random(seed);
    int next = 0;
    for (int i = random.nextInt(3); i > 0; i--) {
      file.add(
          Cluster.pool("p" + i, Cluster.ranges("10.0.0.%d-10.0.0.%d".formatted(next, next + 3))));
      next += 4 + random.nextInt(4);
    }
    for (int i = random.nextInt(6); i > 0; i--) {
      cluster("p" + i, random.nextInt(3), range(random), range(random));
    }
    String moment = "headgate.seed=" + seed;
    Set<InetAddress> asked = new HashSet<>();
    file.forEach(pool -> pool.addresses().forEach(range -> all(range, asked)));
    cluster.values().forEach(pool -> pool.spec().addresses().forEach(range -> all(range, asked)));
    Set<InetAddress> had = new HashSet<>();
    int count = 0;
    for (Entry entry : catalog().entries()) {
      for (AddressRange range : entry.pool().addresses()) {
        all(range, had);
        count += range.size().intValueExact();
      }
    }
    assertThat(had).as(moment).isEqualTo(asked).hasSize(count);
    assertThat(catalog().entries())
        .as(moment)
        .extracting(e -> e.pool().name())
        .doesNotHaveDuplicates();

    Services services = services(random);
    assertThat(services.decide(catalog())).as(moment).isEqualTo(services.decide(shuffled(random)));
    Set<InetAddress> kept = services.given(catalog(), services.decide(catalog()));
    cluster("late", 1_000, "10.0.0.0/24");
    assertThat(services.given(catalog(), services.decide(catalog())))
        .as("%s: a later pool takes nothing away", moment)
        .containsAll(kept);
  }

  private static Services services(Random random) {
    List<TestService> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      TestService service = new TestService("s" + i, i);
      if (random.nextInt(2) == 0) {
        service.status("10.0.0." + random.nextInt(40));
      }
      all.add(service);
    }
    return new Services(all);
  }

  private record Services(List<TestService> all) {
    Map<ServiceKey, Assignment> decide(PoolCatalog catalog) {
      return new Addressing(catalog, true, _ -> "")
          .assign(all.stream().map(TestService::claim).toList(), Map.of());
    }

    /** What they were given of what they had before. */
    Set<InetAddress> given(PoolCatalog catalog, Map<ServiceKey, Assignment> decided) {
      Set<InetAddress> given = new HashSet<>();
      for (TestService service : all) {
        for (InetAddress address : of(decided, service).addresses()) {
          if (service.given.stream().anyMatch(had -> had.ip().equals(address.getHostAddress()))) {
            given.add(address);
          }
          assertThat(catalog.entries())
              .anyMatch(entry ->
                  entry.pool().addresses().stream().anyMatch(range -> range.contains(address)));
        }
      }
      return given;
    }
  }

  private PoolCatalog shuffled(Random random) {
    List<AddressPool> pools = new ArrayList<>(cluster.values());
    Collections.shuffle(pools, random);
    cluster.clear();
    pools.forEach(pool -> cluster.put(pool.name(), pool));
    return catalog();
  }

  private static String range(Random random) {
    int first = random.nextInt(40);
    return "10.0.0.%d-10.0.0.%d".formatted(first, first + random.nextInt(6));
  }

  private static void all(AddressRange range, Set<InetAddress> into) {
    Stream.iterate(0L, offset -> offset + 1)
        .map(range::at)
        .takeWhile(Optional::isPresent)
        .forEach(address -> address.ifPresent(into::add));
  }

  private static Assignment of(Map<ServiceKey, Assignment> given, TestService service) {
    return Objects.requireNonNull(given.get(service.key));
  }

  private Assignment assigned(TestService service) {
    return new Addressing(catalog(), true, _ -> "")
        .assign(List.of(service.claim()), Map.of())
        .values()
        .iterator()
        .next();
  }

  private String given(TestService service) {
    return assigned(service).addresses().stream()
        .map(InetAddress::getHostAddress)
        .findFirst()
        .orElse("");
  }

  private LoadBalancerConfig config() {
    return new LoadBalancerConfig("c", false, file, true, METALLB);
  }

  private ClusterPools clusterPools() {
    return new ClusterPools(cluster, advertisements, namespaces, unread);
  }

  private PoolCatalog catalog() {
    return PoolCatalog.of(config(), clusterPools(), "");
  }

  private List<String> pools() {
    return catalog().entries().stream()
        .map(entry -> entry.pool().name() + " " + entry.from() + " " + entry.pool().addresses())
        .toList();
  }

  private List<String> warnings() {
    return catalog().notices().stream()
        .filter(notice -> notice.level() == io.headgate.model.ServiceReport.Level.WARNING)
        .map(notice -> notice.subject() + ": " + notice.text())
        .toList();
  }

  private void cluster(String name, int age, String... addresses) {
    cluster.put(name, pool(name, age, addresses));
  }

  private static AddressPool pool(String name, int age, String... addresses) {
    return pool(name, age, List.of(), addresses);
  }

  private static AddressPool selecting(String name, String selector, String... addresses) {
    return pool(name, 1, LabelSelector.parse(selector).stream().toList(), addresses);
  }

  private static AddressPool pool(
      String name, int age, List<LabelSelector> selectors, String... addresses) {
    var spec =
        new AddressPool.Spec(
            Arrays.stream(addresses).flatMap(text -> AddressRange.parse(text).stream()).toList(),
            true,
            false,
            0,
            List.of(),
            selectors,
            List.of());
    return new AddressPool(
        METALLB, name, "uid-" + name, Instant.EPOCH.plusSeconds(age), Map.of(), spec, "");
  }

  private static AddressPool bad(String name) {
    return new AddressPool(
        METALLB,
        name,
        "uid-" + name,
        Instant.EPOCH,
        Map.of(),
        AddressPool.Spec.NONE,
        "'x' is no range");
  }
}
