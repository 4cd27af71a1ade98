package io.headgate.addressing;

import static io.headgate.model.IpFamily.IPV4;
import static io.headgate.model.IpFamily.IPV6;
import static io.headgate.model.ServiceRequest.FamilyPolicy.PREFER_DUAL_STACK;
import static io.headgate.model.ServiceRequest.FamilyPolicy.SINGLE_STACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.PortProblem;
import io.headgate.model.ServiceReport.Remark;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Several Services on one address: with a single public one that is the normal case. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SharingTest {
  private static final String IPS = "headgate.io/ips";
  private static final String SHARE_KEY = "headgate.io/share-key";
  private Cluster cluster = Cluster.with("203.0.113.10");

  @Test
  void services_with_different_ports_share_the_only_address() {
    cluster.service("web").tcp(80, 443);
    cluster.service("mail").tcp(25);
    cluster.service("quic").udp(443);
    cluster.decide();
    assertThat(cluster.now.values())
        .allSatisfy(assignment -> assertThat(assignment.portProblems()).isEmpty())
        .allSatisfy(assignment -> assertThat(assignment.addresses()).hasSize(1));
  }

  @Test
  void a_port_that_two_want_belongs_to_the_older_and_the_younger_is_told() {
    cluster.service("old").tcp(80, 443);
    cluster.service("young").tcp(443, 8443);
    cluster.decide();
    assertThat(cluster.of("old").portProblems()).isEmpty();
    assertThat(cluster.addresses("young")).isEqualTo("203.0.113.10");
    assertThat(cluster.of("young").portProblems())
        .containsExactly(new PortProblem("TCP", 443, "headgate.io/PortInUse"));
    assertThat(cluster.of("young").remarks().getFirst())
        .isEqualTo(
            new Remark(Level.WARNING, "PortInUse", "TCP 443 of 203.0.113.10 belongs to web/old"));

    cluster.services.remove("old");
    cluster.decide();
    assertThat(cluster.of("young").portProblems()).as("the old one is gone").isEmpty();
  }

  @Test
  void what_counts_is_the_port_on_the_edge_and_what_is_told_the_port_of_the_service() {
    cluster.service("old").tcp(443).at(8443, 443);
    cluster.service("young").tcp(443);
    cluster.service("third").tcp(8000, 9000).at(8443, 8000);
    cluster.decide();
    assertThat(cluster.of("old").portProblems()).isEmpty();
    assertThat(cluster.of("young").portProblems()).isEmpty();
    assertThat(cluster.lostPorts("third")).containsExactly("TCP 8000");
    assertThat(cluster.remark("third", "PortInUse"))
        .isEqualTo("TCP 8443 of 203.0.113.10 belongs to web/old");
  }

  @Test
  void who_gets_none_of_its_ports_still_has_the_only_address() {
    cluster.service("old").tcp(80);
    cluster.service("young").tcp(80);
    cluster.decide();
    assertThat(cluster.addresses("young")).isEqualTo("203.0.113.10");
    assertThat(cluster.lostPorts("young")).containsExactly("TCP 80");
    assertThat(cluster.lostPorts("old")).isEmpty();
  }

  @Test
  void who_gets_none_of_its_ports_moves_as_soon_as_there_is_room() {
    cluster.service("old").tcp(80);
    cluster.service("young").tcp(80);
    cluster.decide();
    cluster.pool("public", "203.0.113.10-203.0.113.11");
    cluster.decide();
    assertThat(cluster.addresses("young")).isEqualTo("203.0.113.11");
    assertThat(cluster.lostPorts("young")).isEmpty();
  }

  @Test
  void an_address_where_no_port_is_in_the_way_is_chosen_before_one_where_some_are() {
    cluster = Cluster.with("203.0.113.10-203.0.113.11");
    cluster.service("a").tcp(80, 443);
    cluster.service("b").tcp(25);
    cluster.service("c").tcp(443, 8443);
    cluster.decide();
    assertThat(cluster.addresses("c")).isEqualTo("203.0.113.11");
    assertThat(cluster.lostPorts("c")).isEmpty();
  }

  @Test
  void some_ports_are_better_than_none() {
    cluster = Cluster.with("203.0.113.10-203.0.113.11");
    cluster.service("a").tcp(80, 443);
    cluster.service("b").tcp(443);
    cluster.service("c").tcp(80, 443);
    cluster.decide();
    assertThat(cluster.addresses("c")).isEqualTo("203.0.113.11");
    assertThat(cluster.lostPorts("c")).containsExactly("TCP 443");
  }

  @Test
  void another_pool_without_conflicts_is_better_than_the_first_with() {
    cluster.pool(Cluster.prioritized(1, "first", "198.51.100.1"));
    cluster.service("a").tcp(80);
    cluster.service("b").tcp(80);
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("198.51.100.1");
    assertThat(cluster.addresses("b")).isEqualTo("203.0.113.10");
  }

  @Test
  void services_of_one_share_key_come_together_though_there_is_room() {
    cluster = Cluster.with("203.0.113.10-203.0.113.13");
    cluster.service("a").tcp(80).with(SHARE_KEY, "x");
    cluster.service("b").tcp(81);
    cluster.service("c").tcp(81).with(SHARE_KEY, "x");
    cluster.service("d").tcp(80).with(SHARE_KEY, "x");
    cluster.decide();
    assertThat(cluster.addresses("a")).isEqualTo("203.0.113.10");
    assertThat(cluster.addresses("b")).isEqualTo("203.0.113.11");
    assertThat(cluster.addresses("c")).isEqualTo("203.0.113.10");
    assertThat(cluster.addresses("d")).as("its port is taken there").isEqualTo("203.0.113.12");
  }

  @Test
  void a_share_key_closes_an_address_to_all_others() {
    cluster.service("a").tcp(80).with(SHARE_KEY, "x");
    cluster.service("b").tcp(81);
    cluster.service("c").tcp(82).with(SHARE_KEY, "y").with(IPS, "203.0.113.10");
    cluster.decide();
    assertThat(cluster.addresses("b")).isEmpty();
    assertThat(cluster.reasons("b")).containsExactly("AllocationFailed");
    assertThat(cluster.addresses("c")).isEmpty();
    assertThat(cluster.remark("c", "AllocationFailed"))
        .startsWith("203.0.113.10 belongs to web/a, whose share-key is another");
  }

  @Test
  void metallb_s_allow_shared_ip_is_a_share_key_where_it_counts() {
    cluster = Cluster.with("203.0.113.10-203.0.113.13");
    cluster.metallb = true;
    cluster.service("a").tcp(80).with("metallb.universe.tf/allow-shared-ip", "x");
    cluster.service("b").tcp(81).with("metallb.io/allow-shared-ip", "x");
    cluster.decide();
    assertThat(cluster.addresses("b")).isEqualTo(cluster.addresses("a"));
  }

  @Test
  void metallb_s_key_is_good_for_local_services_of_the_same_pods_only() {
    cluster = Cluster.with("203.0.113.10-203.0.113.13");
    cluster.metallb = true;
    cluster.service("a").tcp(80).local("dns").with("metallb.io/allow-shared-ip", "x");
    cluster.service("b").tcp(81).local("dns").with("metallb.io/allow-shared-ip", "x");
    cluster.service("c").tcp(82).local("web").with("metallb.io/allow-shared-ip", "x");
    cluster.service("d").tcp(83).with("metallb.io/allow-shared-ip", "x");
    cluster.service("e").tcp(84).local("web").with(SHARE_KEY, "x");
    cluster.decide();
    assertThat(cluster.addresses("b")).isEqualTo(cluster.addresses("a"));
    assertThat(cluster.addresses("c")).isNotIn(cluster.addresses("a"), cluster.addresses("d"));
    assertThat(cluster.addresses("d")).isNotEqualTo(cluster.addresses("a"));
    assertThat(cluster.addresses("e"))
        .as("ours means nothing else")
        .isEqualTo(cluster.addresses("d"));
  }

  @Test
  void an_older_service_that_becomes_exclusive_sends_the_younger_away() {
    cluster = Cluster.with("203.0.113.10-203.0.113.11");
    cluster.service("old").tcp(80).with(IPS, "203.0.113.10");
    cluster.service("young").tcp(81).with(IPS, "203.0.113.10");
    cluster.decide();
    cluster.service("young").without(IPS);
    cluster.service("old").with(SHARE_KEY, "mine");
    cluster.decide();
    assertThat(cluster.addresses("old")).isEqualTo("203.0.113.10");
    assertThat(cluster.addresses("young")).isEqualTo("203.0.113.11");
    assertThat(cluster.remark("young", "ClearAssignment"))
        .isEqualTo("203.0.113.10 belongs to web/old, which has another share-key");
  }

  @Test
  void a_newcomer_that_is_older_takes_no_port_from_who_has_it() {
    cluster.service("old").tcp(80);
    cluster.service("young").tcp(80).status("203.0.113.10");
    cluster.decide();
    assertThat(cluster.lostPorts("young")).isEmpty();
    assertThat(cluster.addresses("old")).isEmpty();
    assertThat(cluster.reasons("old")).containsExactly("AllocationFailed");

    cluster.service("old").with(IPS, "203.0.113.10");
    cluster.decide();
    assertThat(cluster.lostPorts("young")).isEmpty();
    assertThat(cluster.remark("old", "AllocationFailed"))
        .startsWith("TCP 80 of 203.0.113.10 belongs to web/young");
  }

  @Test
  void of_two_that_were_created_at_once_the_uid_decides() {
    cluster.service("b").tcp(80).uid = "1";
    cluster.service("a").tcp(80).uid = "2";
    cluster.service("a").createdAt = cluster.service("b").createdAt;
    cluster.decide();
    assertThat(cluster.lostPorts("b")).isEmpty();
    assertThat(cluster.lostPorts("a")).containsExactly("TCP 80");
  }

  @Test
  void a_port_in_use_on_one_of_two_addresses_is_served_on_neither() {
    cluster = Cluster.with("203.0.113.10", "2001:db8::10");
    cluster.service("old").tcp(80);
    cluster
        .service("both")
        .tcp(80, 443)
        .stack(PREFER_DUAL_STACK, IPV4, IPV6)
        .with(IPS, "203.0.113.10,2001:db8::10");
    cluster.service("six").tcp(80).stack(SINGLE_STACK, IPV6);
    cluster.decide();
    assertThat(cluster.lostPorts("both")).containsExactly("TCP 80");
    assertThat(cluster.addresses("six")).isEqualTo("2001:db8::10");
    assertThat(cluster.lostPorts("six")).as("so it is free there").isEmpty();
  }

  @Test
  void a_second_family_is_not_taken_at_the_price_of_a_port() {
    cluster = Cluster.with("203.0.113.10-203.0.113.11", "2001:db8::10");
    cluster.service("six").tcp(80).stack(SINGLE_STACK, IPV6);
    cluster.service("both").tcp(80).stack(PREFER_DUAL_STACK, IPV4, IPV6);
    cluster.decide();
    assertThat(cluster.addresses("both")).isEqualTo("203.0.113.10");
    assertThat(cluster.lostPorts("both")).isEmpty();
    assertThat(cluster.reasons("both")).contains("IPFamilyMissing");
  }

  @Test
  void a_thousand_conflicts_are_one_remark_of_a_line() {
    int[] ports = IntStream.rangeClosed(1, 1_000).toArray();
    cluster.service("old").tcp(ports);
    cluster.service("young").tcp(ports);
    cluster.decide();
    assertThat(cluster.of("young").portProblems()).hasSize(1_000);
    assertThat(cluster.remark("young", "PortInUse"))
        .endsWith("; 995 more are in use")
        .hasSizeLessThan(400);
  }
}
