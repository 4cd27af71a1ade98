package io.headgate.addressing;

import static io.headgate.model.IpFamily.IPV4;
import static io.headgate.model.IpFamily.IPV6;
import static io.headgate.model.ServiceRequest.FamilyPolicy.PREFER_DUAL_STACK;
import static io.headgate.model.ServiceRequest.FamilyPolicy.REQUIRE_DUAL_STACK;
import static io.headgate.model.ServiceRequest.FamilyPolicy.SINGLE_STACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.PoolConfig;
import io.headgate.model.Addresses;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.Remark;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AddressingTest {
  private static final String IPS = "headgate.io/ips";
  private static final String POOL = "headgate.io/pool";
  private Cluster cluster = Cluster.with("203.0.113.10-203.0.113.13");

  @Test
  void my_service_gets_an_address_and_an_event_says_so_once() {
    cluster.service("a");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
    assertThat(cluster.of("a").pool()).isEqualTo("public");
    assertThat(cluster.of("a").uid()).isEqualTo("uid-a");
    assertThat(cluster.of("a").remarks())
        .containsExactly(new Remark(Level.NORMAL, "IPAllocated", "203.0.113.10 of pool public"));

    cluster.decide();
    assertThat(cluster.reasons("a")).as("the same is so").containsExactly("IPAllocated");
    cluster.tell().decide();
    assertThat(cluster.reasons("a")).as("its status shows it").isEmpty();
  }

  @Test
  void each_service_gets_an_address_of_its_own_while_there_are_enough() {
    cluster.service("a").tcp(80);
    cluster.service("b").tcp(81);
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
    assertThat(cluster.addresses("b")).isEqualTo("203.0.113.11");
  }

  @Test
  void an_edge_that_is_not_the_one_to_give_serves_what_the_status_says_and_nothing_else() {
    cluster.service("a").tcp(80);
    cluster.decide().tell();
    cluster.service("a").with(IPS, "203.0.113.13"); // the giver has not moved it yet
    cluster.service("new").tcp(80);
    cluster.adopt();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
    assertThat(cluster.addresses("new")).isEmpty();
    assertThat(cluster.reasons("new")).isEmpty();

    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.13");
    assertThat(cluster.addresses("new")).isNotEmpty();
  }

  @Test
  void an_enormous_pool_is_no_trouble() {
    cluster = Cluster.with("2001:db8::/64");
    cluster.service("a").stack(SINGLE_STACK, IPV6);
    cluster.service("b").stack(SINGLE_STACK, IPV6);
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("2001:db8::");
    assertThat(cluster.addresses("b")).isEqualTo("2001:db8::1");
  }

  @Test
  void no_address_of_a_pool_that_avoids_buggy_ones_ends_in_0_or_255() {
    cluster = new Cluster();
    cluster.pool(
        new PoolConfig(
            "public",
            Cluster.ranges("10.0.0.254-10.0.1.1", "2001:db8::-2001:db8::ff"),
            true,
            true,
            0,
            List.of(),
            List.of()));
    cluster.service("a").stack(PREFER_DUAL_STACK, IPV4, IPV6);
    cluster.service("b");
    cluster.service("c").with(IPS, "10.0.0.255");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("10.0.0.254,2001:db8::");
    assertThat(cluster.addresses("b")).isEqualTo("10.0.1.1");
    assertThat(cluster.addresses("c")).isEmpty();
    assertThat(cluster.remark("c", "AllocationFailed")).contains("no pool gives it");
  }

  @Test
  void i_get_the_address_that_i_ask_for() {
    cluster.service("a").with(IPS, " 203.0.113.12 ");
    cluster.service("b").loadBalancerIp = "203.0.113.13";
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.12");
    assertThat(cluster.addresses("b")).isEqualTo("203.0.113.13");
  }

  @Test
  void i_cannot_ask_in_two_ways_at_once() {
    cluster.service("a").with(IPS, "203.0.113.12").loadBalancerIp = "203.0.113.12";
    cluster.decide();
    assertThat(cluster.addresses("a")).isEmpty();
    assertThat(cluster.remark("a", "InvalidAddressRequest")).contains("only one may be set");
  }

  @Test
  void an_address_outside_every_pool_is_refused() {
    cluster.service("a").with(IPS, "192.0.2.1");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEmpty();
    assertThat(cluster.of("a").remarks())
        .containsExactly(
            new Remark(
                Level.WARNING,
                "AllocationFailed",
                "192.0.2.1 is asked for, and no pool gives it; it has no address"));
  }

  @Test
  void what_is_no_address_keeps_what_i_have_and_says_so() {
    cluster.service("a");
    cluster.decide();
    for (String wrong : List.of("front", "203.0.113.12,", "203.0.113.12,203.0.113.13")) {
      cluster.service("a").with(IPS, wrong);
      cluster.decide();
      assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
      assertThat(cluster.remark("a", "InvalidAddressRequest")).endsWith("it keeps 203.0.113.10");
      cluster.restart();
      assertThat(cluster.addresses("a")).as("after a restart").isEqualTo("203.0.113.10");
    }
  }

  @Test
  void a_wish_that_cannot_be_met_takes_nothing_away() {
    cluster.service("b").with(IPS, "203.0.113.11");
    cluster.service("a").tcp(80);
    cluster.decide();
    cluster.service("a").with(IPS, "203.0.113.11").with("headgate.io/share-key", "mine");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
    assertThat(cluster.remark("a", "AllocationFailed"))
        .isEqualTo(
            "203.0.113.11 belongs to web/b, whose share-key is not set; it keeps 203.0.113.10");

    cluster.services.remove("b");
    cluster.decide();
    assertThat(cluster.addresses("a")).as("now it can").isEqualTo("203.0.113.11");
  }

  @Test
  void ours_wins_over_metallb_s_and_an_event_says_so_where_they_differ() {
    cluster.metallb = true;
    cluster
        .service("a")
        .with(IPS, "203.0.113.12")
        .with("metallb.io/loadBalancerIPs", "203.0.113.11");
    cluster.service("b").with(POOL, "public").with("metallb.universe.tf/address-pool", "public");
    cluster
        .service("c")
        .with("metallb.io/loadBalancerIPs", "203.0.113.10")
        .with("metallb.universe.tf/loadBalancerIPs", "203.0.113.13");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.12");
    assertThat(cluster.remark("a", "AnnotationOverridden"))
        .isEqualTo(
            "headgate.io/ips = '203.0.113.12' counts, and not metallb.io/loadBalancerIPs ="
                + " '203.0.113.11'");
    assertThat(cluster.reasons("b")).as("both say the same").containsExactly("IPAllocated");
    assertThat(cluster.addresses("c")).as("its new name before its old").isEqualTo("203.0.113.10");
    cluster.metallb = false;
    cluster.decide();
    assertThat(cluster.reasons("a")).containsExactly("IPAllocated");
  }

  @Test
  void metallb_s_annotations_count_where_they_are_asked_for() {
    cluster.pool(Cluster.onRequest("other", "198.51.100.1"));
    cluster.service("a").with("metallb.io/loadBalancerIPs", "203.0.113.12");
    cluster.service("b").with("metallb.universe.tf/address-pool", "other");
    cluster.service("c").with("metallb.io/loadBalancerIPs", "192.0.2.1").with(IPS, "203.0.113.13");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
    assertThat(cluster.addresses("b")).isEqualTo("203.0.113.11");

    cluster.metallb = true;
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.12");
    assertThat(cluster.addresses("b")).isEqualTo("198.51.100.1");
    assertThat(cluster.addresses("c")).as("ours before theirs").isEqualTo("203.0.113.13");
  }

  @Test
  void a_pool_without_auto_assign_serves_who_asks_for_it_or_for_an_address_of_it() {
    cluster = new Cluster().pool(Cluster.onRequest("special", "203.0.113.10-203.0.113.19"));
    cluster.service("a");
    cluster.service("b").with(POOL, "special");
    cluster.service("c").with(IPS, "203.0.113.15");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEmpty();
    assertThat(cluster.remark("a", "AllocationFailed")).contains("unasked");
    assertThat(cluster.addresses("b")).isEqualTo("203.0.113.10");
    assertThat(cluster.addresses("c")).isEqualTo("203.0.113.15");
  }

  @Test
  void who_has_an_address_keeps_it_when_its_pool_stops_giving_them_out() {
    cluster.service("a");
    cluster.decide();
    cluster.pool(Cluster.onRequest("public", "203.0.113.10-203.0.113.13"));
    cluster.service("b");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
    assertThat(cluster.addresses("b")).isEmpty();
  }

  @Test
  void a_pool_that_is_not_there_is_named() {
    cluster.service("a").with(POOL, "pubic");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEmpty();
    assertThat(cluster.remark("a", "InvalidAddressRequest"))
        .startsWith("pool 'pubic' is asked for, and there is none");
  }

  @Test
  void an_address_must_be_of_the_pool_that_i_ask_for() {
    cluster.pool("other", "198.51.100.1");
    cluster.service("a").with(POOL, "other").with(IPS, "203.0.113.12");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEmpty();
    assertThat(cluster.remark("a", "AllocationFailed")).contains("of pool public and not of other");
  }

  @Test
  void the_lowest_priority_is_first_and_none_is_last() {
    cluster = new Cluster();
    cluster.pool("a-last", "10.0.0.4").pool("b-last", "10.0.0.5");
    cluster.pool(Cluster.prioritized(20, "third", "10.0.0.3"));
    cluster.pool(Cluster.prioritized(10, "second", "10.0.0.2"));
    cluster.pool(Cluster.prioritized(1, "first", "10.0.0.1"));
    for (int i = 1; i <= 5; i++) {
      cluster.service("s" + i);
    }
    cluster.decide();
    for (int i = 1; i <= 5; i++) {
      assertThat(cluster.addresses("s" + i)).isEqualTo("10.0.0." + i);
    }
  }

  @Test
  void a_pool_that_is_meant_for_my_service_comes_before_those_for_all() {
    cluster.pool(Cluster.pinned(List.of("web"), "tier=front", "ours", "198.51.100.1"));
    cluster.service("a").labels.put("tier", "front");
    cluster.service("b").labels.put("tier", "back");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("198.51.100.1");
    assertThat(cluster.addresses("b")).isEqualTo("203.0.113.10");
  }

  @Test
  void a_pool_of_other_namespaces_gives_nothing_even_when_asked() {
    cluster.pool(Cluster.pinned(List.of("bank"), "", "theirs", "198.51.100.1"));
    cluster.service("a").with(IPS, "198.51.100.1");
    cluster.service("b").with(POOL, "theirs");
    cluster.service("c").status("198.51.100.1");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEmpty();
    assertThat(cluster.remark("a", "AllocationFailed")).contains("does not serve this Service");
    assertThat(cluster.addresses("b")).isEmpty();
    assertThat(cluster.addresses("c")).isEqualTo("203.0.113.10");
    assertThat(cluster.remark("c", "ClearAssignment"))
        .isEqualTo("198.51.100.1 is of pool theirs, which does not serve this Service");
  }

  @Test
  void my_service_moves_when_it_asks_for_another_address_or_pool() {
    cluster.pool("other", "198.51.100.1");
    cluster.service("a");
    cluster.decide();
    cluster.service("a").with(IPS, "203.0.113.12");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.12");
    cluster.service("a").without(IPS).with(POOL, "other");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("198.51.100.1");
    cluster.service("a").without(POOL);
    cluster.decide();
    assertThat(cluster.addresses("a")).as("it asks for nothing new").isEqualTo("198.51.100.1");
  }

  @Test
  void two_services_exchange_addresses_by_way_of_a_third() {
    cluster.service("a").tcp(80);
    cluster.service("b").tcp(80);
    cluster.service("c").tcp(80);
    cluster.decide();
    cluster.service("a").with(IPS, "203.0.113.11");
    cluster.service("b").with(IPS, "203.0.113.12");
    cluster.service("c").with(IPS, "203.0.113.13");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.11");
    assertThat(cluster.addresses("b")).isEqualTo("203.0.113.12");
    assertThat(cluster.addresses("c")).isEqualTo("203.0.113.13");
  }

  @Test
  void a_pool_that_shrinks_takes_the_address_and_gives_another() {
    cluster.service("a");
    cluster.decide().tell();
    cluster.pool("public", "203.0.113.12");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.12");
    assertThat(cluster.remark("a", "ClearAssignment"))
        .isEqualTo("203.0.113.10 is given by no pool any more");
    cluster.tell().decide();
    assertThat(cluster.reasons("a")).as("that is over").isEmpty();
  }

  @Test
  void a_pool_that_grows_or_is_renamed_changes_nothing() {
    cluster.service("a");
    cluster.decide();
    cluster.pools.clear();
    cluster.pool("everything", "203.0.113.0/24");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
    assertThat(cluster.of("a").pool()).isEqualTo("everything");
  }

  @Test
  void a_service_that_is_made_anew_by_the_same_name_inherits_nothing() {
    cluster.service("a").with(IPS, "203.0.113.12");
    cluster.decide();
    TestService again = cluster.service("a").without(IPS);
    again.uid = "another";
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
    assertThat(cluster.of("a").uid()).isEqualTo("another");
  }

  @Test
  void after_a_restart_everybody_has_what_the_status_says_before_anybody_gets_something_new() {
    cluster.service("a");
    cluster.service("b").status("203.0.113.10");
    cluster.service("c").status("203.0.113.13");
    cluster.decide();
    assertThat(cluster.addresses("b")).isEqualTo("203.0.113.10");
    assertThat(cluster.addresses("c")).isEqualTo("203.0.113.13");
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.11");
    assertThat(cluster.reasons("b")).isEmpty();
  }

  @Test
  void an_address_that_the_status_does_not_show_is_adopted_from_what_we_have_written() {
    cluster.service("a");
    cluster
        .service("b")
        .with("headgate.io/allocated", "203.0.113.12")
        .status("203.0.113.13"); // somebody else's, where status-address is none
    cluster.decide();
    assertThat(cluster.addresses("b")).isEqualTo("203.0.113.12");
    assertThat(cluster.reasons("b")).as("nothing is new").isEmpty();
    cluster.adopt();
    assertThat(cluster.addresses("b")).as("by the edge that stands by").isEqualTo("203.0.113.12");
  }

  @Test
  void nobody_gets_what_he_may_not_have_by_writing_that_he_has_had_it() {
    cluster.service("a").with("headgate.io/allocated", "10.9.9.9, nonsense");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
    cluster.service("b").with("headgate.io/allocated", "203.0.113.10").tcp(80);
    cluster.decide();
    assertThat(cluster.addresses("b")).as("the older one has port 80").isEqualTo("203.0.113.11");
  }

  @Test
  void the_decision_before_counts_more_than_the_status() {
    cluster.service("a");
    cluster.decide();
    cluster.service("a").status("203.0.113.13");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
  }

  @Test
  void a_status_that_is_none_of_ours_is_not_adopted() {
    cluster.service("a").status("10.9.9.9", "nonsense", "");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
    assertThat(cluster.remark("a", "ClearAssignment")).startsWith("10.9.9.9 is given by no pool");
  }

  @Test
  void a_dual_stack_service_gets_both_in_the_order_of_its_families() {
    cluster = Cluster.with("203.0.113.10", "2001:db8::10");
    cluster.service("a").stack(REQUIRE_DUAL_STACK, IPV6, IPV4);
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("2001:db8::10,203.0.113.10");
  }

  @Test
  void a_single_stack_service_gets_its_own_family_only() {
    cluster = Cluster.with("203.0.113.10", "2001:db8::10");
    cluster.service("a").stack(SINGLE_STACK, IPV6);
    cluster.service("old-server").stack(SINGLE_STACK);
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("2001:db8::10");
    assertThat(cluster.addresses("old-server")).isEqualTo("203.0.113.10");
  }

  @Test
  void prefer_dual_stack_takes_what_there_is_and_the_rest_when_it_comes() {
    cluster.service("a").stack(PREFER_DUAL_STACK, IPV4, IPV6);
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
    assertThat(cluster.of("a").remarks().getFirst())
        .isEqualTo(
            new Remark(
                Level.NORMAL, "IPFamilyMissing", "pool public has no address of IPv6 for it"));

    cluster.pool("public", "203.0.113.9-203.0.113.13", "2001:db8::/120");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10,2001:db8::");
    assertThat(cluster.reasons("a")).doesNotContain("IPFamilyMissing");

    cluster.pool("public", "203.0.113.9-203.0.113.13");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
  }

  @Test
  void prefer_dual_stack_prefers_a_pool_that_has_both() {
    cluster.pool("two", "198.51.100.1", "2001:db8::1");
    cluster.service("a").stack(PREFER_DUAL_STACK, IPV4, IPV6);
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("198.51.100.1,2001:db8::1");
  }

  @Test
  void require_dual_stack_without_both_is_nothing_and_a_warning() {
    cluster.service("a").stack(REQUIRE_DUAL_STACK, IPV4, IPV6);
    cluster.decide();
    assertThat(cluster.addresses("a")).isEmpty();
    assertThat(cluster.of("a").remarks())
        .containsExactly(
            new Remark(
                Level.WARNING,
                "AllocationFailed",
                "no address of IPv4 and IPv6 is left for it in public; it has no address"));
  }

  @Test
  void becoming_dual_stack_does_not_cost_the_address_that_i_have() {
    cluster = Cluster.with("203.0.113.10-203.0.113.12", "2001:db8::10");
    cluster.service("gone");
    cluster.service("a");
    cluster.decide();
    cluster.services.remove("gone");
    cluster.service("a").stack(REQUIRE_DUAL_STACK, IPV4, IPV6);
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.11,2001:db8::10");
  }

  @Test
  void a_pool_that_loses_a_family_costs_require_dual_stack_both() {
    cluster = Cluster.with("203.0.113.10", "2001:db8::10");
    cluster.service("a").stack(REQUIRE_DUAL_STACK, IPV4, IPV6);
    cluster.decide();
    cluster.pool("public", "203.0.113.10");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEmpty();
    assertThat(cluster.reasons("a")).containsExactly("AllocationFailed", "ClearAssignment");

    cluster.pool("two", "198.51.100.1", "2001:db8::1");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("198.51.100.1,2001:db8::1");
  }

  @Test
  void a_cluster_of_one_family_gets_the_other_when_it_asks_because_we_are_a_proxy() {
    cluster = Cluster.with("203.0.113.10", "2001:db8::10");
    cluster.service("a").with(IPS, "2001:db8::10, 203.0.113.10");
    cluster.decide();
    assertThat(cluster.addresses("a"))
        .as("the Service's own family first")
        .isEqualTo("203.0.113.10,2001:db8::10");
  }

  @Test
  void require_dual_stack_and_one_address_is_a_contradiction() {
    cluster.service("a").stack(REQUIRE_DUAL_STACK, IPV4, IPV6).with(IPS, "203.0.113.10");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEmpty();
    assertThat(cluster.reasons("a")).containsExactly("InvalidAddressRequest");
  }

  @Test
  void only_what_lies_in_a_pool_that_serves_my_service_may_be_bound() {
    cluster.pool(Cluster.pinned(List.of("other"), "", "pinned", "198.51.100.1"));
    Addressing addressing = cluster.addressing();
    var service = cluster.service("a").service();
    assertThat(addressing.mayBind(service, address("203.0.113.13"))).isTrue();
    assertThat(addressing.mayBind(service, address("203.0.113.14"))).isFalse();
    assertThat(addressing.mayBind(service, address("203.0.113.9"))).isFalse();
    assertThat(addressing.mayBind(service, address("2001:db8::1"))).isFalse();
    assertThat(addressing.mayBind(service, address("198.51.100.1"))).isFalse();
  }

  private static InetAddress address(String text) {
    return Addresses.parse(text).orElseThrow();
  }

  @Test
  void how_full_the_pools_are_is_told_by_family() {
    cluster = new Cluster();
    cluster.pool(
        new PoolConfig(
            "public",
            Cluster.ranges("10.0.0.0-10.0.1.255", "2001:db8::/32"),
            true,
            true,
            0,
            List.of(),
            List.of()));
    cluster.pool("small", "198.51.100.1-198.51.100.2");
    cluster.service("a").stack(PREFER_DUAL_STACK, IPV4, IPV6).tcp(80);
    cluster.service("b").with(IPS, "10.0.0.1").tcp(81);
    cluster.service("c");
    cluster.decide();
    assertThat(cluster.addressing().use(cluster.now))
        .containsExactly(
            new PoolUse("public", 2, 506, 1, Long.MAX_VALUE - 1), new PoolUse("small", 0, 2, 0, 0));
  }
}
