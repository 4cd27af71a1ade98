package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.headgate.kubernetes.ApiClient.Answer;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.PortProblem;
import io.headgate.model.ServiceReport.Remark;
import io.headgate.model.ServiceReport.StatusAddress;
import io.headgate.model.ServiceRequest;
import io.headgate.model.ServiceRequest.Condition;
import io.headgate.model.ServiceRequest.FamilyPolicy;
import io.headgate.model.ServiceRequest.Given;
import io.headgate.model.ServiceRequest.GivenPort;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What is due to be written, without a server and a clock. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TellingTest {
  private static final ServiceKey WEB = new ServiceKey("shop", "web");
  private static final Given OURS = new Given("203.0.113.10", "", "Proxy");
  private static final Given FOREIGN = new Given("198.51.100.1", "", "VIP");
  private static final ClusterService.Type LOAD_BALANCER = ClusterService.Type.LOAD_BALANCER;
  private static final String EARLIER = "2026-11-22T12:00:00Z";
  private static final Remark SERVED =
      new Remark(Level.NORMAL, "EnsuredLoadBalancer", "serving on 203.0.113.10:80");
  private static final WriterStatus.Lease LEASE =
      new WriterStatus.Lease("headgate", "headgate-edge", "a", "a", true, "", Duration.ZERO);

  private static final ClusterService NO_SERVICE =
      service(WEB, "u1", ClusterService.Type.LOAD_BALANCER, false, List.of());

  private final AtomicInteger names = new AtomicInteger();
  private final Telling telling =
      new Telling(WriterSettings.DEFAULT, () -> "n" + names.incrementAndGet(), 0);
  private ServiceReport last = report("203.0.113.10");
  private long nowNs;
  private int version = 100;

  @Test
  void an_address_is_written_once_and_not_again_when_the_watch_has_told_it() throws Exception {
    assertThat(look(report("203.0.113.10"), List.of())).containsExactly(say(List.of(), OURS));
    succeed(say(List.of(), OURS));
    assertThat(look(report("203.0.113.10"), List.of())).as("the watch is behind").isEmpty();
    pass(4);
    assertThat(look(report("203.0.113.10"), List.of(OURS))).isEmpty();
    pass(3600);
    assertThat(look(report("203.0.113.10"), List.of(OURS))).isEmpty();
  }

  @Test
  void what_the_status_says_already_is_adopted_however_it_is_spelled() {
    Given spelled = new Given("2001:DB8:0:0::1", "", "Proxy");
    assertThat(look(report("2001:db8::1"), List.of(spelled))).isEmpty();
    assertThat(look(report("2001:db8::2"), List.of(spelled))).hasSize(1);
  }

  @Test
  void the_mode_and_the_order_of_addresses_count() {
    Given vip = new Given("203.0.113.10", "", "VIP");
    Given second = new Given("2001:db8::1", "", "Proxy");
    assertThat(look(report("203.0.113.10"), List.of(vip))).hasSize(1);
    assertThat(look(report("203.0.113.10", "2001:db8::1"), List.of(second, OURS))).hasSize(1);
    assertThat(look(report("203.0.113.10", "2001:db8::1"), List.of(OURS, second))).isEmpty();
  }

  @Test
  void an_address_that_is_taken_away_is_cleared() {
    assertThat(look(report(), List.of(OURS))).containsExactly(say(List.of(OURS)));
    assertThat(patch(List.of(OURS)).toString())
        .isEqualTo(
            "{\"metadata\":{\"uid\":\"u1\"},\"status\":{\"loadBalancer\":{\"ingress\":[]}}}");
  }

  @Test
  void ports_are_listed_when_one_is_not_served_and_then_all_of_them() {
    var problem = new PortProblem("TCP", 443, "headgate.io/PortInUse");
    var told = report(List.of("203.0.113.10"), List.of(problem), List.of());
    Given wanted =
        new Given(
            "203.0.113.10",
            "",
            "Proxy",
            List.of(
                new GivenPort("TCP", 80, ""), new GivenPort("TCP", 443, "headgate.io/PortInUse")));
    assertThat(look(told, List.of(OURS))).containsExactly(say(List.of(OURS), wanted));
    assertThat(patch(List.of(OURS), wanted).at("/status/loadBalancer/ingress/0/ports"))
        .hasToString(
            "[{\"port\":80,\"protocol\":\"TCP\"},"
                + "{\"port\":443,\"protocol\":\"TCP\",\"error\":\"headgate.io/PortInUse\"}]");
    assertThat(look(report("203.0.113.10"), List.of(wanted))).as("served again").hasSize(1);
  }

  @Test
  void a_Service_made_anew_or_deleted_or_of_another_type_is_not_written() {
    var told = report("203.0.113.10");
    assertThat(look(told, service("u2", ClusterService.Type.LOAD_BALANCER, false, List.of())))
        .isEmpty();
    assertThat(look(told, service("u1", ClusterService.Type.NODE_PORT, false, List.of())))
        .isEmpty();
    assertThat(look(told, service("u1", ClusterService.Type.LOAD_BALANCER, true, List.of())))
        .isEmpty();
    assertThat(telling.look(new ClusterReport(Map.of(WEB, told), ClusterSnapshot.EMPTY), nowNs))
        .isEmpty();
  }

  @Test
  void after_the_fourth_rewriting_by_another_in_a_minute_it_is_let_alone_for_ten()
      throws Exception {
    var told = report("203.0.113.10");
    succeedAll(look(told, List.of()));
    for (int rewrites = 1; rewrites <= 3; rewrites++) {
      pass(5);
      assertThat(look(told, List.of(OURS))).isEmpty();
      List<Deed> again = look(told, List.of(FOREIGN));
      assertThat(again).as("rewrite %d", rewrites).containsExactly(say(List.of(FOREIGN), OURS));
      succeedAll(again);
    }
    pass(5);
    look(told, List.of(OURS));
    List<Deed> fourth = look(told, List.of(FOREIGN));
    assertThat(status(fourth)).isEmpty();
    assertThat(posted(fourth)).containsExactly("StatusConflict");
    assertThat(status().contested()).containsExactly(WEB);
    assertThat(status().conflicts()).isEqualTo(1);
    pass(599);
    assertThat(status(look(told, List.of(FOREIGN)))).isEmpty();
    pass(1);
    assertThat(status(look(told, List.of(FOREIGN)))).hasSize(1);
    assertThat(status().contested()).isEmpty();
  }

  @Test
  void a_rival_that_is_quicker_than_the_watch_is_noticed_too() throws Exception {
    var told = report("203.0.113.10");
    succeedAll(look(told, List.of(FOREIGN)));
    for (int rewrites = 1; rewrites <= 3; rewrites++) {
      assertThat(look(told, List.of(FOREIGN))).isEmpty();
      pass(5);
      succeedAll(look(told, List.of(FOREIGN)));
    }
    // the watch has never told our value in between: only the versions give the rival away
    pass(5);
    assertThat(status(look(told, List.of(FOREIGN)))).isEmpty();
    assertThat(status().contested()).containsExactly(WEB);
  }

  @Test
  void a_watch_that_is_behind_is_no_rival() throws Exception {
    var told = report("203.0.113.10");
    succeedAll(look(told, List.of()));
    for (int i = 0; i < 8; i++) {
      pass(5);
      List<Deed> again = look(told, List.of());
      assertThat(again).hasSize(1);
      version--; // nothing has changed on the server since
      succeedAll(again);
    }
    assertThat(status().conflicts()).isZero();
  }

  @Test
  void a_server_that_drops_ipMode_is_written_once_and_told_of_once() throws Exception {
    Given without = new Given("203.0.113.10", "", "");
    var told = report("203.0.113.10");
    List<Deed> first = look(told, List.of());
    telling.answered(first.getFirst(), answer("{\"ip\":\"203.0.113.10\"}"), nowNs);
    assertThat(status().ipModeDropped()).isTrue();
    pass(10);
    List<Deed> then = look(told, List.of(without));
    assertThat(status(then)).isEmpty();
    assertThat(posted(then)).containsExactly("IPModeNotSupported");
    succeedAll(then);
    pass(600);
    assertThat(look(told, List.of(without))).isEmpty();
  }

  @Test
  void a_server_that_has_learnt_ipMode_is_written_again() throws Exception {
    var told = report("203.0.113.10");
    telling.answered(look(told, List.of()).getFirst(), answer("{\"ip\":\"203.0.113.10\"}"), nowNs);
    pass(10);
    Given defaulted = new Given("203.0.113.10", "", "VIP");
    List<Deed> again = status(look(told, List.of(defaulted)));
    assertThat(again).hasSize(1);
    succeedAll(again);
    assertThat(status().ipModeDropped()).isFalse();
  }

  @Test
  void a_failure_is_tried_again_later_and_later_up_to_half_a_minute() {
    var told = report("203.0.113.10");
    for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
      List<Deed> due = look(told, List.of());
      assertThat(due).as("before a pause of %d s", seconds).hasSize(1);
      fail(due.getFirst(), 500, "");
      pass(seconds - 0.01);
      assertThat(look(told, List.of())).isEmpty();
      pass(0.01);
    }
  }

  @Test
  void a_server_that_asks_for_patience_gets_it_for_everything() {
    Deed deed = look(report("203.0.113.10"), List.of()).getFirst();
    telling.answered(
        deed, new Answer.Failed(new Failure(429, "slow down", Duration.ofSeconds(7))), nowNs);
    pass(6.9);
    assertThat(telling.paused(nowNs)).isTrue();
    pass(0.1);
    assertThat(telling.paused(nowNs)).isFalse();
    assertThat(telling.permits(deed, nowNs)).isTrue();
  }

  @Test
  void a_missing_right_is_named_and_stops_only_its_namespace() throws Exception {
    Deed web = say(List.of(), OURS);
    Deed blog =
        new Deed.SayStatus(
            new ServiceKey("blog", "web"), "u9", inscribed(OURS), inscribed(new Given[0]));
    fail(web, 403, "403 Forbidden: cannot patch");
    assertThat(status().missingRights()).containsExactly("patch services/status in shop");
    assertThat(telling.permits(web, nowNs)).isFalse();
    assertThat(telling.permits(blog, nowNs)).isTrue();
    pass(1);
    assertThat(telling.permits(web, nowNs)).as("a server that has just started").isTrue();
    for (int i = 0; i < 6; i++) {
      fail(web, 403, "403 Forbidden: cannot patch");
    }
    pass(59);
    assertThat(telling.permits(web, nowNs)).isFalse();
    pass(1);
    assertThat(telling.permits(web, nowNs)).isTrue();
    succeed(web);
    assertThat(status().missingRights()).isEmpty();
    assertThat(status().lastError()).isEmpty();
  }

  @Test
  void no_more_than_twenty_statuses_are_written_in_a_second_the_oldest_first() {
    Map<ServiceKey, ServiceReport> reports = new HashMap<>();
    Map<ServiceKey, ClusterService> services = new HashMap<>();
    add(reports, services, IntStream.range(0, 500));
    telling.look(new ClusterReport(reports, new ClusterSnapshot(Map.of(), services, Map.of())), 0);
    pass(1);
    add(reports, services, IntStream.range(500, 1000));
    var report = new ClusterReport(reports, new ClusterSnapshot(Map.of(), services, Map.of()));
    List<Deed> due = telling.look(report, nowNs);
    assertThat(due).hasSize(1000);
    assertThat(due.subList(0, 500)).allMatch(deed -> number(deed) < 500);
    int written = 0;
    for (int millis = 0; millis < 10_000; millis += 10) {
      pass(0.01);
      written += (int) due.stream().filter(deed -> telling.permits(deed, nowNs)).count();
    }
    assertThat(written).isBetween(220, 245);
  }

  @Test
  void a_remark_is_told_once_while_it_stands() throws Exception {
    var told = remarks(warning("AddressPending", "no pool has a free address"));
    List<Deed> due = look(told, List.of());
    assertThat(posted(due)).containsExactly("AddressPending");
    succeedAll(due);
    pass(1000);
    assertThat(look(told, List.of())).isEmpty();
  }

  @Test
  void a_remark_that_comes_back_is_counted_in_the_same_Event_after_five_minutes() throws Exception {
    var told = remarks(warning("AddressPending", "no pool has a free address"));
    succeedAll(look(told, List.of()));
    for (int i = 0; i < 4; i++) {
      pass(10);
      look(remarks(), List.of());
      assertThat(look(told, List.of())).as("too early").isEmpty();
    }
    pass(260);
    assertThat(look(told, List.of()))
        .containsExactly(new Deed.CountEvent(WEB, "AddressPending", "web.n1", 5));
  }

  @Test
  void what_lasted_but_a_moment_is_told_all_the_same_and_once() throws Exception {
    var allocated = new Remark(Level.NORMAL, "IPAllocated", "203.0.113.10 of pool public");
    var told = report(List.of("203.0.113.10"), List.of(), List.of(allocated));
    List<Deed> due = look(told, List.of());
    succeed(due.getFirst()); // the status, and before the Event the watch tells what we wrote
    List<Deed> left = look(report("203.0.113.10"), List.of(OURS));
    assertThat(posted(left)).containsExactly("IPAllocated");
    succeedAll(left);
    pass(1000);
    assertThat(look(report("203.0.113.10"), List.of(OURS))).isEmpty();
  }

  @Test
  void nobody_is_warned_of_what_is_over() {
    look(remarks(warning("NoEndpoints", "none")), List.of());
    assertThat(look(remarks(), List.of())).isEmpty();
  }

  @Test
  void an_Event_counts_its_own_message_only() {
    look(remarks(warning("AddressPending", "no pool")), List.of());
    assertThat(look(remarks(warning("AddressPending", "the pool is full")), List.of()))
        .singleElement()
        .isInstanceOfSatisfying(
            Deed.PostEvent.class, post -> assertThat(post.count()).isEqualTo(1));
  }

  @Test
  void that_all_is_well_again_is_told_at_once_after_a_Warning_that_was_told() throws Exception {
    var served = remarks(SERVED);
    var trouble = remarks(warning("NoEndpoints", "no endpoint is ready"));
    succeedAll(look(served, List.of()));
    pass(30);
    succeedAll(look(trouble, List.of()));
    pass(1);
    List<Deed> well = look(served, List.of());
    assertThat(well).containsExactly(new Deed.CountEvent(WEB, "EnsuredLoadBalancer", "web.n1", 2));
    succeedAll(well);
    pass(3600);
    assertThat(look(served, List.of())).as("and once").isEmpty();
  }

  @Test
  void that_all_is_well_is_told_again_though_part_of_it_was_served_all_the_time() throws Exception {
    var trouble = remarks(warning("NoEndpoints", "port 443 has no endpoint"), SERVED);
    succeedAll(look(remarks(SERVED), List.of()));
    pass(30);
    succeedAll(look(trouble, List.of()));
    pass(1);
    assertThat(look(trouble, List.of())).isEmpty();
    assertThat(look(remarks(SERVED), List.of()))
        .containsExactly(new Deed.CountEvent(WEB, "EnsuredLoadBalancer", "web.n1", 2));
  }

  @Test
  void what_comes_and_goes_all_day_is_told_once_a_minute_and_the_last_word_is_true()
      throws Exception {
    int told = 0;
    String lastWord = "";
    for (int second = 0; second < 7200; second++) {
      boolean trouble = second % 10 >= 5;
      var report = trouble ? remarks(warning("NoEndpoints", "none")) : remarks(SERVED);
      for (Deed deed : look(report, List.of())) {
        told++;
        lastWord =
            switch (deed) {
              case Deed.PostEvent post -> post.remark().reason();
              case Deed.CountEvent count -> count.reason();
              case Deed.SayStatus _, Deed.SayConnections _ -> deed.toString();
            };
        succeed(deed);
      }
      pass(1);
    }
    assertThat(told).as("in two hours of 720 turns each way").isBetween(120, 245);
    look(remarks(SERVED), List.of());
    pass(60);
    assertThat(look(remarks(SERVED), List.of())).isEmpty();
    assertThat(lastWord).isEqualTo("EnsuredLoadBalancer");
  }

  @Test
  void a_Warning_that_nobody_was_told_of_is_not_answered() throws Exception {
    succeedAll(look(remarks(SERVED), List.of()));
    pass(30);
    look(remarks(warning("NoEndpoints", "none")), List.of()); // and never sent
    assertThat(look(remarks(SERVED), List.of())).isEmpty();
  }

  @Test
  void another_message_is_another_Event_and_not_sooner() throws Exception {
    succeedAll(look(remarks(warning("AddressPending", "no pool")), List.of()));
    var other = remarks(warning("AddressPending", "the pool is full"));
    assertThat(look(other, List.of())).isEmpty();
    pass(300);
    assertThat(posted(look(other, List.of()))).containsExactly("AddressPending");
  }

  @Test
  void a_Warning_that_stands_is_told_again_before_the_cluster_forgets_it() throws Exception {
    var told =
        remarks(warning("AddressPending", "no pool"), new Remark(Level.NORMAL, "Ensured", "ok"));
    succeedAll(look(told, List.of()));
    pass(1799);
    assertThat(look(told, List.of())).isEmpty();
    pass(1);
    List<Deed> again = look(told, List.of());
    assertThat(again).containsExactly(new Deed.CountEvent(WEB, "AddressPending", "web.n1", 2));
    fail(again.getFirst(), 404, "404 NotFound: events \"web.n1\" not found");
    assertThat(posted(look(told, List.of()))).containsExactly("AddressPending");
  }

  @Test
  void several_remarks_for_one_reason_are_one_Event() {
    var told = remarks(warning("UnknownAnnotation", "a"), warning("UnknownAnnotation", "b"));
    assertThat(look(told, List.of()))
        .singleElement()
        .isInstanceOfSatisfying(
            Deed.PostEvent.class, post -> assertThat(post.remark().message()).isEqualTo("a; b"));
  }

  @Test
  void of_a_flood_of_remarks_the_Normal_ones_are_dropped_and_counted_and_the_Warnings_wait() {
    List<Deed> due = flood(Level.NORMAL);
    assertThat(due.stream().filter(deed -> telling.permits(deed, nowNs))).hasSize(50);
    assertThat(status().eventsDropped()).isEqualTo(950);
    assertThat(flood(Level.NORMAL)).as("those told, and not answered yet").hasSize(50);
    List<Deed> warnings = flood(Level.WARNING, "again");
    assertThat(warnings).hasSize(1000);
    assertThat(warnings.stream().filter(deed -> telling.permits(deed, nowNs))).isEmpty();
    assertThat(status().eventsDropped()).isEqualTo(950);
    assertThat(flood(Level.WARNING, "again")).hasSize(1000);
  }

  @Test
  void a_Service_that_is_served_says_so_and_what_is_wrong_with_it() {
    var problem = new PortProblem("UDP", 53, "LoadBalancerMixedProtocolNotSupported");
    var told =
        report(
            List.of("203.0.113.10"),
            List.of(problem),
            List.of(warning("LoadBalancerMixedProtocolNotSupported", "53/UDP: only TCP"), SERVED));
    assertThat(conditions(look(told, bare(List.of()))))
        .containsExactly(
            "headgate.io/Ready True Serving: serving on 203.0.113.10:80",
            "headgate.io/Degraded True LoadBalancerMixedProtocolNotSupported: 53/UDP: only TCP",
            "LoadBalancerPortsError True LoadBalancerMixedProtocolNotSupported: not served, since"
                + " only TCP is: 53/UDP");
    assertThat(conditions(look(report("203.0.113.10"), bare(List.of()))))
        .containsExactly(
            "headgate.io/Ready False NotServing: no port is served",
            "headgate.io/Degraded False AsAsked: all that it asks for is so");
    assertThat(
            conditions(look(remarks(warning("SyncLoadBalancerFailed", "full")), bare(List.of()))))
        .contains("headgate.io/Ready False SyncLoadBalancerFailed: full");
    assertThat(
            conditions(
                look(
                    remarks(warning("UnknownAnnotation", "a typo"), warning("NoEndpoints", "none")),
                    bare(List.of()))))
        .as("what stops it, not what else is wrong")
        .contains("headgate.io/Ready False NoEndpoints: none");
  }

  @Test
  void a_condition_keeps_its_time_until_its_status_changes_and_is_removed_alone() {
    var before =
        List.of(
            new Condition("headgate.io/Ready", "True", "Serving", "on one", 0, EARLIER),
            new Condition("headgate.io/Degraded", "True", "NoEndpoints", "port 443", 0, EARLIER),
            new Condition(
                "LoadBalancerPortsError",
                "True",
                "LoadBalancerMixedProtocolNotSupported",
                "53/UDP",
                0,
                EARLIER));
    var service = service(WEB, "u1", LOAD_BALANCER, false, List.of(OURS), before, Map.of());
    var deed = look(report(List.of("203.0.113.10"), List.of(), List.of(SERVED)), service);
    assertThat(patch(deed).path("status").toString())
        .isEqualTo(
            "{\"conditions\":["
                + "{\"type\":\"headgate.io/Ready\",\"status\":\"True\",\"reason\":\"Serving\",\"message\":\"serving on 203.0.113.10:80\",\"lastTransitionTime\":\"2026-11-22T12:00:00Z\"},"
                + "{\"type\":\"headgate.io/Degraded\",\"status\":\"False\",\"reason\":\"AsAsked\",\"message\":\"all that it asks for is so\",\"lastTransitionTime\":\"1970-01-01T00:00:00Z\"},"
                + "{\"$patch\":\"delete\",\"type\":\"LoadBalancerPortsError\"}]}");
  }

  @Test
  void the_same_condition_of_another_controller_is_let_alone() {
    var foreign = new Condition("LoadBalancerPortsError", "True", "Other", "", 0, EARLIER);
    var told = report("203.0.113.10");
    List<Condition> there = new ArrayList<>(conditions(told));
    there.add(foreign);
    var service = service(WEB, "u1", LOAD_BALANCER, false, List.of(OURS), there, Map.of());
    assertThat(look(told, service)).isEmpty();
  }

  @Test
  void a_condition_names_the_generation_that_it_is_of_where_the_server_counts_them() {
    var old = service("u1", LOAD_BALANCER, false, List.of(OURS));
    var service = generation(old, 7);
    var told = report("203.0.113.10");
    assertThat(patch(look(told, service)).at("/status/conditions/0/observedGeneration").asInt())
        .isEqualTo(7);
    assertThat(patch(look(told, old)).at("/status/conditions/0").has("observedGeneration"))
        .isFalse();
  }

  @Test
  void conditions_wait_for_each_other_and_for_the_addresses_of_others() throws Exception {
    var told = report(List.of("203.0.113.10"), List.of(), List.of(SERVED));
    var service = bare(List.of(OURS));
    succeedAll(status(look(told, service)));
    var worse = report("203.0.113.10");
    pass(2);
    assertThat(status(look(worse, with(service, told)))).isEmpty();
    pass(3);
    assertThat(status(look(worse, with(service, told)))).hasSize(1);

    var other = new ServiceKey("shop", "newer");
    var newer = service(other, "u2", LOAD_BALANCER, false, List.of());
    var address = Addresses.parse("203.0.113.11").orElseThrow();
    var report =
        new ClusterReport(
            Map.of(
                WEB,
                worse,
                other,
                new ServiceReport(other, "u2", List.of(address), List.of(), List.of())),
            new ClusterSnapshot(
                Map.of(), Map.of(WEB, with(service, told), other, newer), Map.of()));
    assertThat(status(telling.look(report, nowNs)))
        .extracting(Deed::subject)
        .as("though it is due for longer")
        .containsExactly(other.toString(), WEB.toString());
  }

  @Test
  void what_a_Service_was_given_is_written_beside_its_status_where_that_shows_it_not() {
    var named = told(new StatusAddress.Hostname("www.example.com"));
    assertThat(patch(look(named, bare(List.of()))).at("/metadata/annotations").toString())
        .isEqualTo(
            "{\"headgate.io/allocated\":\"203.0.113.10\",\"headgate.io/allocated-from\":\"public\"}");
    assertThat(
            patch(look(told(new StatusAddress.Ip()), bare(List.of())))
                .at("/metadata/annotations")
                .toString())
        .isEqualTo("{\"headgate.io/allocated-from\":\"public\"}");
    var changed =
        service(
            WEB,
            "u1",
            LOAD_BALANCER,
            false,
            List.of(),
            List.of(),
            Map.of("headgate.io/allocated", "x", "headgate.io/ips", "203.0.113.10"));
    assertThat(
            patch(look(told(new StatusAddress.Ip()), changed))
                .at("/metadata/annotations")
                .toString())
        .isEqualTo("{\"headgate.io/allocated\":null,\"headgate.io/allocated-from\":\"public\"}");
  }

  @Test
  void a_Service_whose_status_is_anothers_to_write_gets_no_address_of_ours() {
    JsonNode patch = patch(look(told(new StatusAddress.None()), bare(List.of(FOREIGN))));
    assertThat(patch.path("status").has("loadBalancer")).isFalse();
    assertThat(patch.path("status").path("conditions")).hasSize(2);
  }

  @Test
  void what_we_wrote_is_taken_off_a_Service_that_is_nobodys_any_more() throws Exception {
    var told = report("203.0.113.10");
    var left =
        service(
            WEB,
            "u1",
            ClusterService.Type.CLUSTER_IP,
            false,
            List.of(),
            conditions(told),
            Map.of("headgate.io/allocated-from", "public"));
    List<Deed> due = lookAtNone(left);
    assertThat(patch(due).toString())
        .isEqualTo(
            "{\"metadata\":{\"uid\":\"u1\",\"annotations\":{\"headgate.io/allocated-from\":null}},"
                + "\"status\":{\"conditions\":[{\"$patch\":\"delete\",\"type\":\"headgate.io/Ready\"},"
                + "{\"$patch\":\"delete\",\"type\":\"headgate.io/Degraded\"}]}}");
    succeedAll(due);
    pass(1);
    assertThat(lookAtNone(service("u1", ClusterService.Type.CLUSTER_IP, false, List.of())))
        .isEmpty();
  }

  @Test
  void a_Service_that_is_to_be_ignored_loses_the_address_too_and_one_of_another_edge_nothing() {
    var told = report("203.0.113.10");
    var ignored =
        service(
            WEB,
            "u1",
            LOAD_BALANCER,
            false,
            List.of(OURS),
            conditions(told),
            Map.of("headgate.io/ignore", "true"));
    assertThat(patch(lookAtNone(ignored)).at("/status/loadBalancer/ingress").toString())
        .isEqualTo("[]");
    var others =
        service(WEB, "u1", LOAD_BALANCER, false, List.of(OURS), conditions(told), Map.of());
    assertThat(lookAtNone(others)).isEmpty();
    var ignoredOfOthers =
        service(
            WEB,
            "u1",
            LOAD_BALANCER,
            false,
            List.of(FOREIGN),
            List.of(),
            Map.of("headgate.io/ignore", "true"));
    assertThat(lookAtNone(ignoredOfOthers)).as("nothing of ours is on it").isEmpty();
  }

  @Test
  void a_Service_of_others_is_told_its_remarks_and_nothing_is_written_on_it() {
    var told = ServiceReport.ofOthers(WEB, "u1", List.of(warning("ExternalIPRefused", "no pool")));
    List<Deed> due = look(told, bare(List.of(FOREIGN)));
    assertThat(posted(due)).containsExactly("ExternalIPRefused");
    assertThat(status(due)).isEmpty();
  }

  @Test
  void a_server_that_keeps_no_conditions_is_written_once() throws Exception {
    var told = report("203.0.113.10");
    Answer without =
        new Answer.Done(
            ApiJson.MAPPER.readTree(
                "{\"metadata\":{\"resourceVersion\":\"7\"},\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"203.0.113.10\",\"ipMode\":\"Proxy\"}]}}}"));
    telling.answered(look(told, bare(List.of())).getFirst(), without, nowNs);
    pass(3600);
    assertThat(look(told, bare(List.of(OURS)))).isEmpty();
  }

  private List<Deed> lookAtNone(ClusterService service) {
    return telling.look(
        new ClusterReport(Map.of(), new ClusterSnapshot(Map.of(), Map.of(WEB, service), Map.of())),
        nowNs);
  }

  private static ServiceReport told(StatusAddress statusAddress) {
    return new ServiceReport(
        WEB,
        "u1",
        List.of(Addresses.parse("203.0.113.10").orElseThrow()),
        List.of(),
        List.of(),
        statusAddress,
        "public",
        true);
  }

  private static ClusterService bare(List<Given> there) {
    return service("u1", LOAD_BALANCER, false, there);
  }

  private static ClusterService with(ClusterService service, ServiceReport told) {
    return service(
        service.key(),
        service.uid(),
        LOAD_BALANCER,
        false,
        service.request().given(),
        conditions(told),
        Map.of());
  }

  private static ClusterService generation(ClusterService service, long generation) {
    ServiceRequest request = service.request();
    return new ClusterService(
        service.key(),
        service.uid(),
        service.type(),
        false,
        0,
        service.ports(),
        new ServiceRequest(
            request.loadBalancerClass(),
            "",
            List.of(),
            Duration.ZERO,
            List.of(),
            List.of(),
            FamilyPolicy.SINGLE_STACK,
            Map.of(),
            Map.of(),
            Map.of(),
            Instant.EPOCH,
            false,
            request.given(),
            List.of(),
            generation));
  }

  private static JsonNode patch(List<Deed> due) {
    assertThat(status(due)).hasSize(1);
    var deed = (Deed.SayStatus) status(due).getFirst();
    return Inscription.patch(deed.uid(), deed.there(), deed.wanted(), Instant.EPOCH);
  }

  private static List<String> conditions(List<Deed> due) {
    return patch(due)
        .at("/status/conditions")
        .valueStream()
        .map(one ->
            "%s %s %s: %s"
                .formatted(
                    one.path("type").asText(),
                    one.path("status").asText(),
                    one.path("reason").asText(),
                    one.path("message").asText()))
        .toList();
  }

  private List<Deed> flood(Level level) {
    return flood(level, "m");
  }

  private List<Deed> flood(Level level, String message) {
    Map<ServiceKey, ServiceReport> reports = new HashMap<>();
    Map<ServiceKey, ClusterService> services = new HashMap<>();
    for (int i = 0; i < 1000; i++) {
      var key = new ServiceKey("shop", "s" + i);
      var remark = new Remark(level, "R", message);
      reports.put(key, new ServiceReport(key, "u1", List.of(), List.of(), List.of(remark)));
      services.put(key, service(key, "u1", ClusterService.Type.NODE_PORT, false, List.of()));
    }
    return telling.look(
        new ClusterReport(reports, new ClusterSnapshot(Map.of(), services, Map.of())), nowNs);
  }

  private static void add(
      Map<ServiceKey, ServiceReport> reports,
      Map<ServiceKey, ClusterService> services,
      IntStream numbers) {
    numbers.forEach(i -> {
      var key = new ServiceKey("shop", "s" + i);
      var address = Addresses.parse("203.0.113.10").orElseThrow();
      reports.put(key, new ServiceReport(key, "u1", List.of(address), List.of(), List.of()));
      services.put(key, service(key, "u1", ClusterService.Type.LOAD_BALANCER, false, List.of()));
    });
  }

  private static int number(Deed deed) {
    return Integer.parseInt(deed.subject().substring("shop/s".length()));
  }

  /** Of a Service whose conditions are as they should be. */
  private List<Deed> look(ServiceReport told, List<Given> there) {
    return look(
        told,
        service(
            WEB,
            "u1",
            ClusterService.Type.LOAD_BALANCER,
            false,
            there,
            conditions(told),
            Map.of()));
  }

  private List<Deed> look(ServiceReport told, ClusterService service) {
    last = told;
    var cluster = new ClusterSnapshot(Map.of(), Map.of(WEB, service), Map.of());
    return telling.look(new ClusterReport(Map.of(WEB, told), cluster), nowNs);
  }

  private void succeedAll(List<Deed> deeds) throws JsonProcessingException {
    for (Deed deed : deeds) {
      succeed(deed);
    }
  }

  private void succeed(Deed deed) throws JsonProcessingException {
    telling.answered(deed, answer("{\"ip\":\"203.0.113.10\",\"ipMode\":\"Proxy\"}"), nowNs);
  }

  private void fail(Deed deed, int code, String text) {
    telling.answered(deed, new Answer.Failed(new Failure(code, text, Duration.ZERO)), nowNs);
  }

  private Answer answer(String ingress) throws JsonProcessingException {
    version++;
    return new Answer.Done(
        ApiJson.MAPPER.readTree(
            "{\"metadata\":{\"resourceVersion\":\"%d\"},\"status\":{\"loadBalancer\":{\"ingress\":[%s]},\"conditions\":[{\"type\":\"headgate.io/Ready\"}]}}"
                .formatted(version, ingress)));
  }

  private void pass(double seconds) {
    nowNs += Math.round(seconds * 1e9);
  }

  private WriterStatus status() {
    return telling.status(LEASE, 0);
  }

  private static List<Deed> status(List<Deed> due) {
    return due.stream().filter(Deed.SayStatus.class::isInstance).toList();
  }

  private static List<String> posted(List<Deed> due) {
    return due.stream()
        .filter(Deed.PostEvent.class::isInstance)
        .map(deed -> ((Deed.PostEvent) deed).remark().reason())
        .toList();
  }

  /** The addresses alone, of a Service whose conditions are as the last look wanted them. */
  private Deed.SayStatus say(List<Given> there, Given... wanted) {
    return new Deed.SayStatus(
        WEB,
        "u1",
        new Inscription(List.of(wanted), Conditions.wanted(last, NO_SERVICE), Map.of()),
        new Inscription(there, conditions(last), Map.of()));
  }

  private JsonNode patch(List<Given> there, Given... wanted) {
    Deed.SayStatus deed = say(there, wanted);
    return Inscription.patch(deed.uid(), deed.there(), deed.wanted(), Instant.EPOCH);
  }

  private static Inscription inscribed(Given... given) {
    return new Inscription(List.of(given), List.of(), Map.of());
  }

  private static List<Condition> conditions(ServiceReport told) {
    return Conditions.wanted(told, NO_SERVICE).stream()
        .map(condition -> Conditions.dated(condition, List.of(), "2026-11-22T12:00:00Z"))
        .toList();
  }

  private static Remark warning(String reason, String message) {
    return new Remark(Level.WARNING, reason, message);
  }

  private static ServiceReport remarks(Remark... remarks) {
    return report(List.of(), List.of(), List.of(remarks));
  }

  private static ServiceReport report(String... addresses) {
    return report(List.of(addresses), List.of(), List.of());
  }

  private static ServiceReport report(
      List<String> addresses, List<PortProblem> problems, List<Remark> remarks) {
    return new ServiceReport(
        WEB,
        "u1",
        addresses.stream().map(text -> Addresses.parse(text).orElseThrow()).toList(),
        problems,
        remarks);
  }

  private static ClusterService service(
      String uid, ClusterService.Type type, boolean deleting, List<Given> there) {
    return service(WEB, uid, type, deleting, there);
  }

  private static ClusterService service(
      ServiceKey key, String uid, ClusterService.Type type, boolean deleting, List<Given> there) {
    return service(key, uid, type, deleting, there, List.of(), Map.of());
  }

  private static ClusterService service(
      ServiceKey key,
      String uid,
      ClusterService.Type type,
      boolean deleting,
      List<Given> there,
      List<Condition> conditions,
      Map<String, String> annotations) {
    return new ClusterService(
        key,
        uid,
        type,
        false,
        0,
        List.of(new Port("http", "TCP", 80, 30080), new Port("https", "TCP", 443, 30443)),
        new ServiceRequest(
            "headgate.io/edge",
            "",
            List.of(),
            Duration.ZERO,
            List.of(),
            List.of(),
            FamilyPolicy.SINGLE_STACK,
            annotations,
            Map.of(),
            Map.of(),
            Instant.EPOCH,
            deleting,
            there,
            conditions,
            0));
  }
}
